"""The very pictures of the first step of the run to come."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.batches import Pictures, batches_of
from core.datasets.dataset import Dataset
from core.datasets.split import Indices
from core.i18n import _
from core.spec import RunSpec
from ui import format
from ui.components import Tile, gallery
from ui.datasets import seen_pictures

SHOWN = 64  # pictures at most
SIDE = 76  # px


def first_batch(dataset: Dataset, spec: RunSpec, train: Indices, names: Sequence[str]) -> None:
    """Epoch 1, batch 1, made by the code that will make it in training.

    Raises:
        DataError: If the pictures at this size would be too many for this computer.
    """
    batches = batches_of(spec, Pictures(seen_pictures(dataset, spec.data), dataset.labels, train))
    images, labels = batches.batch(0, 0)
    text = _("The {count} pictures of the first step of the run to come, as the network will see them.")
    if len(images) > SHOWN:
        text += " " + _("The first {shown} are shown.").format(shown=SHOWN)
    st.caption(text.format(count=format.count(len(images))))
    tiles = [
        Tile(str(place), image, names[label])
        for place, (image, label) in enumerate(zip(images[:SHOWN], labels[:SHOWN].tolist(), strict=True))
    ]
    gallery(tiles, key="augment-batch", size=SIDE)
