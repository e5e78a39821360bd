"""The teacher of a data home: whoever shows its token of 128 random bits sees and can stop everybody's runs.

The token lies in teacher.token, which only the user that runs the server may read. Once that file is removed, the next
start of the server makes another, and the old one is worth nothing.
"""

from __future__ import annotations

import hmac
import os
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock

from core.desk import is_token, new_token
from core.files import write_atomically
from core.home import Home


def teacher_token(home: Home) -> str:
    """The token, made at the first call; of two processes that call at once, both get the same."""
    file = _file(home)
    with FileLock(home.root / "teacher.lock"):
        if not is_token(_kept(file)):
            write_atomically(file, _write_new)
        return _kept(file)


def is_teacher_token(home: Home, text: str) -> bool:
    """Whether `text`, which may be anything, is the token; nothing is where none was made yet."""
    return is_token(text) and hmac.compare_digest(text, _kept(_file(home)))


def _file(home: Home) -> Path:
    return home.root / "teacher.token"


def _kept(file: Path) -> str:
    """What the file holds, "" where it cannot be read."""
    try:
        found = file.stat()
        return _read(file, found.st_ino, found.st_mtime_ns)
    except (OSError, ValueError):
        return ""


@lru_cache(maxsize=16)
def _read(file: Path, _inode: int, _written: int) -> str:
    """Read again only when the file is another: pages ask at each turn."""
    return file.read_text(encoding="ascii").strip()


def _write_new(file: BinaryIO) -> None:
    os.fchmod(file.fileno(), 0o600)  # before there is anything to read
    file.write(new_token().encode())
