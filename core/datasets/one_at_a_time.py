"""Thirty browsers may press the same button, each in a process of its own: one imports, the others wait for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from core.datasets.progress import Progress
from core.i18n import _

_EVERY = 0.2  # seconds between two reports of who waits


@contextmanager
def one_at_a_time(path: Path, on_progress: Progress) -> Iterator[None]:
    """Wait until no other thread or process is inside with this lock file; one that dies is no longer inside."""
    lock = FileLock(path)
    while not lock.is_locked:
        try:
            lock.acquire(timeout=_EVERY)
        except Timeout:
            on_progress(0.0, _("Another import of this set is running"))
    try:
        yield
    finally:
        lock.release()
