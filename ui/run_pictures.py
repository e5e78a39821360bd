"""The pictures that a run was trained and judged on, where they still are on this computer."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from core.datasets.borders import DARK, border_of
from core.datasets.dataset import Dataset
from core.errors import DataError, StudioError
from core.i18n import _
from core.runs.folder import RunFolder, RunInfo
from core.runs.pictures import are_pictures_of
from ui.access import sees_dataset, visible_dataset

LOOKED_AT = 500  # training pictures from which a set's border is judged

Pixels = NDArray[np.uint8]


def dataset_of(info: RunInfo) -> Dataset:
    """The data set that a run was made for.

    Raises:
        DataError: If it is gone, has changed since, or is private to others.
    """
    if not may_see_pictures(info):
        raise DataError(_("The pictures of this run are private to the browser that made it."))
    try:
        dataset = visible_dataset(info.spec.data.dataset)
    except StudioError as error:
        raise _gone(info) from error
    if not are_pictures_of(info, dataset):
        raise _gone(info)
    return dataset


def may_see_pictures(info: RunInfo) -> bool:
    """Whether the pictures of a run, wherever they are, may be shown: a run can be published without them."""
    return sees_dataset(info.spec.data.dataset)


def part_of(run: RunFolder, part: str) -> NDArray[np.int64]:
    """Numbers of the pictures in the run's "train", "validation" or "test" part; empty where the file is damaged."""
    try:
        with run.split.open("rb") as file, np.load(file, allow_pickle=False) as split:
            return np.asarray(split[part], dtype=np.int64)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return np.empty(0, dtype=np.int64)


def as_png(image: Pixels) -> bytes:
    """A stored picture (S, S, 1 or 3) as a file without loss, to be asked about like any photo."""
    buffer = io.BytesIO()
    Image.fromarray(image[..., 0] if image.shape[2] == 1 else image).save(buffer, "PNG")
    return buffer.getvalue()


def is_light_on_dark(run: RunFolder, info: RunInfo) -> bool:
    """Whether a grey set's pictures have a dark border; False where they are gone or in colour."""
    if info.spec.data.colour_mode != "grey":
        return False
    try:
        return _border_of_set(info.content_hash, dataset_of(info), part_of(run, "train")) < DARK
    except StudioError:
        return False


@st.cache_data(max_entries=64, show_spinner=False)
def _border_of_set(content_hash: str, _dataset: Dataset, _train: NDArray[np.int64]) -> float:
    numbers = np.sort(_train)[:LOOKED_AT]
    return border_of(_dataset.images[numbers]) if len(numbers) else 255.0


def _gone(info: RunInfo) -> DataError:
    if info.imported:
        return DataError(_("This run came without its pictures. Bring the set in to see them."))
    text = _(
        "The pictures of “{title}” are no longer on this computer as they were. Bring the set in again to see them."
    )
    return DataError(text.format(title=_(info.dataset_title)))
