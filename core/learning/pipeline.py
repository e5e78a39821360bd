"""Training input: tf.data over memory-mapped pictures, in an order that is a function of (seed, epoch)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.spec import Loss

PREFETCH = 4  # batches made ready while the step runs
EVALUATION_BATCH = 256


@dataclass(frozen=True)
class Pictures:
    """Pictures with their targets, chosen by index from arrays that may be memory-mapped.

    Attributes:
        images: (N, S, S, C) uint8, 0 to 255.
        targets: (N,) int32 or (N, K) float32, as the loss wants them.
        indices: (n,) which of them this part has.
    """

    images: NDArray[np.uint8]
    targets: NDArray[np.generic]
    indices: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.indices)

    def steps(self, batch_size: int) -> int:
        """Batches in one pass, the last possibly smaller."""
        return -(-len(self) // batch_size)

    def take(self, chosen: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.generic]]:
        """The pictures and targets at positions `chosen` of this part."""
        indices = self.indices[chosen]
        return self.images[indices], self.targets[indices]


def targets_for(loss: Loss, labels: NDArray[np.integer], classes: int) -> NDArray[np.generic]:
    """Class numbers in the form that a loss takes: numbers, one-hot rows, or one column of 0 and 1."""
    if loss == "categorical_crossentropy":
        one_hot: NDArray[np.float32] = np.eye(classes, dtype=np.float32)[labels]
        return one_hot
    if loss == "binary_crossentropy":
        return labels.astype(np.float32)[:, None]
    return labels.astype(np.int32)


def epoch_order(seed: int, epoch: int, count: int) -> NDArray[np.int64]:
    """The order in which epoch `epoch` (0-based) shows `count` pictures: a function of its arguments alone."""
    return np.random.default_rng((seed, epoch)).permutation(count)


def training_batches(
    pictures: Pictures, batch_size: int, seed: int, first_epoch: int, last_epoch: int, first_batch: int = 0
) -> tf.data.Dataset:
    """Batches of the epochs first_epoch ≤ e < last_epoch, the first one from batch `first_batch` on.

    Epochs follow each other without a gap, so the next one is read while the last is validated. The shape of a batch
    is static where the batch size divides the number of pictures; otherwise the last batch of an epoch is smaller.
    """

    def generate() -> Iterator[tuple[NDArray[np.uint8], NDArray[np.generic]]]:
        for epoch in range(first_epoch, last_epoch):
            order = epoch_order(seed, epoch, len(pictures))
            start = first_batch * batch_size if epoch == first_epoch else 0
            for begin in range(start, len(order), batch_size):
                yield pictures.take(order[begin : begin + batch_size])

    static = batch_size if len(pictures) % batch_size == 0 else None
    return tf.data.Dataset.from_generator(generate, output_signature=_signature(pictures, static)).prefetch(PREFETCH)


def evaluation_batches(pictures: Pictures, batch_size: int = EVALUATION_BATCH) -> tf.data.Dataset:
    """All pictures once, in their own order."""

    def generate() -> Iterator[tuple[NDArray[np.uint8], NDArray[np.generic]]]:
        for begin in range(0, len(pictures), batch_size):
            yield pictures.take(np.arange(begin, min(begin + batch_size, len(pictures))))

    batches = tf.data.Dataset.from_generator(generate, output_signature=_signature(pictures, None))
    return batches.apply(tf.data.experimental.assert_cardinality(pictures.steps(batch_size))).prefetch(PREFETCH)


def _signature(pictures: Pictures, batch: int | None) -> tuple[tf.TensorSpec, tf.TensorSpec]:
    return (
        tf.TensorSpec((batch, *pictures.images.shape[1:]), pictures.images.dtype),
        tf.TensorSpec((batch, *pictures.targets.shape[1:]), pictures.targets.dtype),
    )
