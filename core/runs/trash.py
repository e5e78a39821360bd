"""Deleting runs with a way back: a deleted run lies in runs/.trash for a day, or until the disk wants its room."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from core.errors import StudioError
from core.files import RESERVE, free_bytes, status
from core.home import Home
from core.i18n import N_, _
from core.runs.folder import ACTIVE, RunFolder
from core.runs.hold import one_change
from core.runs.notes import run_name
from core.runs.store import RUN_ID

KEPT_FOR = 24 * 3600  # seconds
GONE = N_("This run is gone for good: deleted runs are kept for a day, or less where the disk is full.")


def discard(home: Home, run: RunFolder) -> None:
    """Delete a run, with a way back; where somebody was quicker nothing happens.

    Raises:
        StudioError: If it waits or trains, or its folder cannot be moved.
    """
    try:
        with one_change(home):
            _move(run, trash_of(home) / run.id)
    except OSError as error:
        raise StudioError(_("{run} cannot be deleted: its folder is in use.").format(run=_named(run))) from error
    empty_trash(home)


def _move(run: RunFolder, target: Path) -> None:
    if not run.path.is_dir():  # gone already: what lies in the trash is the run itself
        return
    if run.status().state in ACTIVE:
        raise StudioError(_("{run} still learns. Stop it first, then delete it.").format(run=_named(run)))
    target.parent.mkdir(exist_ok=True)
    if target.exists():  # another run with the same id, as of a folder that was copied by hand
        shutil.rmtree(target)
    os.utime(run.path)  # what lies in the trash is as old as its deletion
    run.path.rename(target)


def restore(home: Home, run_id: str) -> None:
    """Bring a deleted run back.

    Raises:
        StudioError: If it is gone for good.
    """
    if not RUN_ID.fullmatch(run_id):
        raise StudioError(_("There is no deleted run “{run}”.").format(run=run_id[:40]))
    try:
        with one_change(home):
            (trash_of(home) / run_id).rename(home.runs / run_id)
    except OSError as error:
        if (home.runs / run_id).is_dir():
            return  # it is back already
        raise StudioError(_(GONE)) from error


def discarded(home: Home) -> list[RunFolder]:
    """Deleted runs that can be brought back, the one deleted last first."""
    return [RunFolder(path) for path, _time in reversed(_by_age(home))]


def empty_trash(home: Home) -> None:
    """Remove for good what was deleted long ago; where the disk is nearly full, what was deleted longest ago too."""
    for path, deleted_at in _by_age(home):
        if deleted_at < time.time() - KEPT_FOR or free_bytes(home.runs) < RESERVE:
            shutil.rmtree(path, ignore_errors=True)


def trash_of(home: Home) -> Path:
    """Where deleted runs lie."""
    return home.runs / ".trash"


def _by_age(home: Home) -> list[tuple[Path, float]]:
    """Deleted runs with the times of their deletion, the one deleted first first."""
    found = [(path, at) for path in trash_of(home).glob("r*") if RUN_ID.fullmatch(path.name) and (at := status(path))]
    return sorted(((path, at.st_mtime) for path, at in found), key=lambda pair: (pair[1], pair[0].name))


def _named(run: RunFolder) -> str:
    try:
        return run_name(run)
    except StudioError:
        return run.id
