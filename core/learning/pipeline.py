"""What a network is fed: tf.data over memory-mapped pictures, which are made ready beside the step."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.batches import Pictures, TrainingBatches
from core.spec import Loss

THREADS = max(1, min(4, (os.cpu_count() or 2) // 2))  # that make batches; the step has the other cores
PREFETCH = 4  # batches made ready while the step runs
EVALUATION_BATCH = 256


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

    They are made ahead of the step, in threads beside it. Epochs follow each other without a gap, so the next one is
    read while the last is validated. The shape of a batch is static where the batch size divides the pictures of an
    epoch; otherwise the last batch of an epoch is smaller.
    """

    def generate() -> Iterator[tuple[NDArray[np.uint8], NDArray[np.generic]]]:
        places = (
            (epoch, number)
            for epoch in range(first_epoch, last_epoch)
            for number in range(first_batch if epoch == first_epoch else 0, batches.steps)
        )
        with ThreadPoolExecutor(THREADS) as pool:
            ahead: deque[Future[tuple[NDArray[np.uint8], NDArray[np.generic]]]] = deque()
            for place in places:
                ahead.append(pool.submit(batches.batch, *place))
                if len(ahead) > THREADS:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()

    static = batches.batch_size if len(batches) % batches.batch_size == 0 else None
    signature = _signature(batches.pictures, static)
    return tf.data.Dataset.from_generator(generate, output_signature=signature).prefetch(PREFETCH)


def evaluation_batches(pictures: Pictures, batch_size: int = EVALUATION_BATCH) -> tf.data.Dataset:
    """All pictures once, in their own order."""

    def generate() -> Iterator[tuple[NDArray[np.uint8], NDArray[np.generic]]]:
        for begin in range(0, len(pictures), batch_size):
            yield pictures.take(np.arange(begin, min(begin + batch_size, len(pictures))))

    batches = tf.data.Dataset.from_generator(generate, output_signature=_signature(pictures, None))
    return batches.apply(tf.data.experimental.assert_cardinality(-(-len(pictures) // batch_size))).prefetch(PREFETCH)


def _signature(pictures: Pictures, batch: int | None) -> tuple[tf.TensorSpec, tf.TensorSpec]:
    return (
        tf.TensorSpec((batch, *pictures.images.shape[1:]), pictures.images.dtype),
        tf.TensorSpec((batch, *pictures.targets.shape[1:]), pictures.targets.dtype),
    )
