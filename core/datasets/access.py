"""Whose a data set is: access.json in its folder, written before the set appears. Without one it belongs to all."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from core.access import NOBODY, Access
from core.files import write_json

FILE = "access.json"


def read_access(folder: Path) -> Access:
    """Who may see the set in `folder`; nobody where that cannot be read, or the set is just being removed."""
    file = folder / FILE
    try:
        found = file.stat()
        return _read(file, found.st_ino, found.st_mtime_ns)
    except FileNotFoundError:
        return Access() if folder.is_dir() else NOBODY
    except (OSError, ValidationError):
        return NOBODY


def write_access(folder: Path, access: Access) -> None:
    """Say who may see the set in `folder`; other changes of a set that is there already are kept out by `alone`."""
    write_json(folder / FILE, access.model_dump())


def add_owner(folder: Path, owner: str) -> None:
    """Share a set with a browser that has brought in the same; the command line, "", leaves it to whose it is."""
    with alone(folder):
        access = read_access(folder)
        if owner and access.owners and owner not in access.owners:
            write_access(folder, access.model_copy(update={"owners": (*access.owners, owner)}))


def left_to_others(folder: Path, owner: str) -> bool:
    """Take one of several owners away; False, and nothing is done, where nobody else owns the set. Called `alone`."""
    access = read_access(folder)
    if owner not in access.owners or access.owners == (owner,):
        return False
    write_access(folder, access.without(owner))
    return True


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep other threads and processes from changing whose the set is. The folder itself is the lock: a file for it
    could not be made where the disk is full, and a set must be removable there."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@lru_cache(maxsize=1024)
def _read(file: Path, _inode: int, _written: int) -> Access:
    """Read again only when the file is another: pages list all sets at each turn."""
    return Access.model_validate_json(file.read_bytes())
