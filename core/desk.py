"""A browser's desk: what a person has brought in and not made a set of yet, on disk, so that a reload loses nothing.

desks/<token>/   desk.json       how far things are
                 inbox/          files handed over, under names of our own (a `StagedSource`)
                 upload.*        or one archive
                 marks/<id>.json marks on the pictures of a set
                 asked/          photos that models are asked about, see `core.asked`
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pydantic import Field, ValidationError

from core.datasets.editing.edit import Edits
from core.datasets.importing.staging import not_kept
from core.datasets.limits import LIMITS
from core.errors import DataError
from core.files import RESERVE, free_bytes, status, write_json
from core.home import Home
from core.i18n import _
from core.knobs import Frozen

_TOKEN = re.compile(r"[0-9a-f]{32}")  # 128 random bits
_BLOCK = 2**20  # bytes copied at a time
IDLE_FOR = 7 * 24 * 3600  # seconds without a change after which a desk is cleared


class DeskState(Frozen):
    """How far things are on a desk.

    Attributes:
        task: Id of the task that works for this browser, or whose result was not yet taken.
        upload: Name in the desk's folder of what an import is prepared for, "" for nothing.
        title: What the set is to be called.
        look: Id of the task that has looked into `upload`.
        is_collecting: Whether photos are being gathered class by class.
        classes: Names of the classes that photos are gathered for, in the order they were named.
        target: Id of the set that gathered photos are added to, "" for a new one.
        beside: Ids of the runs that are asked beside the chosen one.
        exports: "id.kind" of a set that was exported → id of the task that holds the file.
        lesson: The lesson that is being made, packed; "" for none.
        made_of: The lesson that was on when it was begun, packed.
    """

    task: str = ""
    upload: str = ""
    title: str = ""
    look: str = ""
    is_collecting: bool = False
    classes: tuple[str, ...] = ()
    target: str = ""
    beside: tuple[str, ...] = ()
    exports: dict[str, str] = Field(default_factory=dict)
    lesson: str = ""
    made_of: str = ""

    @property
    def folder_names(self) -> dict[str, str]:
        """Folder in the inbox → class gathered there: a class may be called as no folder can."""
        return {folder_of(place): name for place, name in enumerate(self.classes)}


@dataclass(frozen=True)
class Desk:
    """One browser's desk."""

    path: Path

    @property
    def inbox(self) -> Path:
        return self.path / "inbox"

    def state(self) -> DeskState:
        """How far things are; a damaged file counts as a cleared desk."""
        try:
            return DeskState.model_validate_json((self.path / "desk.json").read_bytes())
        except (OSError, ValidationError):
            return DeskState()

    def change(self, **changes: object) -> DeskState:
        """Change some of the state's fields and keep it."""
        state = DeskState.model_validate({**dict(self.state()), **changes})
        self.path.mkdir(parents=True, exist_ok=True)
        write_json(self.path / "desk.json", state.model_dump(mode="json"))
        return state

    def keep_upload(self, name: str, content: BinaryIO) -> str:
        """Write one uploaded file to the desk, in place of the one before; its name there.

        Args:
            name: What it must end in, such as ".zip".

        Raises:
            DataError: If it does not fit into the browser's quota or on the disk.
        """
        self.clear_upload()
        kept = f"upload{name}"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            _check_disk(self.path, content)
            with (self.path / kept).open("wb") as file:
                copy_within(content, file, self.room())
        except (DataError, OSError) as error:
            (self.path / kept).unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise not_kept(_("The file"), error) from error
            raise
        return kept

    def clear_upload(self) -> None:
        """Free what was handed over as one archive."""
        for file in self.path.glob("upload.*"):
            file.unlink(missing_ok=True)

    def clear_inbox(self) -> None:
        """Free the files that were handed over one by one."""
        shutil.rmtree(self.inbox, ignore_errors=True)

    def room(self) -> int:
        """Bytes that this browser may still hand over."""
        used = sum(file.stat().st_size for file in self.path.rglob("*") if file.is_file())
        return max(0, LIMITS.upload_bytes - used)

    def marks(self, dataset_id: str) -> Edits:
        """Marks on the pictures of a set that were not applied yet."""
        try:
            return Edits.model_validate_json(self._marks(dataset_id).read_bytes())
        except (OSError, ValidationError):
            return Edits()

    def mark(self, dataset_id: str, edits: Edits) -> None:
        """Keep marks; none at all clears them."""
        file = self._marks(dataset_id)
        if edits.is_empty:
            file.unlink(missing_ok=True)
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        write_json(file, edits.model_dump(mode="json"))

    def _marks(self, dataset_id: str) -> Path:
        return self.path / "marks" / f"{dataset_id}.json"


def copy_within(source: BinaryIO, target: BinaryIO, room: int) -> int:
    """Copy at most `room` bytes and return their number.

    Raises:
        DataError: If there are more.
    """
    done = 0
    while block := source.read(_BLOCK):
        done += len(block)
        if done > room:
            raise DataError(
                _(
                    "This is more than the {limit} MB that one browser may hand over at a time. Take fewer files, "
                    "or bring the set in on the command line: python -m core import FILE."
                ).format(limit=LIMITS.upload_bytes // 10**6)
            )
        target.write(block)
    return done


def _check_disk(folder: Path, content: BinaryIO) -> None:
    """Raise OSError, before anything is written, if `content` does not fit on the disk."""
    size = content.seek(0, os.SEEK_END)
    content.seek(0)
    if size + RESERVE > free_bytes(folder):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def folder_of(place: int) -> str:
    """Folder in the inbox for photos of the class at this place, counted from 0; folders sort as places do."""
    return f"{place:04}"


def new_token() -> str:
    """A name for a browser that nobody can guess."""
    return secrets.token_hex(16)


def is_token(text: str) -> bool:
    """Whether `text` can have come from `new_token`."""
    return _TOKEN.fullmatch(text) is not None


def desk_of(home: Home, token: str) -> Desk:
    """The desk of the browser with this token; anything that is no token gets a desk of its own that nobody finds."""
    parent = home.root / "desks"
    return Desk(parent / (token if is_token(token) else new_token()))


def clear_idle_desks(home: Home) -> None:
    """Remove desks that nobody came back to, and keep the names of all, which are tokens, from others' eyes."""
    parent = home.root / "desks"
    parent.mkdir(exist_ok=True)
    parent.chmod(0o700)
    for desk in map(Desk, parent.glob("*/")):
        places = (desk.path, desk.inbox, desk.path / "marks", desk.path / "asked")
        touched = [found.st_mtime for place in places if (found := status(place))]
        if touched and time.time() - max(touched) > IDLE_FOR:
            shutil.rmtree(desk.path, ignore_errors=True)
