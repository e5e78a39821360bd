"""The data set that this browser has chosen, and its pictures as the network will see them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.datasets.catalog import BUILT_IN
from core.datasets.dataset import Dataset, DatasetMeta
from core.datasets.pixels import as_model_input, path_of, resize
from core.datasets.split import Split
from core.i18n import _
from core.runs.submit import split_of
from core.spec import DataSpec
from ui import session
from ui.access import visible_dataset
from ui.services import studio


def chosen_dataset() -> Dataset:
    """The data set of this browser's settings.

    Raises:
        DataError: If it is not on this computer, or private to others.
    """
    return visible_dataset(session.spec().data.dataset)


def class_labels(meta: DatasetMeta) -> list[str]:
    """Class names as they are shown: those of our own sets are translated, those of a stranger are left alone."""
    ours = meta.synthetic or meta.id in BUILT_IN
    return [_(name) if ours else name for name in meta.classes]


def chosen_split(dataset: Dataset, data: DataSpec) -> Split:
    """The split of the set that `data` asks for, kept for the next run of the page. Raises DataError as `split_of`."""
    return _split(dataset.meta.id, dataset.meta.content_hash, dealing(data), dataset, data)


def dealing(data: DataSpec) -> tuple[float, float, str, int]:
    """All of `data` that decides a split."""
    return data.validation_fraction, data.test_fraction, data.split_policy, data.split_seed


@st.cache_data(max_entries=32, show_spinner=False)
def _split(
    dataset_id: str, content_hash: str, dealing: tuple[object, ...], _dataset: Dataset, _data: DataSpec
) -> Split:
    """The first three arguments are the key, and decide all that is used of the others."""
    return split_of(_dataset, _data)


def small_pictures(dataset: Dataset, data: DataSpec, numbers: Sequence[int], side: int) -> NDArray[np.uint8]:
    """(n, S, S, C) uint8: a few pictures as the network sees them, large ones shrunk to what the screen shows.

    Only these are converted: a copy of a whole large set takes seconds, and training makes it when it is needed.

    Args:
        numbers: Their places in the set.
        side: In px of the screen, of which a picture has twice as many at most.
    """
    return _small(dataset.meta.content_hash, tuple(numbers), data.image_size, data.colour_mode, side, dataset)


@st.cache_data(max_entries=32, show_spinner=False)
def _small(
    content_hash: str, numbers: tuple[int, ...], image_size: int, colour_mode: str, side: int, _dataset: Dataset
) -> NDArray[np.uint8]:
    if not numbers:
        return np.empty((0, side, side, 3), np.uint8)
    path = path_of(_dataset.meta, image_size, "grey" if colour_mode == "grey" else "rgb")
    seen = path.stored(_dataset.images[list(numbers)])
    return seen if image_size <= 2 * side else np.stack([resize(image, 2 * side) for image in seen])


def seen_pictures(dataset: Dataset, data: DataSpec) -> NDArray[np.uint8]:
    """(N, S, S, C) uint8: the pictures at the size and in the colours that `data` asks for."""
    return as_model_input(dataset, data.image_size, data.colour_mode, studio().home.cache)
