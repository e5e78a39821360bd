"""Data sets on disk: one folder each, whole or absent.

images.npy (N, S, S, C) uint8 · labels.npy (N,) int32 · parts.npy (N,) uint8 · meta.json
"""

from __future__ import annotations

import re
import secrets
import shutil
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from core.datasets.dataset import About, Dataset, DatasetMeta, check_arrays, make_dataset
from core.datasets.shapes import draw_shapes, is_shapes_id, shapes_spec_of
from core.errors import DataError
from core.files import write_atomically, write_json
from core.home import BUNDLED, Home
from core.i18n import _

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")  # no dot and no slash: an id never leads out of its folder
_LEFTOVER_AGE = 24 * 3600  # seconds; no import takes a day


def save_dataset(
    home: Home,
    about: About,
    images: NDArray[np.uint8],
    labels: NDArray[Any],
    parts: NDArray[np.uint8],
    dataset_id: str = "",
) -> Dataset:
    """Store a data set in the data home, in one step; the same set again is found and not written twice.

    Arguments are those of `make_dataset`; the result is memory-mapped.

    Raises:
        DataError: If the arrays do not fit together, or another set has this id.
    """
    dataset = make_dataset(about, images, labels, parts, dataset_id)
    write_dataset(home.datasets, dataset)
    return open_dataset(home, dataset.meta.id)


def write_dataset(parent: Path, dataset: Dataset) -> None:
    """Write `dataset` to a hidden folder, then rename that to `parent`/id: a cut-off import leaves no half set."""
    target = parent / _checked_id(dataset.meta.id)
    _sweep(parent)
    temporary = parent / f".{target.name}.{secrets.token_hex(4)}.tmp"
    try:
        if not target.exists():
            _write_files(temporary, dataset)
            temporary.rename(target)
    except OSError:
        if not target.exists():  # else another process was faster, and what it wrote is compared below
            raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    if _read_meta(target).content_hash != dataset.meta.content_hash:
        raise DataError(
            _("There is another data set with the id {id}. Remove it or choose another title.").format(id=target.name)
        )


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


def list_datasets(home: Home) -> list[DatasetMeta]:
    """Meta data of all bundled, then all stored sets, each by id; folders that cannot be read are skipped."""
    folders = [folder for parent in (BUNDLED, home.datasets) for folder in sorted(parent.glob("[!.]*/"))]
    return [meta for meta in map(_meta_or_none, folders) if meta]


def _checked_id(dataset_id: str) -> str:
    if not _ID.fullmatch(dataset_id):
        raise DataError(
            _(
                "Expected a data set's id of small letters, digits, - and _, got {id}. Choose a set from the list."
            ).format(id=ascii(dataset_id[:80]))
        )
    return dataset_id


def _write_files(folder: Path, dataset: Dataset) -> None:
    folder.mkdir(parents=True)
    for name in ("images", "labels", "parts"):
        save = partial(np.save, arr=getattr(dataset, name), allow_pickle=False)
        write_atomically(folder / f"{name}.npy", save)
    write_json(folder / "meta.json", dataset.meta.model_dump(mode="json"))


def _open(folder: Path) -> Dataset:
    meta = _read_meta(folder)
    try:
        images, labels, parts = (
            np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in ("images", "labels", "parts")
        )
    except (OSError, ValueError, EOFError) as error:
        raise _damaged(folder, error) from error
    check_arrays(meta.classes, images, labels, parts)
    return Dataset(meta, images, np.array(labels), np.array(parts))


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
        return _read_meta(folder)
    except DataError:
        return None


def _damaged(folder: Path, error: Exception) -> DataError:
    return DataError(
        _("The data set in {folder} is damaged ({error}). Remove this folder and import the set again.").format(
            folder=folder, error=error
        )
    )


def _sweep(parent: Path) -> None:
    """Remove what imports that were killed left behind."""
    for leftover in parent.glob(".*.tmp"):
        if time.time() - leftover.stat().st_mtime > _LEFTOVER_AGE:
            shutil.rmtree(leftover, ignore_errors=True)
