"""A cache folder that stays within its bound: what was used longest ago goes first."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from core.files import status

ABANDONED_AFTER = 86_400  # seconds; a temporary file this old was left by a process that was killed


def make_room(folder: Path, limit: int, keep: Path) -> None:
    """Delete files of `folder` until they take at most `limit` bytes, the one modified longest ago first.

    Whoever uses a file touches it (`os.utime`), so modified means used. Readers that have a file mapped keep it.

    Args:
        keep: The file that is never deleted: the one just written.
    """
    files = [(file, found) for file in folder.iterdir() if file.is_file() and (found := status(file))]
    total = sum(found.st_size for _file, found in files)
    for file, found in sorted(files, key=lambda pair: pair[1].st_mtime):
        abandoned = file.suffix == ".tmp" and found.st_mtime < time.time() - ABANDONED_AFTER
        if file == keep or (file.suffix == ".tmp" and not abandoned) or (total <= limit and not abandoned):
            continue
        total -= found.st_size
        with suppress(OSError):
            file.unlink()
