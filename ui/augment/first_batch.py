"""The very pictures of the first step of the run to come."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.augmentation.draws import units_of
from core.augmentation.warp import augment
from core.batches import Pictures, batches_of
from core.datasets.dataset import Dataset
from core.datasets.split import Indices
from core.i18n import _
from core.spec import RunSpec
from ui import format
from ui.augment.photo import seen
from ui.components import Tile, gallery

SHOWN = 64  # pictures at most; only these are made
SIDE = 76  # px


def first_batch(dataset: Dataset, spec: RunSpec, train: Indices, names: Sequence[str]) -> None:
    """Epoch 1, batch 1, as training will show it."""
    views, positions = batches_of(spec, Pictures(dataset.images, dataset.labels, train)).places(0, 0)
    text = _("The {count} pictures of the first step of the run to come, as the network will see them.")
    if len(positions) > SHOWN:
        text += " " + _("The first {shown} are shown.").format(shown=SHOWN)
    st.caption(text.format(count=format.count(len(positions))))
    numbers = train[positions[:SHOWN]]
    units = units_of(spec.training.seed, views[:SHOWN], numbers)
    images = augment(seen(dataset, spec.data, numbers), spec.augmentation, units)
    labels = dataset.labels[numbers].tolist()
    tiles = [
        Tile(str(place), image, names[label]) for place, (image, label) in enumerate(zip(images, labels, strict=True))
    ]
    gallery(tiles, key="augment-batch", size=SIDE)
