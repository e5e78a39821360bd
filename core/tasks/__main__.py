"""The process of one task: `python -m core.tasks`, with `FOLDER` in its environment.

The exit code is 0 also where the result is an error.
"""

from __future__ import annotations

import errno
import logging
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import NoReturn

from filelock import FileLock, Timeout

from core.datasets.limits import check_limits
from core.datasets.progress import Progress
from core.errors import StudioError
from core.home import Home
from core.i18n import _
from core.tasks.folder import FOLDER, NO_ROOM, OUT_OF_MEMORY, Result, TaskFolder
from core.tasks.kinds import KINDS

EVERY = 0.2  # seconds between two reports, or two looks for a free place

log = logging.getLogger(__name__)


def main(path: Path) -> int:
    """Do the task in this folder."""
    folder = TaskFolder(path.resolve())
    result = outcome(folder)
    try:
        folder.end(result)
    except OSError as error:
        log.error("task %s: %s", folder.id, error)
        return NO_ROOM
    return 0


def outcome(folder: TaskFolder) -> Result:
    """Do the task; whatever happens becomes a sentence for a person."""
    home = Home(folder.path.parent.parent)
    try:
        check_limits()
        request = folder.request()
        kind = KINDS[request.kind]
        with nullcontext() if kind.is_quick else a_place(home, folder):
            return Result(value=kind.do(home, folder.path, request, reporter(folder)))
    except StudioError as error:
        return Result(error=str(error))
    except MemoryError:
        return Result(error=_(OUT_OF_MEMORY))
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return Result(error=_("The disk is full. Make room and try again; nothing was changed."))
        log.exception("task %s", folder.id)
        return Result(error=_("A file could not be read or written ({error}). Try again.").format(error=error.strerror))
    except Exception:
        log.exception("task %s", folder.id)
        return Result(error=_("This went wrong in a way that nobody foresaw. Nothing was changed; try another file."))


def reporter(folder: TaskFolder) -> Progress:
    """A progress that writes to the folder, not too often."""
    last = 0.0

    def report(fraction: float, text: str) -> None:
        nonlocal last
        if time.monotonic() - last > EVERY:
            folder.report(min(max(fraction, 0.0), 1.0), text)
            last = time.monotonic()

    return report


@contextmanager
def a_place(home: Home, folder: TaskFolder) -> Iterator[None]:
    """Wait until fewer tasks run than the cores bear; the place of a process that dies becomes free by itself."""
    count = max(1, (os.cpu_count() or 2) // 2)
    places = [FileLock(home.root / "tasks" / f"place{number}.lock") for number in range(count)]
    while not any(map(_taken, places)):
        folder.report(0.0, _("Waiting for another task to end"))
        time.sleep(EVERY)
    try:
        yield
    finally:
        for place in places:
            place.release()


def _taken(place: FileLock) -> bool:
    try:
        place.acquire(timeout=0)
    except Timeout:
        return False
    return True


def give_up(_signal: int, _frame: object) -> NoReturn:
    """End this process as an error would, so that nothing half done stays: SIGTERM alone ends it where it stands."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second one would end the tidying up
    sys.exit(128 + signal.SIGTERM)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, give_up)
    logging.basicConfig()
    sys.exit(main(Path(os.environ[FOLDER])))
