"""Files that were handed over one by one, in a folder under names of our own; what they were called is only noted.

manifest.jsonl has one line a file: {"file": "000012", "name": "updir/cat/0.png"}.
"""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Iterable
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import BinaryIO, NamedTuple

from core.datasets.importing.names import clean_name
from core.errors import DataError
from core.files import write_atomically
from core.i18n import _

_MANIFEST = "manifest.jsonl"
_OWN_NAME = re.compile(r"[0-9]{6,12}")
_TAIL = 4096  # bytes from a manifest's end that hold its last line: a name has at most 255 characters, 12 bytes each
_LOCK = threading.Lock()  # held while a manifest is written


class Staged(NamedTuple):
    """A line of the manifest: our name for a file and the one that it came under, cleaned."""

    file: str
    name: str


def stage(folder: Path, name: str, content: BinaryIO | bytes) -> int:
    """Write a file that came as `name` into `folder`, made if it is missing; return its bytes.

    Raises:
        DataError: If there is no room for it on the disk.
    """
    shown = clean_name(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = _new_file(folder)
        try:
            with path.open("wb") as file:
                shutil.copyfileobj(BytesIO(content) if isinstance(content, bytes) else content, file)
            _append(folder / _MANIFEST, Staged(path.name, shown))
        except BaseException:
            path.unlink()
            raise
        return path.stat().st_size
    except OSError as error:
        raise not_kept(shown, error) from error


def not_kept(shown: str, error: OSError) -> DataError:
    """The error for a file, called `shown`, that the disk does not take."""
    return DataError(
        _("{name} could not be kept ({error}). Make room on the disk and try again.").format(
            name=shown, error=error.strerror
        )
    )


def unstage(folder: Path, names: Iterable[str]) -> int:
    """Remove all files that came under one of these names; return the bytes that this frees."""
    wanted = {clean_name(name) for name in names}
    with _LOCK:
        lines = read_manifest(folder)
        gone = [folder / line.file for line in lines if line.name in wanted]
        kept = b"".join(_as_line(line) for line in lines if line.name not in wanted)
        if gone:
            write_atomically(folder / _MANIFEST, lambda file: file.write(kept))
    freed = sum(path.stat().st_size for path in gone if path.exists())
    for path in gone:
        path.unlink(missing_ok=True)
    return freed


def is_staged(folder: Path) -> bool:
    """Whether `stage` made this folder; a stranger's may hold a manifest.jsonl too, but not such lines."""
    try:
        with (folder / _MANIFEST).open("rb") as file:
            first = file.readline(_TAIL)
    except OSError:
        return False
    return not first or _parse(first) is not None


def read_manifest(folder: Path) -> list[Staged]:
    """All whole lines, in the order of arrival. A line that a crash tore is left out."""
    path = folder / _MANIFEST
    lines = path.read_bytes().split(b"\n") if path.exists() else []
    return [staged for line in lines if (staged := _parse(line))]


def _new_file(folder: Path) -> Path:
    """Claim the next free name, also from another thread that asks at the same time."""
    last = _parse(_tail(folder / _MANIFEST).strip().rpartition(b"\n")[2])
    for number in count(int(last.file) + 1 if last else 0):
        path = folder / f"{number:06d}"
        try:
            path.touch(exist_ok=False)
        except FileExistsError:
            continue
        return path
    raise AssertionError("count() has no end")


def _append(manifest: Path, line: Staged) -> None:
    with _LOCK, manifest.open("ab", buffering=0) as file:
        torn = _tail(manifest)[-1:] not in (b"", b"\n")  # by a crash
        file.write(b"\n" * torn + _as_line(line))


def _tail(manifest: Path) -> bytes:
    if not manifest.exists():
        return b""
    with manifest.open("rb") as file:
        file.seek(max(0, manifest.stat().st_size - _TAIL))
        return file.read()


def _as_line(line: Staged) -> bytes:
    return json.dumps(line._asdict()).encode() + b"\n"


def _parse(line: bytes) -> Staged | None:
    try:
        value = json.loads(line)
        staged = Staged(value["file"], value["name"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    valid = isinstance(staged.name, str) and isinstance(staged.file, str) and _OWN_NAME.fullmatch(staged.file)
    return staged if valid else None
