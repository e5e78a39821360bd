"""A task: work on data sets that takes longer than a page should, done by a process of its own.

tasks/<id>/   request.json    what is to be done; written by the server, once
              progress.json   how far it is; written by the task
              result.json     what came of it; written by the task, at its end
              files           whatever the result names
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from core.errors import StudioError
from core.files import status, write_json
from core.home import Home
from core.i18n import N_, _
from core.knobs import Frozen

_ID = re.compile(r"[0-9a-f]{32}")  # 128 random bits: who knows it may see the task
KEPT_FOR = 24 * 3600  # seconds that a task's folder stays
FOLDER = "CNN_STUDIO_TASK"  # tells its process the folder: all users of a computer can read commands
OUT_OF_MEMORY = N_("This needs more memory than this computer has. Take fewer or smaller pictures.")
NO_ROOM = os.EX_IOERR  # exit code of a task that could not even write its result


class TaskRequest(Frozen):
    """What is to be done: a name in `core.tasks.kinds.KINDS` and its arguments; for whom, "" for everybody."""

    kind: str
    arguments: dict[str, Any]
    owner: str = ""


class Progress(Frozen):
    """How far a task is: 0 to 1, and what it is doing."""

    fraction: float = 0.0
    text: str = ""


class Result(Frozen):
    """What came of a task: either `error`, a sentence for a person, or `value`."""

    error: str = ""
    value: dict[str, Any] = Field(default_factory=dict)


@dataclass(frozen=True)
class TaskFolder:
    """One task on disk."""

    path: Path

    @property
    def id(self) -> str:
        return self.path.name

    @property
    def log(self) -> Path:
        return self.path / "log.txt"

    def request(self) -> TaskRequest:
        """What is to be done."""
        return TaskRequest.model_validate_json((self.path / "request.json").read_bytes())

    def progress(self) -> Progress:
        """How far it is."""
        try:
            return Progress.model_validate_json((self.path / "progress.json").read_bytes())
        except (OSError, ValidationError):
            return Progress(text=_("Starting"))

    def result(self) -> Result | None:
        """What came of it; None while it is not over."""
        try:
            return Result.model_validate_json((self.path / "result.json").read_bytes())
        except OSError:
            return None
        except ValidationError:
            return Result(error=_("The result of this task cannot be read. Try again."))

    def report(self, fraction: float, text: str) -> None:
        """Tell how far it is; where that cannot be written the work goes on, and says itself what is wrong."""
        with suppress(OSError):
            write_json(self.path / "progress.json", {"fraction": fraction, "text": text})

    def end(self, result: Result) -> None:
        """Tell what came of it."""
        write_json(self.path / "result.json", result.model_dump(mode="json"))

    def remove(self) -> None:
        """Delete the task and its files."""
        shutil.rmtree(self.path, ignore_errors=True)


def create_task(home: Home, kind: str, arguments: dict[str, Any], owner: str = "") -> TaskFolder:
    """Write a new task; folders of tasks long past are removed.

    Args:
        arguments: Values that JSON can carry.
        owner: Whose is to be what it makes, as `core.access.owner_of` names a browser; "" for everybody's.
    """
    parent = home.root / "tasks"
    parent.mkdir(exist_ok=True)
    parent.chmod(0o700)  # who knows a task's name may have its files
    _sweep(parent)
    folder = parent / secrets.token_hex(16)
    folder.mkdir()
    request = TaskRequest(kind=kind, arguments=arguments, owner=owner)
    (folder / "request.json").write_text(json.dumps(request.model_dump()), encoding="utf-8")
    return TaskFolder(folder)


def open_task(home: Home, task_id: str) -> TaskFolder:
    """The task with this id.

    Raises:
        StudioError: If there is none.
    """
    folder = home.root / "tasks" / task_id
    if not _ID.fullmatch(task_id) or not folder.is_dir():
        raise StudioError(_("This task is over and was tidied away. Start it again."))
    return TaskFolder(folder)


def _sweep(parent: Path) -> None:
    for folder in parent.iterdir():
        found = status(folder)
        if _ID.fullmatch(folder.name) and found and time.time() - found.st_mtime > KEPT_FOR:
            shutil.rmtree(folder, ignore_errors=True)
