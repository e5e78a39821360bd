"""Reading .npz files of strangers: every header is judged before memory is asked for.

Python's zipfile and numpy both trust what a file says about itself; a forged header of 160 GB raises MemoryError only
after it was tried. Objects are refused, since reading them would run what is in the file.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.datasets.dataset import About, Dataset, class_names, clean_class_name
from core.datasets.importing.archives import ZipGuard, short_text, why_not
from core.datasets.importing.arrays import GIVEN, Given, Pictures, checked_pairs, to_pictures, understood
from core.datasets.importing.npy import Header, read_header, read_some_rows, read_values
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
_Members = dict[str, tuple[zipfile.ZipInfo, Header]]


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
    owner: str = "",
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
    dataset = save_dataset(home, about, pictures.images, labels, pictures.parts, dataset_id, owner=owner)
    on_progress(1.0, _("Done"))
    return dataset


def read_npz(path: Path, on_progress: Progress = silent) -> dict[str, NDArray[Any]]:
    """Read the arrays called `NAMES`, in any case, into a dictionary with small letters.

    Raises:
        DataError: If the file is no readable .npz, holds Python objects, or is larger unpacked than `LIMITS` allows.
    """
    with _opened(path) as (archive, members):
        return {name: read_values(archive, *member) for name, member in _told(members, on_progress)}


def look_into_npz(path: Path, count: int, on_progress: Progress = silent) -> Given:
    """What the file holds, with about `count` pictures of each part, so that it takes little memory.

    Raises:
        DataError: As `read_npz` and `to_pictures` do; what is wrong with the other pictures is not seen.
    """
    with _opened(path) as (archive, members):
        headers = {name: header for name, (_info, header) in members.items()}
        checked_pairs(headers)
        arrays = {
            name: read_some_rows(archive, *member, count) if name.startswith("x") else read_values(archive, *member)
            for name, member in _told(members, on_progress)
        }
    return understood(arrays, headers)


def _told(members: _Members, on_progress: Progress) -> Iterator[tuple[str, tuple[zipfile.ZipInfo, Header]]]:
    for place, (name, member) in enumerate(members.items()):
        on_progress(place / len(members), _("Reading {name}").format(name=name))
        yield name, member


@contextmanager
def _opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, _Members]]:
    """The archive and what of it is read, which is not too large. Whatever goes wrong in the block becomes words."""
    try:
        with ZipGuard(path) as guard, zipfile.ZipFile(guard) as archive:
            members = {name: (info, read_header(archive, info)) for name, info in _infos(archive).items()}
            _check_total(sum(header.size for _info, header in members.values()), path.stat().st_size)
            yield archive, members
    except DataError:
        raise
    except Exception as error:  # broken files make zipfile and numpy raise BadZipFile, ValueError, TokenError ...
        raise DataError(
            _("The file cannot be read as .npz ({error}). Write it again with numpy.savez_compressed.").format(
                error=short_text(error)
            )
        ) from error


def _infos(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    infos: dict[str, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        name = info.filename.removesuffix(".npy").lower()
        if name in infos:
            raise DataError(_("Expected one array called {name}, got two. Remove one of them.").format(name=name))
        if name in NAMES and (reason := why_not(info)):
            raise DataError(f"{info.filename}: {reason}")
        if name in NAMES and (name != CLASSES or _is_list_of_text(archive, info)):
            infos[name] = info
    return infos


def _is_list_of_text(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    """Whether this can be class names; whatever else is called so is left alone, as any array that is not needed."""
    if info.file_size > _CLASSES_BYTES:
        return False
    try:
        header = read_header(archive, info)
    except DataError:
        return False
    return header.dtype.kind in "US" and len(header.shape) == 1 and 0 not in header.shape


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
