"""What a model says of pictures and what it made of them just before, in one go through the network."""

from __future__ import annotations

import math

import keras
import numpy as np
from numpy.typing import NDArray

from core.i18n import N_
from core.learning.evaluate import class_probabilities
from core.learning.pipeline import EVALUATION_BATCH, evaluation_batch_size
from core.novelty import looks_of

MOST_FEATURES = 512  # numbers kept of a picture; of maps, which are longer, neighbours are alike

NO_NUMBER = N_("The model's answer is no number: its training has almost diverged. Train with a smaller learning rate.")

Rows = NDArray[np.float32]


def with_features(model: keras.Model) -> keras.Model:
    """The same network with two outputs: what goes into its output layer, and its answer."""
    return keras.Model(model.inputs, [model.get_layer("output").input, model.outputs[0]])


def judged(both: keras.Model, pictures: NDArray[np.generic]) -> tuple[Rows, Rows]:
    """(n, K) probabilities and (n, F) features, see `core.novelty`, of (n, S, S, C) pictures.

    Both are NaN for a picture of which the network makes what is no number, as one that has almost diverged may.

    Args:
        both: As `with_features` gives it.
    """
    size = min(EVALUATION_BATCH, evaluation_batch_size(both))
    starts = range(0, max(1, len(pictures)), size)
    parts = [_judged_at_once(both, pictures[start : start + size]) for start in starts]
    answers, features = (np.concatenate(rows) for rows in zip(*parts, strict=True))
    is_number = np.isfinite(answers).all(axis=1) & np.isfinite(features).all(axis=1)
    answers[~is_number], features[~is_number] = 0, np.nan
    probabilities = class_probabilities(answers)
    probabilities[~is_number] = np.nan
    return probabilities, features


def is_answered(probabilities: Rows) -> NDArray[np.bool_]:
    """(n,) whether the network made a number of each picture."""
    return np.asarray(~np.isnan(probabilities).any(axis=1))


def features_of(before: Rows, pictures: NDArray[np.generic]) -> Rows:
    """(n, F): `unit_rows` of what goes into the output layer, and after them `core.novelty.looks_of` the pictures."""
    return np.hstack([unit_rows(before), looks_of(pictures)])


def unit_rows(answers: Rows) -> Rows:
    """(n, F): at most `MOST_FEATURES` numbers of each of n answers, whatever their shape, at length 1."""
    rows = answers.reshape(len(answers), math.prod(answers.shape[1:]))
    kept = rows[:, :: math.ceil(rows.shape[1] / MOST_FEATURES)]
    with np.errstate(over="ignore", invalid="ignore"):  # infinity divided by itself is NaN, as it should be
        return np.asarray(kept / np.maximum(np.linalg.norm(kept, axis=1, keepdims=True), 1e-12), np.float32)


def _judged_at_once(both: keras.Model, pictures: NDArray[np.generic]) -> tuple[Rows, Rows]:
    """The answers as they come, and the features; none of no picture, which Keras would refuse."""
    if not len(pictures):
        before, answers = (np.empty((0, *shape[1:]), np.float32) for shape in both.output_shape)
    else:
        before, answers = (np.asarray(rows, np.float32) for rows in both.predict_on_batch(pictures))
    return np.array(answers), features_of(before, pictures)
