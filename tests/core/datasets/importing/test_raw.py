from __future__ import annotations

import gzip
import io
import struct
import tarfile
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core.datasets.importing.raw import read_cifar, read_idx_files
from core.errors import DataError


def write_idx(path: Path, array: NDArray[np.uint8]) -> Path:
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    path.write_bytes(gzip.compress(header + array.tobytes()))
    return path


def write_cifar(path: Path, batches: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in batches.items():
            item = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            item.size = len(content)
            archive.addfile(item, io.BytesIO(content))
    return path


def record(label: int, red: int, green: int, blue: int) -> bytes:
    return bytes([label]) + bytes([red]) * 1024 + bytes([green]) * 1024 + bytes([blue]) * 1024


def test_idx_files_are_read_in_order(tmp_path: Path) -> None:
    arrays = [np.arange(12), np.arange(2), np.arange(6) + 9, np.arange(1)]
    shapes = [(2, 2, 3), (2,), (1, 2, 3), (1,)]
    raw = [array.astype(np.uint8).reshape(shape) for array, shape in zip(arrays, shapes, strict=True)]
    found = read_idx_files([write_idx(tmp_path / f"{place}.gz", array) for place, array in enumerate(raw)])
    for array, name in zip(raw, ("x_train", "y_train", "x_test", "y_test"), strict=True):
        np.testing.assert_array_equal(found[name], array)


@pytest.mark.parametrize(
    "content",
    [
        b"no gzip",
        gzip.compress(b"\0\0\x08\x01\0\0\0\x05abc"),  # five announced, three there
        gzip.compress(b"\0\0\x0d\x01\0\0\0\x01abcd"),  # floats
        gzip.compress(b"\0\0\x08\x03" + b"\x7f\xff\xff\xff" * 3),
        gzip.compress(b"\0\0"),
    ],
)
def test_a_damaged_idx_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "labels.gz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"labels\.gz is damaged"):
        read_idx_files([path] * 4)


def test_cifar_planes_become_pixels_and_batches_keep_their_order(tmp_path: Path) -> None:
    path = write_cifar(
        tmp_path / "cifar.tar.gz",
        {
            "test_batch.bin": record(3, 7, 8, 9),
            "data_batch_2.bin": record(2, 4, 5, 6),
            "data_batch_1.bin": record(1, 1, 2, 3),
            "readme.html": b"<p>",
        },
    )
    found = read_cifar([path])
    assert found["x_train"].shape == (2, 32, 32, 3)
    assert found["x_train"][:, 31, 0].tolist() == [[1, 2, 3], [4, 5, 6]]
    assert found["y_train"].tolist() == [1, 2]
    assert found["x_test"][0, 0, 0].tolist() == [7, 8, 9]


@pytest.mark.parametrize("batches", [{}, {"data_batch_1.bin": record(1, 1, 1, 1)}, {"test_batch.bin": b"short"}])
def test_an_incomplete_cifar_file_is_named(tmp_path: Path, batches: dict[str, bytes]) -> None:
    with pytest.raises(DataError, match=r"cifar\.tar\.gz is damaged"):
        read_cifar([write_cifar(tmp_path / "cifar.tar.gz", batches)])


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cifar.tar.gz").write_bytes(b"<html>not found</html>")
    with pytest.raises(DataError, match="damaged"):
        read_cifar([tmp_path / "cifar.tar.gz"])
