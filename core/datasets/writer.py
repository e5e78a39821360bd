"""Writing a data set picture by picture: memory stays small, and the set appears in one step or not at all."""

from __future__ import annotations

import hashlib
import math
import os
import secrets
import shutil
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from core.access import Access
from core.datasets.access import add_owner, write_access
from core.datasets.dataset import About, DatasetMeta, check_arrays, hash_header, make_meta
from core.datasets.limits import LIMITS
from core.datasets.origins import Origins, write_origins
from core.errors import DataError
from core.files import RESERVE, free_bytes, status, write_atomically, write_json
from core.i18n import _

_LEFTOVER_AGE = 24 * 3600  # seconds; no import takes a day
_SYNC_EVERY = 64 * 2**20  # bytes
_BLOCK = 16 * 2**20  # bytes read at a time


class DatasetWriter:
    """Pictures go to a hidden folder, which is renamed to `parent`/id at the end: a cut-off import leaves no half set.

    Used as a context manager; without `finish` nothing stays.

    Args:
        parent: The folder of all sets.
        side, channels: Of the pictures to come.
        expected: How many are to come; fewer may.

    Raises:
        DataError: If so many pictures are more than `LIMITS` or the disk allow.
    """

    def __init__(self, parent: Path, side: int, channels: int, expected: int) -> None:
        self._parent, self._shape, self._expected = parent, (side, side, channels), expected
        _check_room(parent, expected * side * side * channels, expected)
        self._folder = parent / f".{secrets.token_hex(8)}.tmp"
        self._digest = hashlib.sha256(hash_header((expected, *self._shape), np.dtype(np.uint8)))
        self._count = self._unsynced = 0
        self._digests = bytearray()
        self._background = ThreadPoolExecutor(1)
        self._synced: Future[None] | None = None

    def __enter__(self) -> DatasetWriter:
        sweep(self._parent)
        self._folder.mkdir(parents=True)
        try:
            self._file = (self._folder / "images.npy").open("w+b")
        except OSError:
            self._folder.rmdir()
            raise
        self._write_header()
        self._start = self._file.tell()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        self._background.shutdown()
        with suppress(OSError):  # of a full disk: what waits to be written does not fit now either
            self._file.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise DataError(
                _("The set could not be written ({error}). Make room on the disk of {folder} and try again.").format(
                    error=error.strerror or error, folder=self._parent
                )
            ) from error

    def add(self, pictures: NDArray[np.uint8] | Sequence[NDArray[np.uint8]], digests: Sequence[bytes] = ()) -> None:
        """Append pictures: one array (n, S, S, C), or n arrays (S, S, C), which are then not copied into one first.

        Args:
            digests: n texts that stand for the pictures in the content hash, since they decide every pixel: hashing a
                photo's file costs a tenth of hashing its pixels. Given always or never.
        """
        for picture in [pictures] if isinstance(pictures, np.ndarray) else pictures:
            values = np.ascontiguousarray(picture).reshape(-1).data
            self._file.write(values)
            if not digests:
                self._digest.update(values)
        self._digests += b"".join(digests)
        self._count += len(pictures)
        self._sync_now_and_then(len(pictures) * math.prod(self._shape))

    def finish(
        self,
        about: About,
        labels: NDArray[Any],
        parts: NDArray[np.uint8],
        dataset_id: str = "",
        origins: Origins | None = None,
        owner: str = "",
    ) -> DatasetMeta:
        """Put the set in its place and return its meta data; the same set again is found and not put there twice.

        Arguments are those of `make_dataset`, for the pictures added, and whose set it is, as `core.access.owner_of`
        names a browser; "" for everybody's. Where the set is there already, it is shared with that browser.

        Raises:
            DataError: If they do not fit together, or another set has this id.
        """
        labels = labels.astype(np.int32)
        self._close()
        images = np.load(self._folder / "images.npy", mmap_mode="r", allow_pickle=False)
        check_arrays(about.classes, images, labels, parts)
        for array in (labels, parts):
            self._digest.update(hash_header(array.shape, array.dtype))
            self._digest.update(np.ascontiguousarray(array).data)
        meta = make_meta(about, images.shape, parts, self._digest.hexdigest(), dataset_id)
        self._write_rest(meta, labels, parts, origins)
        if owner:
            write_access(self._folder, Access(owners=(owner,)))
        self._publish(meta, owner)
        return meta

    def _write_header(self) -> None:
        """NumPy pads a header so that it keeps its length however many pictures there are."""
        shape = (self._count or self._expected, *self._shape)
        npy.write_array_header_1_0(self._file, {"descr": "|u1", "fortran_order": False, "shape": shape})

    def _close(self) -> None:
        is_fewer = self._count != self._expected
        if is_fewer:  # some were refused: header and hash begin with the true number
            self._file.seek(0)
            self._write_header()
        if is_fewer or self._digests:
            self._hash_again()
        self._file.flush()
        self._background.shutdown()
        os.fsync(self._file.fileno())

    def _hash_again(self) -> None:
        self._digest = hashlib.sha256(hash_header((self._count, *self._shape), np.dtype(np.uint8)))
        if self._digests:
            self._digest.update(self._digests)
            return
        self._file.seek(self._start)
        while block := self._file.read(_BLOCK):
            self._digest.update(block)

    def _sync_now_and_then(self, written: int) -> None:
        """Let the disk work while pictures are still being read, so that little is left to wait for at the end."""
        self._unsynced += written
        if self._unsynced > _SYNC_EVERY and (self._synced is None or self._synced.done()):
            self._unsynced = 0
            self._synced = self._background.submit(os.fsync, self._file.fileno())

    def _write_rest(
        self, meta: DatasetMeta, labels: NDArray[Any], parts: NDArray[np.uint8], origins: Origins | None
    ) -> None:
        for name, array in (("labels", labels), ("parts", parts)):
            write_atomically(self._folder / f"{name}.npy", partial(np.save, arr=array, allow_pickle=False))
        if origins:
            write_origins(self._folder, origins)
        write_json(self._folder / "meta.json", meta.model_dump(mode="json"))

    def _publish(self, meta: DatasetMeta, owner: str) -> None:
        target = self._parent / meta.id
        try:
            if not target.exists():
                self._folder.rename(target)
        except OSError:
            if not target.exists():  # else another process was faster, and what it wrote is compared below
                raise
        if _hash_of(target) != meta.content_hash:
            raise DataError(
                _("There is another data set with the id {id}. Remove it or choose another title.").format(id=meta.id)
            )
        add_owner(target, owner)


def sweep(parent: Path) -> None:
    """Remove what imports that were killed left behind."""
    for leftover in parent.glob(".*.tmp"):
        found = status(leftover)
        if found and time.time() - found.st_mtime > _LEFTOVER_AGE:
            shutil.rmtree(leftover, ignore_errors=True)


def _hash_of(folder: Path) -> str:
    try:
        return DatasetMeta.model_validate_json((folder / "meta.json").read_bytes()).content_hash
    except (OSError, ValueError):
        return ""


def _check_room(parent: Path, size: int, pictures: int) -> None:
    if pictures > LIMITS.pictures or size > LIMITS.stored_bytes:
        raise DataError(
            _(
                "Expected at most {pictures:,} pictures of {limit} GB together, got {got:,} of {size:.1f} GB. "
                "Take a smaller size or fewer pictures."
            ).format(pictures=LIMITS.pictures, limit=LIMITS.stored_bytes // 10**9, got=pictures, size=size / 1e9)
        )
    free = free_bytes(parent)
    if size + RESERVE > free:
        raise DataError(
            _(
                "The set needs {size:.1f} GB and {folder} has {free:.1f} GB free. Make room, or take a smaller size."
            ).format(size=size / 1e9, folder=parent, free=free / 1e9)
        )
