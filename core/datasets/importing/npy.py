"""One array of an .npz file: its header is judged before memory is asked for its values."""

from __future__ import annotations

import io
import math
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, Literal

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from core.errors import DataError
from core.i18n import _

_READERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
_HEADER = 2**16  # bytes; numpy takes no longer one, but reads as many as the file says before it finds that out
_CHUNK = 4 * 2**20  # bytes read at a time, for which zipfile takes several times as many
_SAMPLES = 64 * 2**20  # bytes of pictures taken for a look from each array; one, where that is larger


@dataclass(frozen=True)
class Header:
    """What an array says about itself before its values."""

    shape: tuple[int, ...]
    order: Literal["C", "F"]
    dtype: np.dtype[Any]
    offset: int  # bytes before the values

    @property
    def size(self) -> int:
        """Bytes of the values."""
        return math.prod(self.shape) * self.dtype.itemsize


def read_header(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Header:
    """Read and judge the header of one member.

    Raises:
        DataError: If it announces something else than numbers or text.
        Exception: Whatever zipfile and numpy raise for damage.
    """
    with archive.open(info) as file:
        member = io.BytesIO(file.read(_HEADER))
        reader = _READERS[_version(member)]
        try:
            shape, fortran_order, dtype = reader(member)
        except Exception as error:  # numpy parses it as Python, and fails with whatever that leads to
            raise ValueError(f"the header of {info.filename} is damaged") from error
        header = Header(shape, "F" if fortran_order else "C", dtype, member.tell())
    if dtype.hasobject or dtype.kind not in "biufUS":
        raise DataError(
            _(
                "Expected numbers or text in {name}, got {dtype}. Objects are refused, since reading them runs code."
            ).format(name=info.filename, dtype=dtype)
        )
    if any(length < 0 for length in shape) or header.offset + header.size != info.file_size:
        raise ValueError(f"{info.filename}: {shape} {dtype} announced, {info.file_size:,} bytes there")
    return header


def _version(member: IO[bytes]) -> tuple[int, int]:
    version = npy.read_magic(member)
    if version not in _READERS:
        raise ValueError(f"npy version {version}")
    return version


def read_values(archive: zipfile.ZipFile, info: zipfile.ZipInfo, header: Header) -> NDArray[Any]:
    """Read the values of one member straight into the array they end in."""
    raw, done = np.empty(header.size, np.uint8), 0
    for block in _blocks(archive, info, header, 1):
        raw[done : done + len(block)] = np.frombuffer(block, np.uint8)
        done += len(block)
    if header.dtype.kind == "U" and (raw.view(f"{header.dtype.byteorder}u4") > sys.maxunicode).any():
        raise ValueError(f"{info.filename}: numbers that stand for no character")  # numpy would fail at each use
    return raw.view(header.dtype).reshape(header.shape, order=header.order)


def read_some_rows(archive: zipfile.ZipFile, info: zipfile.ZipInfo, header: Header, count: int) -> NDArray[Any]:
    """Rows of one member, at most `count`, at equal distances from the first on; the others are read and dropped."""
    if not header.size:
        return read_values(archive, info, header)
    rows = header.shape[0]
    step = -(-rows // max(1, min(count, _SAMPLES * rows // header.size)))
    length = header.size // header.dtype.itemsize // rows if header.order == "C" else rows  # of a line, in items
    kept, done = [], 0
    for block in _blocks(archive, info, header, length * header.dtype.itemsize):
        lines = np.frombuffer(block, header.dtype).reshape(-1, length)
        kept.append((lines[-done % step :: step] if header.order == "C" else lines[:, ::step]).copy())
        done += len(lines)
    return np.concatenate(kept).reshape(-1).reshape((-(-rows // step), *header.shape[1:]), order=header.order)


def _blocks(archive: zipfile.ZipFile, info: zipfile.ZipInfo, header: Header, line: int) -> Iterator[bytes]:
    """The values of one member, a few megabytes at a time, in whole lines of so many bytes."""
    size = max(1, _CHUNK // line) * line
    with archive.open(info) as member:
        member.read(header.offset)
        for start in range(0, header.size, size):
            yield member.read(min(size, header.size - start))
        if member.read(1) or member.tell() != info.file_size:
            raise EOFError(f"{info.filename}: the end is missing")
