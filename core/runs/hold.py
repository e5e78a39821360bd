"""Locks on runs, which the system frees when their holder dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from core.errors import StudioError
from core.home import Home
from core.i18n import _
from core.runs.folder import RunFolder, unreadable

LEAVES_WITHIN = 5.0  # seconds in which a worker that has told its end lets its run go


def one_change(home: Home) -> FileLock:
    """Held, in a `with`, by whoever puts a run back to work or deletes it: else both could happen to the same run."""
    return FileLock(home.root / "runs.lock")


@contextmanager
def only_worker(run: RunFolder) -> Iterator[None]:
    """Held by the worker that trains a run, whoever started it.

    Raises:
        StudioError: If another worker has the run, or it is gone.
    """
    if not run.path.is_dir():  # the lock would make the folder anew
        raise unreadable(run)
    lock = FileLock(run.path / "worker.lock")
    try:
        lock.acquire(timeout=LEAVES_WITHIN)
    except Timeout as error:
        text = _("Another worker trains the run {run} already. Wait until it ends, or stop it first.")
        raise StudioError(text.format(run=run.id)) from error
    try:
        yield
    finally:
        lock.release()
