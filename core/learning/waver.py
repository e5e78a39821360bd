"""What a trained model says of pictures as they are, and of their warped copies."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np
from numpy.typing import NDArray

from core.augmentation.spec import AugmentSpec
from core.augmentation.warp import Pixels
from core.learning.inputs import set_learnt_from
from core.learning.predict import load_trained, probabilities_of
from core.runs.folder import RunFolder
from core.wavering import Wavering, copies, units_for, ways_of

BATCH = 64  # pictures at a time: large ones through many filters take gigabytes


def waver(run: RunFolder, dataset_id: str, numbers: Sequence[int], views: int, augmentation: AugmentSpec) -> Wavering:
    """Let the run's model name pictures and copies of them, which are those that its own training would draw.

    Args:
        dataset_id: A set with the very pictures that the run was trained on.
        numbers: The pictures' places in it.
        views: Copies of each picture in each of the ways of `augmentation`; at least one knob of it is on.

    Raises:
        StudioError: If the run has no model yet, the set is gone or another one, or the model's answers are no numbers.
    """
    trained = load_trained(run)
    dataset = set_learnt_from(run, trained.info, dataset_id)
    pictures = trained.path.stored(dataset.images[list(numbers)])
    units = units_for(trained.info.spec.training.seed, views, numbers)
    said, sure = _named(trained.model, pictures)
    named = [_named(trained.model, copies(pictures, way, units)) for way in ways_of(augmentation)]
    copies_said = np.stack([of_way for of_way, _sure in named], axis=1)
    copies_sure = np.stack([of_way for _said, of_way in named], axis=1)
    return Wavering(said, sure, copies_said, copies_sure)


def _named(model: keras.Model, pictures: Pixels) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The class numbers of (…, S, S, C) pictures, and their probabilities, both (…)."""
    shape = pictures.shape[:-3]
    answers = probabilities_of(model, pictures.reshape(-1, *pictures.shape[-3:]), BATCH)
    return answers.argmax(axis=1).astype(np.int64).reshape(shape), answers.max(axis=1).reshape(shape)
