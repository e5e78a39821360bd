"""What the frozen part of a network gives for each picture, computed once and kept: one file for one cut.

A file is an array (rows, ...) of float32 as NumPy writes it, followed by one byte a row: whether that row is there.
So pictures can be added in any order, a killed worker goes on where it was, and runs with another split share the rest.
"""

from __future__ import annotations

import hashlib
import json
import math
import mmap
import os
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from filelock import FileLock, Timeout
from numpy.lib import format as npy
from numpy.typing import NDArray

from core.architecture.transfer import Transfer
from core.augmentation.spec import AugmentSpec
from core.cache import make_room
from core.datasets.limits import LIMITS
from core.files import RESERVE, free_bytes
from core.spec import RunSpec

_VERSION = 1  # part of the files' names: raise it when any number comes out different
_EVERY = 2.0  # seconds between two times that rows are counted as there; a killed worker loses as much
_POLL = 0.3  # seconds between two looks whether another worker is done
_FLOAT = np.dtype("<f4")

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class FrozenPart:
    """Which numbers a file holds.

    Attributes:
        content_hash: Of the data set.
        weights: What names the backbone's weights: the file's SHA-256, or the seed where they are random.
        train_from: The first trained step; "" where the whole backbone is frozen, with the pooling behind it.
        shape: Of the numbers of one picture.
        pictures: In the set.
        augmentation: What the copies are varied by; None for the pictures as they are.
        seed: Of the run, which decides how copies come out.
    """

    content_hash: str
    image_size: int
    architecture: Transfer
    weights: str
    train_from: str
    shape: tuple[int, ...]
    pictures: int
    augmentation: AugmentSpec | None = None
    seed: int = 0

    @property
    def views(self) -> int:
        """Copies of each picture."""
        return self.architecture.views if self.augmentation else 1

    @property
    def rows(self) -> int:
        """Rows of the file; row view · pictures + index is that copy of that picture."""
        return self.views * self.pictures

    @property
    def row_bytes(self) -> int:
        """Bytes of one row."""
        return _FLOAT.itemsize * math.prod(self.shape)

    @property
    def size(self) -> int:
        """Bytes of the file, header not counted."""
        return self.rows * (self.row_bytes + 1)

    def file_name(self) -> str:
        """Another one for whatever gives other numbers, and for another number of copies, which is another array."""
        says: dict[str, Any] = {
            "pictures": self.content_hash,
            "size": self.image_size,
            "backbone": self.architecture.backbone,
            "weights": self.weights,
            "pixels": self.architecture.preprocessing,
            "cut": self.train_from or self.architecture.pooling,
            "varied": self.augmentation.model_dump(mode="json", exclude={"repeats"}) if self.augmentation else None,
            "seed": self.seed if self.augmentation else 0,
            "views": self.views,
        }
        digest = hashlib.sha256(json.dumps(says, sort_keys=True).encode()).hexdigest()
        return f"frozen{_VERSION}-{digest[:32]}.npy"


def frozen_part(
    spec: RunSpec, train_from: str, shape: tuple[int, ...], pictures: int, content_hash: str, weights: str
) -> FrozenPart:
    """The frozen part of a transfer network of `spec` where training begins with `train_from`, asked about pictures.

    Args:
        shape: What comes out of it for one picture.
        weights: SHA-256 of the backbone's weights; "" where they are random.
    """
    assert isinstance(spec.architecture, Transfer)
    seed = spec.training.seed
    named = weights or f"random {seed}"
    size = spec.data.image_size
    return FrozenPart(content_hash, size, spec.architecture, named, train_from, shape, pictures, seed=seed)


def wanted_rows(plain: FrozenPart, augmentation: AugmentSpec, split: Mapping[str, Rows]) -> dict[FrozenPart, Rows]:
    """Which rows of which files a phase of training needs: the pictures as they are first, then varied copies.

    Args:
        plain: As `frozen_part` makes it.
        augmentation: What training pictures are varied by.
        split: Indices of the "train", "validation" and "test" pictures.
    """
    judged = np.concatenate([split["validation"], split["test"]])
    if augmentation.is_off:
        return {plain: np.concatenate([split["train"], judged])}
    varied = replace(plain, augmentation=augmentation)
    copies = [view * plain.pictures + split["train"] for view in range(varied.views)]
    return {plain: judged, varied: np.concatenate(copies)}


def has_room(wanted: Mapping[FrozenPart, Rows], cache: Path) -> bool:
    """Whether what is wanted can be kept: within the bounds, side by side in the cache, and on the disk."""
    sizes = [part.size for part in wanted]
    missing = sum(len(missing_rows(part, cache, rows)) * part.row_bytes for part, rows in wanted.items())
    fits = max(sizes) <= LIMITS.frozen_bytes and sum(sizes) <= LIMITS.cache_bytes
    return fits and (not missing or missing + RESERVE <= free_bytes(cache))


def missing_rows(part: FrozenPart, cache: Path, rows: Rows) -> Rows:
    """Those of `rows` that are still to be computed."""
    file = cache / part.file_name()
    try:
        with file.open("rb") as opened:
            opened.seek(-part.rows, os.SEEK_END)
            there = np.frombuffer(opened.read(), np.uint8)
    except OSError:
        return rows
    return np.asarray(rows[there[rows] == 0])


class FrozenFile:
    """The file of a `FrozenPart`, open for adding rows; others that want the same wait until it is closed.

    Whoever has it open keeps it, also where it is removed from the cache meanwhile.
    """

    def __init__(self, part: FrozenPart, cache: Path, on_wait: Callable[[], None] = lambda: None) -> None:
        cache.mkdir(parents=True, exist_ok=True)
        self._part, self._path = part, cache / part.file_name()
        self._lock = _lock_of(cache, self._path.name)
        _acquire(self._lock, on_wait)
        try:
            self._file = self._opened(cache)
        except BaseException:
            self._lock.release()
            raise
        self._pending: list[int] = []
        self._counted = time.monotonic()

    def _opened(self, cache: Path) -> int:
        if not self._path.exists():
            draft = self._path.with_suffix(".tmp")
            header: dict[str, Any] = {"descr": _FLOAT.str, "fortran_order": False, "shape": self._shape}
            with draft.open("wb") as empty:
                npy.write_array_header_1_0(empty, header)
                empty.truncate(empty.tell() + self._part.size)  # takes no room on the disk before it is written
            draft.replace(self._path)
            make_room(cache, LIMITS.cache_bytes, keep=self._path)
        os.utime(self._path)
        file = os.open(self._path, os.O_RDWR)
        self._start = os.fstat(file).st_size - self._part.size
        return file

    @property
    def _shape(self) -> tuple[int, ...]:
        return (self._part.rows, *self._part.shape)

    def write(self, rows: Rows, numbers: NDArray[np.float32]) -> None:
        """Add `rows`, (n,), with their `numbers`, (n, ...). They count as there after a while, or at the end."""
        for row, values in zip(rows.tolist(), np.ascontiguousarray(numbers, _FLOAT), strict=True):
            _write_at(self._file, values.data.cast("B"), self._start + row * self._part.row_bytes)
            self._pending.append(row)
        if time.monotonic() - self._counted > _EVERY:
            self.count()

    def count(self) -> None:
        """Count what was written as there, once it is on the disk."""
        os.fdatasync(self._file)
        for row in self._pending:
            _write_at(self._file, memoryview(b"\x01"), self._marks(row))
        self._pending, self._counted = [], time.monotonic()

    def outputs(self) -> NDArray[np.float32]:
        """All rows (rows, ...), memory-mapped and read only; those that were never written are 0."""
        mapped = mmap.mmap(self._file, 0, access=mmap.ACCESS_READ)
        return np.ndarray(self._shape, _FLOAT, mapped, self._start)

    def close(self) -> None:
        """Let others in."""
        os.close(self._file)
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *exception: object) -> None:
        try:
            with suppress(OSError) if kind else nullcontext():  # a full disk is already being told
                self.count()
        finally:
            self.close()

    def _marks(self, row: int) -> int:
        return self._start + self._part.rows * self._part.row_bytes + row


def _write_at(file: int, data: memoryview, place: int) -> None:
    while data:
        written = os.pwrite(file, data, place)
        data, place = data[written:], place + written


def _lock_of(cache: Path, name: str) -> FileLock:
    """One of 256 locks, in a folder of their own: what removes old files from the cache leaves them alone."""
    folder = cache / "locks"
    folder.mkdir(exist_ok=True)
    return FileLock(folder / f"{name.partition('-')[2][:2]}.lock")


def _acquire(lock: FileLock, on_wait: Callable[[], None]) -> None:
    while True:
        try:
            lock.acquire(timeout=_POLL)
            return
        except Timeout:
            on_wait()
