"""Files that are whole or absent: temporary file, fsync, then one atomic rename."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO


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
