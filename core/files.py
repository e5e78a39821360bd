"""Files that are whole or absent: temporary file, fsync, then one atomic rename; and what the disk says of them."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

RESERVE = 200_000_000  # bytes left free on the disk for whatever else the app writes


def write_atomically(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Call `write` with a binary file and put what it wrote at `path` in one step.

    A reader sees the old file or the new one, never a part; a crash leaves at most a file ending in `.tmp`.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_json(path: Path, value: Any) -> None:
    """Write `value` as JSON, atomically."""
    write_atomically(path, lambda file: file.write(json.dumps(value, ensure_ascii=False, indent=1).encode()))


def status(path: Path) -> os.stat_result | None:
    """Time and size of a file or folder; None if it is not there, since others remove and rename what lies beside."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def free_bytes(folder: Path) -> int:
    """Free on the disk that `folder`, which need not be there yet, lies on."""
    return shutil.disk_usage(next(parent for parent in (folder, *folder.parents) if parent.exists())).free
