"""What a run works on, found again from its folder: its pictures and its backbone's weights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from core.architecture.transfer import RANDOM, Transfer
from core.batches import Pictures
from core.datasets.dataset import Dataset
from core.datasets.pixels import as_model_input
from core.datasets.store import open_dataset
from core.errors import TrainingError
from core.home import Home
from core.i18n import _
from core.learning.pipeline import targets_for
from core.runs.folder import RunFolder, RunInfo
from core.runs.pictures import are_pictures_of
from core.weights.find import weights_with


def pictures_of(run: RunFolder, info: RunInfo, on_chunk: Callable[[], None] = lambda: None) -> dict[str, Pictures]:
    """The run's training, validation and test pictures, at the size and with the targets that its model takes.

    Args:
        on_chunk: Called every now and then while pictures are converted; it may raise to leave.

    Raises:
        DataError, TrainingError: If the data set is gone or is no longer the one that the run was made for.
    """
    home, spec = Home(run.path.parent.parent), info.spec
    dataset = set_learnt_from(run, info, spec.data.dataset)
    images = as_model_input(dataset, spec.data.image_size, spec.data.colour_mode, home.cache, on_chunk)
    targets = targets_for(spec.training.loss, dataset.labels, len(info.classes))
    with np.load(run.split, allow_pickle=False) as split:
        return {part: Pictures(images, targets, split[part]) for part in ("train", "validation", "test")}


def set_learnt_from(run: RunFolder, info: RunInfo, dataset_id: str) -> Dataset:
    """Open a set with the very pictures that the run was trained on; it may have another title.

    Raises:
        DataError, TrainingError: If it is gone or has other pictures.
    """
    dataset = open_dataset(Home(run.path.parent.parent), dataset_id)
    if not are_pictures_of(info, dataset):
        raise TrainingError(_("The data set “{title}” has changed since.").format(title=info.dataset_title))
    return dataset


def weights_of(run: RunFolder, info: RunInfo) -> Path | None:
    """The file that the run's backbone got its weights from; None without a backbone, or where they are random.

    Raises:
        DataError: If it is gone.
    """
    architecture = info.spec.architecture
    if not isinstance(architecture, Transfer) or architecture.weights == RANDOM:
        return None
    return weights_with(Home(run.path.parent.parent), architecture.backbone, info.weights)
