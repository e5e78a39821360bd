"""Data sets on disk: one folder each, whole or absent.

images.npy (N, S, S, C) uint8 · labels.npy (N,) int32 · parts.npy (N,) uint8 · meta.json · origins.json, where known
access.json: whose it is (core/datasets/access.py), where it is not everybody's
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from core.access import Access, Viewer
from core.datasets.access import read_access
from core.datasets.dataset import DATASET_ID, About, Dataset, DatasetMeta, check_arrays, make_dataset
from core.datasets.origins import Origins, read_origins
from core.datasets.shapes import draw_shapes, is_shapes_id, shapes_spec_of
from core.datasets.writer import DatasetWriter
from core.errors import DataError
from core.files import status
from core.home import BUNDLED, Home
from core.i18n import _

_ID = re.compile(DATASET_ID)
_ARRAYS = ("images", "labels", "parts")
_CHUNK = 256  # pictures written at a time


def save_dataset(
    home: Home,
    about: About,
    images: NDArray[np.uint8],
    labels: NDArray[Any],
    parts: NDArray[np.uint8],
    dataset_id: str = "",
    origins: Origins | None = None,
    owner: str = "",
) -> Dataset:
    """Store a data set in the data home, in one step; the same set again is found and not written twice.

    Arguments are those of `DatasetWriter.finish`; the result is memory-mapped.

    Raises:
        DataError: If the arrays do not fit together, or another set has this id.
    """
    dataset = make_dataset(about, images, labels, parts, dataset_id)
    write_dataset(home.datasets, dataset, origins, owner)
    return open_dataset(home, dataset.meta.id)


def write_dataset(parent: Path, dataset: Dataset, origins: Origins | None = None, owner: str = "") -> None:
    """Write a whole set into `parent` as `DatasetWriter` does."""
    meta = dataset.meta
    with DatasetWriter(parent, meta.size, meta.channels, len(dataset)) as writer:
        for start in range(0, len(dataset), _CHUNK):
            writer.add(dataset.images[start : start + _CHUNK])
        about = About(**{name: getattr(meta, name) for name in About.model_fields})
        writer.finish(about, dataset.labels, dataset.parts, _checked_id(meta.id), origins, owner)


def open_dataset(home: Home, dataset_id: str) -> Dataset:
    """Open a bundled, stored or drawn data set; pictures from disk are memory-mapped, read only.

    Raises:
        DataError: If there is no such set or its files are damaged.
    """
    for parent in (BUNDLED, home.datasets):
        folder = parent / _checked_id(dataset_id)
        if folder.is_dir():
            return _open(folder)
    if is_shapes_id(dataset_id):
        return draw_shapes(shapes_spec_of(dataset_id))
    raise DataError(
        _("There is no data set {id} in {folder}. Import it again or choose another one.").format(
            id=dataset_id, folder=home.datasets
        )
    )


def is_there(home: Home, dataset_id: str) -> bool:
    """Whether a set can be opened, unless it is damaged."""
    if not _ID.fullmatch(dataset_id):
        return False
    return any((parent / dataset_id).is_dir() for parent in (BUNDLED, home.datasets)) or is_shapes_id(dataset_id)


def size_on_disk(home: Home, dataset_id: str) -> int:
    """Bytes of a stored set; 0 for any other."""
    found = map(status, (home.datasets / dataset_id).glob("*")) if _ID.fullmatch(dataset_id) else ()
    return sum(file.st_size for file in found if file)


def access_of_dataset(home: Home, dataset_id: str) -> Access:
    """Who may see a set. What ships with the project, is drawn or is not there hides nothing and belongs to all."""
    folder = home.datasets / dataset_id
    return read_access(folder) if _ID.fullmatch(dataset_id) and folder.is_dir() else Access()


def origins_of(home: Home, dataset: Dataset) -> Origins | None:
    """What the pictures of a set were before they came in; None where that is not known."""
    return read_origins(home.datasets / dataset.meta.id, len(dataset))


def list_datasets(home: Home) -> list[DatasetMeta]:
    """Meta data of all bundled, then all stored sets, each by id; folders that cannot be read are skipped."""
    return [*_listed(BUNDLED), *_listed(home.datasets)]


def seen_datasets(home: Home, viewer: Viewer) -> list[DatasetMeta]:
    """Those of all sets that the viewer may see."""
    stored = _listed(home.datasets)  # before it is asked whose they are: one that vanishes meanwhile is then nobody's
    return [*_listed(BUNDLED), *(meta for meta in stored if viewer.sees(read_access(home.datasets / meta.id)))]


def _listed(parent: Path) -> list[DatasetMeta]:
    return [meta for meta in map(_meta_or_none, sorted(parent.glob("[!.]*/"))) if meta]


def _checked_id(dataset_id: str) -> str:
    if not _ID.fullmatch(dataset_id):
        raise DataError(
            _(
                "Expected a data set's id of small letters, digits, - and _, got {id}. Choose a set from the list."
            ).format(id=ascii(dataset_id[:80]))
        )
    return dataset_id


def forget_opened() -> None:
    """Let go of the files of all sets that are kept open, so that a removed one frees its place on the disk."""
    _kept_open.cache_clear()


def _open(folder: Path) -> Dataset:
    try:
        stamps = tuple(_stamp(folder / name) for name in ("meta.json", *(f"{array}.npy" for array in _ARRAYS)))
    except OSError as error:
        raise _damaged(folder, error) from error
    return _kept_open(folder, stamps)


def _stamp(file: Path) -> tuple[int, int, int]:
    found = file.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


@lru_cache(maxsize=16)
def _kept_open(folder: Path, _stamps: tuple[tuple[int, int, int], ...]) -> Dataset:
    """The set as it is on disk, opened again only when a file has changed: a page asks for it several times a turn."""
    meta = _read_meta(folder)
    try:
        images, labels, parts = (np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in _ARRAYS)
    except (OSError, ValueError, EOFError) as error:
        raise _damaged(folder, error) from error
    check_arrays(meta.classes, images, labels, parts)
    dataset = Dataset(meta, images, np.array(labels), np.array(parts))
    for array in (dataset.labels, dataset.parts):
        array.flags.writeable = False  # shared between callers
    return dataset


def _read_meta(folder: Path) -> DatasetMeta:
    try:
        meta = DatasetMeta.model_validate_json((folder / "meta.json").read_bytes())
    except (OSError, ValidationError) as error:
        raise _damaged(folder, error) from error
    if meta.id != folder.name:
        raise _damaged(folder, ValueError(f"id {meta.id}"))
    return meta


def _meta_or_none(folder: Path) -> DatasetMeta | None:
    try:
        return _kept_meta(folder, (folder / "meta.json").stat().st_mtime_ns)
    except (DataError, OSError):
        return None


@lru_cache(maxsize=1024)
def _kept_meta(folder: Path, _written: int) -> DatasetMeta:
    """What `_read_meta` gives, read again only when the file has changed: pages list all sets at each turn."""
    return _read_meta(folder)


def _damaged(folder: Path, error: Exception) -> DataError:
    return DataError(
        _("The data set in {folder} is damaged ({error}). Remove this folder and import the set again.").format(
            folder=folder, error=error
        )
    )
