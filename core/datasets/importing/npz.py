"""Reading .npz files of strangers: every header is judged before memory is asked for.

Python's zipfile and numpy both trust what a file says about itself; a forged header of 160 GB raises MemoryError only
after it was tried. Objects are refused, since reading them would run what is in the file.
"""

from __future__ import annotations

import math
import sys
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from core.datasets.dataset import About, Dataset, class_names, clean_class_name
from core.datasets.importing.archives import short_text
from core.datasets.importing.arrays import GIVEN, Pictures, to_pictures
from core.datasets.limits import LIMITS
from core.datasets.progress import Progress, silent, within
from core.datasets.store import save_dataset
from core.errors import DataError
from core.home import Home
from core.i18n import _

CLASSES = "classes"  # names of the labels, which are used if they are a list of text, of a few bytes a name
NAMES = {  # in any case; other arrays are not read
    *("x", "y", "x_train", "y_train", CLASSES),
    *(f"{axis}_{ending}" for endings in GIVEN.values() for ending in endings for axis in "xy"),
}
_CLASSES_BYTES = 16 * LIMITS.classes * LIMITS.class_name  # 4 bytes a character, and room for names that are cut
_READERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
_CHUNK = 16 * 2**20  # bytes


@dataclass(frozen=True)
class _Header:
    shape: tuple[int, ...]
    fortran_order: bool
    dtype: np.dtype[Any]
    offset: int  # bytes before the values

    @property
    def size(self) -> int:
        """Bytes of the values."""
        return math.prod(self.shape) * self.dtype.itemsize


def import_npz(
    home: Home,
    path: Path,
    title: str,
    classes: Sequence[str] | None = None,
    on_progress: Progress = silent,
) -> Dataset:
    """Import X_train, y_train (or X, y) and, if given, X_test, y_test, X_val, y_val, classes of an .npz file.

    The same file again gives the same set.

    Args:
        classes: Names in the order of the sorted labels, instead of the labels' own.

    Raises:
        DataError: If the file is damaged, hostile or does not hold pictures with labels.
    """
    arrays = read_npz(path, within(on_progress, 0, 0.3))
    return store_arrays(home, arrays, title, path.name, _("not stated"), classes, within(on_progress, 0.3, 1))


def store_arrays(
    home: Home,
    arrays: Mapping[str, NDArray[Any]],
    title: str,
    source: str,
    licence: str,
    classes: Sequence[str] | None = None,
    on_progress: Progress = silent,
    dataset_id: str = "",
) -> Dataset:
    """Convert what `read_npz` returns into pictures and store them as a data set."""
    pictures = to_pictures(arrays, within(on_progress, 0, 0.8))
    names = pictures.classes if classes is None else class_names(classes)
    if len(names) != len(pictures.classes):
        raise DataError(
            _("Expected {expected} class names, one for each label found, got {got}.").format(
                expected=len(pictures.classes), got=len(names)
            )
        )
    return store_pictures(home, pictures, names, title, source, licence, within(on_progress, 0.8, 1), dataset_id)


def store_pictures(
    home: Home,
    pictures: Pictures,
    names: Sequence[str],
    title: str,
    source: str,
    licence: str,
    on_progress: Progress = silent,
    dataset_id: str = "",
) -> Dataset:
    """Store pictures under these class names, one for each of theirs; classes of one name become one."""
    on_progress(0.0, _("Storing {count:,} pictures").format(count=len(pictures.labels)))
    classes = tuple(dict.fromkeys(names))
    about = About(
        title=clean_class_name(title),
        classes=classes,
        source=clean_class_name(source),
        licence=licence,
        original=pictures.original,
        fit=pictures.fit,
    )
    labels = np.array([classes.index(name) for name in names], np.int32)[pictures.labels]
    dataset = save_dataset(home, about, pictures.images, labels, pictures.parts, dataset_id)
    on_progress(1.0, _("Done"))
    return dataset


def read_npz(path: Path, on_progress: Progress = silent) -> dict[str, NDArray[Any]]:
    """Read the arrays called `NAMES`, in any case, into a dictionary with small letters.

    Raises:
        DataError: If the file is no readable .npz, holds Python objects, or is larger unpacked than `LIMITS` allows.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = _members(archive)
            headers = {name: _header(archive, info) for name, info in members.items()}
            _check_total(sum(header.size for header in headers.values()), path.stat().st_size)
            arrays = {}
            for place, (name, info) in enumerate(members.items()):
                on_progress(place / len(members), _("Reading {name}").format(name=name))
                arrays[name] = _values(archive, info, headers[name])
            return arrays
    except DataError:
        raise
    except Exception as error:  # broken files make zipfile and numpy raise BadZipFile, ValueError, TokenError ...
        raise DataError(
            _("The file cannot be read as .npz ({error}). Write it again with numpy.savez_compressed.").format(
                error=short_text(error)
            )
        ) from error


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    members: dict[str, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        name = info.filename.removesuffix(".npy").lower()
        if name in members:
            raise DataError(_("Expected one array called {name}, got two. Remove one of them.").format(name=name))
        if name in NAMES and (name != CLASSES or _is_list_of_text(archive, info)):
            members[name] = info
    return members


def _is_list_of_text(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    """Whether this can be class names; whatever else is called so is left alone, as any array that is not needed."""
    if info.file_size > _CLASSES_BYTES:
        return False
    try:
        header = _header(archive, info)
    except DataError:
        return False
    return header.dtype.kind in "US" and len(header.shape) == 1 and 0 not in header.shape


def _header(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Header:
    with archive.open(info) as member:
        reader = _READERS[_version(member)]
        try:
            shape, fortran_order, dtype = reader(member)
        except Exception as error:  # numpy parses it as Python, and fails with whatever that leads to
            raise ValueError(f"the header of {info.filename} is damaged") from error
        header = _Header(shape, fortran_order, dtype, member.tell())
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


def _check_total(unpacked: int, packed: int) -> None:
    if unpacked > LIMITS.npz_bytes:
        raise DataError(
            _(
                "Expected at most {limit} GB of arrays, got {got:.1f} GB. Store uint8, or fewer or smaller pictures."
            ).format(limit=LIMITS.npz_bytes // 10**9, got=unpacked / 1e9)
        )
    if unpacked > max(LIMITS.npz_small, LIMITS.npz_ratio * packed):
        raise DataError(
            _("This file unpacks to more than {limit} times its size, as no pictures do. It is not read.").format(
                limit=LIMITS.npz_ratio
            )
        )


def _values(archive: zipfile.ZipFile, info: zipfile.ZipInfo, header: _Header) -> NDArray[Any]:
    """Read the values of one member straight into the array they end in."""
    raw = np.empty(header.size, np.uint8)
    with archive.open(info) as member:
        member.read(header.offset)
        for start in range(0, header.size, _CHUNK):
            chunk = member.read(min(_CHUNK, header.size - start))
            raw[start : start + len(chunk)] = np.frombuffer(chunk, np.uint8)
        if member.read(1) or member.tell() != info.file_size:
            raise EOFError(f"{info.filename}: the end is missing")
    if header.dtype.kind == "U" and (raw.view(f"{header.dtype.byteorder}u4") > sys.maxunicode).any():
        raise ValueError(f"{info.filename}: numbers that stand for no character")  # numpy would fail at each use
    return raw.view(header.dtype).reshape(header.shape, order="F" if header.fortran_order else "C")
