"""A set as a file for elsewhere: arrays for a notebook, or folders of PNG; both can be brought in again."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray
from PIL import Image

from core.datasets.dataset import TEST, TRAIN, VALIDATION, Dataset
from core.datasets.decode import Pixels
from core.datasets.editing.rows import in_blocks
from core.datasets.importing.names import is_junk
from core.datasets.importing.photos import in_order
from core.datasets.limits import LIMITS
from core.datasets.origins import Origins
from core.datasets.progress import Progress, silent
from core.errors import DataError
from core.files import write_atomically
from core.i18n import _

_ARRAYS = {TRAIN: "train", TEST: "test", VALIDATION: "val"}  # in the order in which an import lines the parts up
_FOLDERS = {TRAIN: "train", VALIDATION: "validation", TEST: "test"}
_UNSAFE = re.compile(r'[<>:"/\\|?*]|[. ]+$')
_RESERVED = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³])(\..*)?", re.IGNORECASE)  # Windows opens a device instead
_NUMBER = re.compile(r"[0-9]{5}( |$)")  # what an earlier export put first
_PNG_LEVEL = 1  # of 9: three times as fast as the usual 6, and photos come out only 1 % larger
_NAME_BYTES = 200  # of a folder or a file, in UTF-8; file systems take 255


def export_npz(dataset: Dataset, path: Path, on_progress: Progress = silent) -> None:
    """Write X_train, y_train and, where given, X_test, y_test, X_val, y_val; `classes` holds the names of the labels.

    Pictures are (N, S, S, C) uint8, labels (N,) int32; `numpy.load` and `import_npz` read the file. Each part keeps its
    order. Not compressed: photos would become a tenth smaller, and blank pictures look like a bomb to an import. If all
    pixels are 0 or 1, an import makes 0 and 255 of them.

    Raises:
        DataError: If the file cannot be written; then nothing stays of it.
    """
    _write(path, partial(_write_npz, dataset, on_progress))


def export_zip(dataset: Dataset, path: Path, on_progress: Progress = silent, origins: Origins | None = None) -> None:
    """Write a folder a class with 00001.png ..., in train/, validation/, test/ where the set has such parts.

    Class names become names of folders that every system takes: "a/b" becomes "a_b", the second of Cat and cat
    "cat (2)". Of what the pictures were called before, `origins`, the files keep the name after their number.

    Raises:
        DataError: If the file cannot be written; then nothing stays of it.
    """
    names = _file_names(dataset, origins)
    _write(path, partial(_write_zip, dataset.images, names, on_progress))


def folder_names(classes: Sequence[str]) -> tuple[str, ...]:
    """A folder's name for each class: safe on every system, and no two alike where case does not count."""
    names: dict[str, str] = {}
    for name in map(_safe, classes):
        tries = (
            name,
            *(f"{name[: LIMITS.class_name - 7].rstrip()} ({number})" for number in range(2, len(classes) + 1)),
        )
        free = next(one for one in tries if one.casefold() not in names)
        names[free.casefold()] = free
    return tuple(names.values())


def _write(path: Path, write: Callable[[BinaryIO], None]) -> None:
    try:
        write_atomically(path, write)
    except OSError as error:
        raise DataError(
            _("{path} could not be written ({error}). Make room on the disk, or choose another folder.").format(
                path=path, error=error.strerror or error
            )
        ) from error


def _write_npz(dataset: Dataset, on_progress: Progress, file: BinaryIO) -> None:
    done, total = 0, len(dataset)
    with zipfile.ZipFile(file, "w") as archive:
        for part, name in _ARRAYS.items():
            rows = np.flatnonzero(dataset.parts == part)
            if not len(rows):
                continue
            with _member(archive, f"X_{name}", (len(rows), *dataset.images.shape[1:]), np.dtype(np.uint8)) as member:
                for block in in_blocks(dataset.images, rows):
                    on_progress(done / total, _written(done, total))
                    member.write(block.reshape(-1).data)
                    done += len(block)
            _add_array(archive, f"y_{name}", dataset.labels[rows])
        _add_array(archive, "classes", np.array(dataset.meta.classes))
    on_progress(1.0, _("Done"))


def _member(archive: zipfile.ZipFile, name: str, shape: tuple[int, ...], dtype: np.dtype[Any]) -> IO[bytes]:
    """A member of an .npz, open for its values."""
    member = archive.open(f"{name}.npy", "w", force_zip64=True)
    npy.write_array_header_1_0(member, {"descr": dtype.str, "fortran_order": False, "shape": shape})
    return member


def _add_array(archive: zipfile.ZipFile, name: str, array: NDArray[Any]) -> None:
    with _member(archive, name, array.shape, array.dtype) as member:
        member.write(array.tobytes())


def _write_zip(images: Pixels, names: Sequence[str], on_progress: Progress, file: BinaryIO) -> None:
    done = 0
    with zipfile.ZipFile(file, "w") as archive:
        for block in in_blocks(images, np.arange(len(images))):
            for _picture, content in in_order(_png, list(block)):
                on_progress(done / len(images), _written(done, len(images)))
                archive.writestr(names[done], content)
                done += 1
    on_progress(1.0, _("Done"))


def _written(done: int, total: int) -> str:
    return _("Writing picture {done:,} of {total:,}").format(done=done, total=total)


def _png(picture: Pixels) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture[..., 0] if picture.shape[2] == 1 else picture).save(file, "PNG", compress_level=_PNG_LEVEL)
    return file.getvalue()


def _file_names(dataset: Dataset, origins: Origins | None) -> list[str]:
    """Path in the archive of each picture, numbered from 1 in its folder."""
    folders = folder_names(dataset.meta.classes)
    has_parts = dataset.meta.given_test or dataset.meta.given_validation
    width = max(5, len(str(len(dataset))))
    numbers: Counter[str] = Counter()
    names = []
    for row, (part, label) in enumerate(zip(dataset.parts.tolist(), dataset.labels.tolist(), strict=True)):
        folder = f"{_FOLDERS[part]}/{folders[label]}" if has_parts else folders[label]
        numbers[folder] += 1
        names.append(f"{folder}/{numbers[folder]:0{width}}{_former_name(origins, row)}.png")
    return names


def _former_name(origins: Origins | None, row: int) -> str:
    """What follows the number: a space and "IMG_1234", or nothing where it is not known."""
    stem = PurePosixPath(origins.names[row]).stem if origins else ""
    stem = _NUMBER.sub("", stem, count=1)
    return f" {_safe(stem)}" if stem else ""


def _safe(name: str) -> str:
    name = _UNSAFE.sub("_", name)
    if is_junk((name,)) or _RESERVED.fullmatch(name):
        name = f"_{name}"
    return name.encode()[:_NAME_BYTES].decode(errors="ignore")[: LIMITS.class_name].rstrip(". ")
