"""What a network is fed: tf.data over memory-mapped pictures, which are made ready beside the step."""

from __future__ import annotations

import math
import os
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.batches import Batch, Pictures, TrainingBatches
from core.spec import Loss

THREADS = max(1, min(4, (os.cpu_count() or 2) // 2))  # that make batches; the step has the other cores
PREFETCH = 4  # batches made ready while the step runs
EVALUATION_BATCH = 256  # pictures at most
EVALUATION_BYTES = 256_000_000  # of the largest map of a batch, going in and coming out

Signature = tuple[tf.TensorSpec, tf.TensorSpec]


def targets_for(loss: Loss, labels: NDArray[np.integer], classes: int) -> NDArray[np.generic]:
    """Class numbers in the form that a loss takes: numbers, one-hot rows, or one column of 0 and 1."""
    if loss == "categorical_crossentropy":
        one_hot: NDArray[np.float32] = np.eye(classes, dtype=np.float32)[labels]
        return one_hot
    if loss == "binary_crossentropy":
        return labels.astype(np.float32)[:, None]
    return labels.astype(np.int32)


def training_input(
    batches: TrainingBatches, first_epoch: int, last_epoch: int, first_batch: int = 0
) -> tf.data.Dataset:
    """Batches of the epochs first_epoch ≤ e < last_epoch, the first one from batch `first_batch` on.

    Epochs follow each other without a gap, so the next one is made while the last is validated. The shape of a batch is
    static where the batch size divides the pictures of an epoch; otherwise the last batch of an epoch is smaller.
    """
    steps = batches.steps
    places = tf.data.Dataset.range(first_epoch * steps + first_batch, last_epoch * steps)
    static = batches.batch_size if len(batches) % batches.batch_size == 0 else None
    return _made(places, lambda place: batches.batch(*divmod(place, steps)), _signature(batches.pictures, static))


def evaluation_batch_size(model: keras.Model) -> int:
    """How many pictures go through `model` at a time where nothing is learnt: VGG16 at 224 px makes 26 MB of one."""
    return max(1, min(EVALUATION_BATCH, EVALUATION_BYTES // (2 * 4 * _largest_map(model))))


def _largest_map(model: keras.Model) -> int:
    """Numbers that the layer with the largest output makes of one picture."""
    sizes = (
        _largest_map(layer) if isinstance(layer, keras.Model) else math.prod(layer.output.shape[1:])
        for layer in model.layers
    )
    return int(max(sizes))


def evaluation_batches(pictures: Pictures, batch_size: int) -> tf.data.Dataset:
    """All pictures once, in their own order, as they are."""

    def batch(number: int) -> Batch:
        return pictures.take(np.arange(number * batch_size, min((number + 1) * batch_size, len(pictures))))

    return _made(tf.data.Dataset.range(-(-len(pictures) // batch_size)), batch, _signature(pictures, None))


def _made(places: tf.data.Dataset, batch: Callable[[int], Batch], signature: Signature) -> tf.data.Dataset:
    """The batch of each place, in their order; they are made ahead of the step, in threads beside it."""

    def make(place: tf.Tensor) -> tuple[tf.Tensor, ...]:
        arrays = tf.numpy_function(
            lambda number: batch(int(number)),
            [place],
            [part.dtype for part in signature],
            stateful=False,  # without a state of its own it may run in parallel where results have to be repeatable
        )
        return tuple(tf.ensure_shape(array, part.shape) for array, part in zip(arrays, signature, strict=True))

    options = tf.data.Options()
    options.autotune.enabled = False  # there is nothing to tune, and its thread kept a fit from ending for up to 40 s
    return places.map(make, num_parallel_calls=THREADS, deterministic=True).prefetch(PREFETCH).with_options(options)


def _signature(pictures: Pictures, batch: int | None) -> Signature:
    return (
        tf.TensorSpec((batch, *pictures.images.shape[1:]), pictures.images.dtype),
        tf.TensorSpec((batch, *pictures.targets.shape[1:]), pictures.targets.dtype),
    )
