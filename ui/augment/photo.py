"""The picture on which the Augment page shows what happens: one of the training pictures, picked by the learner."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.datasets.dataset import Dataset
from core.datasets.decode import Pixels
from core.datasets.pixels import path_of
from core.datasets.split import Indices
from core.i18n import _
from core.spec import DataSpec
from ui import session
from ui.components import Tile, gallery

OFFERED = 10  # pictures in the row
SIDE = 40  # px of each
SPARSE = 16  # pixels along a side that are enough to see how round a picture is
KEY = "augment-offered"
PHOTO, PAGE = "augment.photo", "augment.page"


def pick_photo(dataset: Dataset, data: DataSpec, train: Indices, names: Sequence[str]) -> int:
    """The number of the picture that was picked, by a row of others to pick from.

    Args:
        train: Numbers of the training pictures: only these are ever varied.
        names: Of the classes, for the reader.
    """
    in_turn = _in_turn(dataset.meta.content_hash, data, dataset.labels, train)
    first = session.recall(PAGE, 0) * OFFERED
    offered = np.take(in_turn, range(first, first + min(OFFERED, len(train))), mode="wrap").tolist()
    pictures = seen(dataset, data, offered)
    picked: tuple[str, int] = session.recall(PHOTO, ("", 0))
    dataset_id, number = picked
    if dataset_id != dataset.meta.id or number not in train:
        number = offered[_least_round(pictures)]
        session.remember(PHOTO, (dataset.meta.id, number))  # other pictures to pick from do not replace it
    with st.container(horizontal=True, vertical_alignment="center", key="augment-offer"):
        tiles = [
            Tile(str(index), picture, mark="chosen" if index == number else "", alt=names[dataset.labels[index]])
            for index, picture in zip(offered, pictures, strict=True)
        ]
        gallery(tiles, key=KEY, size=SIDE, columns=OFFERED, on_click=lambda: _pick(dataset))
        st.button(_("Other pictures"), icon=":material/shuffle:", type="tertiary", on_click=_turn, key="augment-others")
    return number


def seen(dataset: Dataset, data: DataSpec, numbers: Sequence[int] | Indices) -> Pixels:
    """(n, S, S, C): pictures as the network sees them, before they are varied."""
    path = path_of(dataset.meta, data.image_size, data.colour_mode)
    return path.stored(dataset.images[list(numbers)])


@st.cache_data(max_entries=32, show_spinner=False)
def _in_turn(content_hash: str, data: DataSpec, _labels: NDArray[np.int32], _train: Indices) -> Indices:
    """The training pictures, the classes taking turns; the first two arguments decide the others."""
    mine = _labels[_train]
    by_class = np.argsort(mine, kind="stable")
    turns = np.empty(len(mine), np.int64)
    firsts = np.searchsorted(mine[by_class], mine[by_class])
    turns[by_class] = np.arange(len(mine)) - firsts
    return _train[np.lexsort((mine, turns))]


def _least_round(pictures: Pixels) -> int:
    """Where the picture is on which a turn shows most: a turn around what it shows, wherever in the picture that is."""
    step = max(1, pictures.shape[1] // SPARSE)
    return int(np.argmax([_change_by_turn(picture[::step, ::step].mean(axis=2)) for picture in pictures]))


def _change_by_turn(grey: NDArray[np.float64]) -> float:
    apart = np.abs(grey - np.median(grey))
    places = np.indices(grey.shape).reshape(2, -1)
    centre = places @ apart.ravel() / max(float(apart.sum()), 1.0)
    centred = np.roll(apart, np.rint(np.array(grey.shape) / 2 - 0.5 - centre).astype(int), axis=(0, 1))
    return float(np.abs(centred - np.rot90(centred)).mean())


def _pick(dataset: Dataset) -> None:
    number = session.clicked_number(KEY)
    if number is not None:
        session.remember(PHOTO, (dataset.meta.id, number))


def _turn() -> None:
    session.remember(PAGE, session.recall(PAGE, 0) + 1)
