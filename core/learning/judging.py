"""What a model says of pictures and what it made of them just before, in one go through the network."""

from __future__ import annotations

import math

import keras
import numpy as np
from numpy.typing import NDArray

from core.learning.evaluate import class_probabilities
from core.learning.pipeline import EVALUATION_BATCH, evaluation_batch_size

MOST_FEATURES = 512  # numbers kept of a picture; of maps, which are longer, neighbours are alike

Rows = NDArray[np.float32]


def with_features(model: keras.Model) -> keras.Model:
    """The same network with two outputs: what goes into its output layer, and its answer."""
    return keras.Model(model.inputs, [model.get_layer("output").input, model.outputs[0]])


def judged(both: keras.Model, pictures: NDArray[np.generic]) -> tuple[Rows, Rows]:
    """(n, K) probabilities and (n, F) features of (n, S, S, C) pictures.

    Args:
        both: As `with_features` gives it.
    """
    size = min(EVALUATION_BATCH, evaluation_batch_size(both))
    none = [np.empty((0, *shape[1:]), np.float32) for shape in both.output_shape]
    parts = [none, *(both.predict_on_batch(pictures[start : start + size]) for start in range(0, len(pictures), size))]
    features = np.concatenate([unit_rows(np.asarray(before, np.float32)) for before, _answer in parts])
    return class_probabilities(np.concatenate([np.asarray(answer) for _before, answer in parts])), features


def unit_rows(answers: Rows) -> Rows:
    """(n, F): at most `MOST_FEATURES` numbers of each of n answers, whatever their shape, at length 1."""
    rows = answers.reshape(len(answers), math.prod(answers.shape[1:]))
    kept = rows[:, :: math.ceil(rows.shape[1] / MOST_FEATURES)]
    return np.asarray(kept / np.maximum(np.linalg.norm(kept, axis=1, keepdims=True), 1e-12), np.float32)
