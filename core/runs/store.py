"""The runs of a data home: making one, opening one, listing all."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from core.errors import StudioError
from core.files import status, write_atomically, write_json
from core.home import Home
from core.i18n import _
from core.runs.folder import RESUMABLE, RunFolder, RunInfo, State, Status

DRAFT_FOR = 3600.0  # seconds without a new file, after which nobody makes it any more
RUN_ID = re.compile(r"r[0-9]{8}-[0-9]{6}-[0-9a-f]{6}")
PARTS = 16**6  # of a second, that ids tell apart

_naming = Lock()
_named = [0]  # when the last id was made, in parts of a second since 1970


def create_run(
    home: Home,
    info: RunInfo,
    split: Mapping[str, NDArray[np.int64]],
    status: Status | None = None,
    fill: Callable[[RunFolder], None] = lambda _draft: None,
) -> RunFolder:
    """Write a new run folder, in the state queued unless another status is given; it appears in one step, whole.

    Args:
        split: Indices of the pictures for "train", "validation" and "test".
        fill: Called with the folder before it appears, to put more into it; if it raises, nothing stays.
    """
    final = RunFolder(home.runs / info.id)
    draft = RunFolder(home.runs / f".{info.id}.tmp")
    draft.path.mkdir(parents=True)
    try:
        write_json(draft.path / "run.json", info.model_dump(mode="json"))
        write_atomically(draft.split, lambda file: np.savez(file, **split))  # type: ignore[arg-type]
        draft.write_status(status or Status(state=State.QUEUED, queued_at=time.time()))
        fill(draft)
        draft.path.replace(final.path)
    finally:
        shutil.rmtree(draft.path, ignore_errors=True)
    return final


def new_run_id() -> str:
    """A fresh id that sorts by local time, such as r20261122-093015-4f2a1c; no two of a process have the same time.

    The last six digits count the parts of the second, 60 ns each; in older ids they were drawn at random.
    """
    with _naming:
        _named[0] = max(time.time_ns() * PARTS // 10**9, _named[0] + 1)
        second, part = divmod(_named[0], PARTS)
    return f"r{time.strftime('%Y%m%d-%H%M%S', time.localtime(second))}-{part:06x}"


def open_run(home: Home, run_id: str) -> RunFolder:
    """The folder of an existing run.

    Raises:
        StudioError: If the id is malformed, there is no such run or it cannot be read.
    """
    folder = RunFolder(home.runs / run_id)
    if not RUN_ID.fullmatch(run_id) or not folder.path.is_dir():
        raise StudioError(_("There is no run “{run}” here. Pick one from the list.").format(run=run_id[:40]))
    folder.info()
    return folder


def can_go_on(run: RunFolder) -> bool:
    """Whether the run can be resumed; one that came as a bundle holds nothing but its weights to go on from.

    Raises:
        StudioError: If it cannot be read.
    """
    return run.status().state in RESUMABLE and not run.info().imported


def clear_drafts(home: Home) -> None:
    """Remove what was left of runs whose making was cut short, by a full memory or a lost power."""
    for draft in home.runs.glob(".r*.tmp"):
        if (found := status(draft)) and found.st_mtime < time.time() - DRAFT_FOR:
            shutil.rmtree(draft, ignore_errors=True)


def run_stamps(home: Home) -> dict[str, int]:
    """Every run's id with a time, in nanoseconds, that changes whenever a file of its folder is made or replaced.

    It is the folder's own: ten thousand runs cost one look at each, and nothing is opened.
    """
    found = {}
    with os.scandir(home.runs) as entries:
        for entry in entries:
            if RUN_ID.fullmatch(entry.name):
                with suppress(OSError):  # deleted meanwhile
                    found[entry.name] = entry.stat().st_mtime_ns
    return found


def list_runs(home: Home, limit: int | None = None) -> list[RunFolder]:
    """Run folders, newest first, at most `limit`."""
    names = sorted((entry.name for entry in home.runs.iterdir() if RUN_ID.fullmatch(entry.name)), reverse=True)
    return [RunFolder(home.runs / name) for name in names[:limit]]
