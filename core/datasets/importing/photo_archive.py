"""A published archive of photos into a set of that name, which appears only once its photos were counted."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.datasets.dataset import TEST, TRAIN, VALIDATION, Dataset
from core.datasets.importing.photos import PhotoOptions, import_photos
from core.datasets.importing.sources import Source, StagedSource, open_source, unpack_tar
from core.datasets.progress import Progress, silent, within
from core.datasets.store import open_dataset
from core.errors import DataError
from core.home import Home
from core.i18n import _

_TARS = (".tgz", ".gz")


def import_archive(
    home: Home,
    path: Path,
    options: PhotoOptions,
    dataset_id: str,
    counts: Mapping[int, int] | None = None,
    on_progress: Progress = silent,
) -> Dataset:
    """Make the set `dataset_id` of a .tgz, a .zip or a folder of photos; nobody else may do so at the same time.

    Args:
        counts: How many photos each part of the set must have; None if any number will do.

    Raises:
        DataError: If the photos cannot be read, or are not as many.
    """
    workshop = home.datasets / f".{dataset_id}.tmp"  # a name that `writer.sweep` knows too
    shutil.rmtree(workshop, ignore_errors=True)  # of a process that was killed
    inside = Home(workshop)
    try:
        with _opened(path, workshop / dataset_id, within(on_progress, 0, 0.3)) as source:
            parts = import_photos(inside, source, options, within(on_progress, 0.3, 1), dataset_id).parts
        _check_counts(parts, counts)
        (inside.datasets / dataset_id).rename(home.datasets / dataset_id)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    return open_dataset(home, dataset_id)


def _opened(path: Path, folder: Path, on_progress: Progress) -> Source:
    """The photos in `path`; a tar, which has no table of contents, is unpacked into `folder` first."""
    if not path.name.endswith(_TARS):
        return open_source(path)
    refused = unpack_tar(path, folder, on_progress)
    source = StagedSource(folder)
    source.refused = [*source.refused, *refused]
    return source


def _check_counts(parts: NDArray[np.uint8], counts: Mapping[int, int] | None) -> None:
    found = Counter(parts.tolist())
    if counts is not None and found != counts:
        raise DataError(
            _("Expected {expected} photos, got {found}.").format(expected=_as_text(counts), found=_as_text(found))
        )


def _as_text(counts: Mapping[int, int]) -> str:
    """As "2,000 + 1,000": training, validation, test."""
    return " + ".join(f"{counts[part]:,}" for part in (TRAIN, VALIDATION, TEST) if part in counts)
