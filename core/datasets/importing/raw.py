"""The raw formats in which Fashion-MNIST and CIFAR-10 are published, read as plain bytes.

CIFAR-10 is better known as pickles, which run what they read; its makers publish the same bytes without them.
"""

from __future__ import annotations

import gzip
import math
import tarfile
import zlib
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from core.datasets.limits import LIMITS
from core.errors import DataError
from core.i18n import _

Arrays = dict[str, NDArray[np.uint8]]

CIFAR_RECORD = 1 + 3 * 32 * 32  # bytes: label, then the red, green and blue plane
_IDX_UBYTE = 8  # type code of unsigned bytes, http://yann.lecun.com/exdb/mnist/
_BROKEN = (OSError, EOFError, ValueError, zlib.error, tarfile.TarError)


def read_idx_files(paths: list[Path]) -> Arrays:
    """Read four gzipped IDX files in the order x_train, y_train, x_test, y_test."""
    names = ("x_train", "y_train", "x_test", "y_test")
    return {name: _idx(path) for name, path in zip(names, paths, strict=True)}


def read_cifar(paths: list[Path]) -> Arrays:
    """Read CIFAR-10's binary version, one .tar.gz with data_batch_1 … 5.bin and test_batch.bin."""
    (path,) = paths
    try:
        with tarfile.open(path, "r:gz") as archive:
            batches = {Path(item.name).name: _batch(archive, item) for item in archive if item.name.endswith(".bin")}
        train = np.concatenate([batches[name] for name in sorted(batches) if name.startswith("data_batch")])
        test = batches["test_batch.bin"]
    except (*_BROKEN, KeyError) as error:
        raise _damaged(path, error) from error
    return {"x_train": _planes(train), "y_train": train[:, 0], "x_test": _planes(test), "y_test": test[:, 0]}


def _idx(path: Path) -> NDArray[np.uint8]:
    """IDX: 0, 0, type, rank, one big-endian int32 a dimension, then the values."""
    try:
        with gzip.open(path, "rb") as file:
            zero, kind, rank = int.from_bytes(_exactly(file, 2)), *_exactly(file, 2)
            shape = tuple(int.from_bytes(_exactly(file, 4)) for _dimension in range(rank))
            if zero or kind != _IDX_UBYTE or math.prod(shape) > LIMITS.npz_bytes:
                raise ValueError(f"type {kind}, shape {shape}")
            return np.frombuffer(_exactly(file, math.prod(shape)), np.uint8).reshape(shape)
    except _BROKEN as error:
        raise _damaged(path, error) from error


def _batch(archive: tarfile.TarFile, item: tarfile.TarInfo) -> NDArray[np.uint8]:
    """Records of one CIFAR file as (N, 3073)."""
    file = archive.extractfile(item)
    if file is None or item.size > LIMITS.npz_bytes:
        raise ValueError(f"{item.name}, {item.size:,} bytes")
    return np.frombuffer(_exactly(file, item.size), np.uint8).reshape(-1, CIFAR_RECORD)


def _planes(records: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(N, 3073) records → (N, 32, 32, 3) pictures."""
    return records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)


def _exactly(file: IO[bytes] | gzip.GzipFile, count: int) -> bytes:
    content = file.read(count)
    if len(content) < count:
        raise EOFError(f"{count:,} bytes announced, {len(content):,} there")
    return content


def _damaged(path: Path, error: Exception) -> DataError:
    return DataError(
        _("{path} is damaged ({error}). Remove it, so that it is downloaded again.").format(path=path, error=error)
    )
