"""The data set that this browser has chosen, and its pictures as the network will see them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.datasets.dataset import Dataset
from core.datasets.pixels import as_model_input
from core.datasets.store import open_dataset
from core.spec import DataSpec
from ui import session
from ui.services import studio


def chosen_dataset() -> Dataset:
    """The data set of this browser's settings.

    Raises:
        DataError: If it is not on this computer.
    """
    return open_dataset(studio().home, session.spec().data.dataset)


def seen_pictures(dataset: Dataset, data: DataSpec) -> NDArray[np.uint8]:
    """(N, S, S, C) uint8: the pictures at the size and in the colours that `data` asks for."""
    return as_model_input(dataset, data.image_size, data.colour_mode, studio().home.cache)
