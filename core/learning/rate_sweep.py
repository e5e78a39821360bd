"""The TensorFlow side of finding a learning rate: a short training on a run's own pictures; nothing of it is kept."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.architecture.describe import EXTRACTION_BATCH
from core.architecture.transfer import RANDOM, Transfer
from core.batches import Batch, Pictures, TrainingBatches, batches_of
from core.datasets.pixels import as_model_input
from core.datasets.store import open_dataset
from core.errors import StudioError
from core.home import Home, current_home
from core.learning.build import compile_model
from core.learning.network import build_network
from core.learning.pipeline import targets_for
from core.phases import phases
from core.rate_sweep import BATCHES, LEAST, LOWEST, SECONDS, End, Tell, has_diverged, rates_of
from core.runs.submit import problems, split_of
from core.spec import RunSpec
from core.weights.find import find_weights

FROZEN_BATCHES = 8  # whose way through a frozen part is worked out, and that are then shown again and again
FROZEN_SECONDS = 20.0  # after which fewer pictures have to do
FROZEN_BYTES = 500_000_000  # of what it makes of them

Draw = Callable[[int], Batch]  # the batch of a step


def sweep_rates(spec: RunSpec, tell: Tell) -> tuple[list[float], list[float], End]:
    """Train with a rate that grows with each batch, from fresh first weights.

    Where the backbone's head learns alone first, that phase is swept: it is the one whose rate the setting is.

    Args:
        tell: Called with how many steps of how many are done.

    Returns:
        The rates, the loss of each batch before its correction, and why it ended.

    Raises:
        StudioError: If the settings do not fit together.
    """
    home = current_home()
    keras.utils.set_random_seed(spec.training.seed)
    batches, classes = _batches(spec, home)
    cut = build_network(spec, classes, _weights(spec, home)).cut(phases(spec)[0].train_from)
    draw = _drawn(batches) if cut.frozen is None else _extracted(cut.frozen, batches, tell)
    compile_model(cut.trained, spec)
    return _swept(cut.trained, draw, tell)


def _batches(spec: RunSpec, home: Home) -> tuple[TrainingBatches, int]:
    dataset = open_dataset(home, spec.data.dataset)
    if found := problems(spec, dataset, home):
        raise StudioError("\n".join(problem.message for problem in found))
    classes = len(dataset.meta.classes)
    images = as_model_input(dataset, spec.data.image_size, spec.data.colour_mode, home.cache)
    targets = targets_for(spec.training.loss, dataset.labels, classes)
    return batches_of(spec, Pictures(images, targets, split_of(dataset, spec.data).train)), classes


def _weights(spec: RunSpec, home: Home) -> Path | None:
    architecture = spec.architecture
    if not isinstance(architecture, Transfer) or architecture.weights == RANDOM:
        return None
    found = find_weights(home, architecture.backbone, architecture.weights)
    return found.path if found else None


def _drawn(batches: TrainingBatches) -> Draw:
    return lambda step: batches.batch(*divmod(step, batches.steps))


def _extracted(frozen: keras.Model, batches: TrainingBatches, tell: Tell) -> Draw:
    """What a frozen part makes of the first batches, shown again and again: as many pictures as there is room for."""
    outputs, targets = list[NDArray[np.float32]](), list[NDArray[Any]]()
    until, count = time.monotonic() + FROZEN_SECONDS, min(FROZEN_BATCHES, batches.steps)
    for images, labels in _chunks(batches, count):
        outputs.append(frozen(tf.cast(images, tf.float32), training=False).numpy())
        targets.append(labels)
        tell(sum(map(len, outputs)), count * batches.batch_size)
        if time.monotonic() > until or sum(output.nbytes for output in outputs) > FROZEN_BYTES:
            break
    kept, labels = np.concatenate(outputs), np.concatenate(targets)

    def draw(step: int) -> Batch:
        chosen = np.arange(step * batches.batch_size, (step + 1) * batches.batch_size) % len(kept)
        return kept[chosen], labels[chosen]

    return draw


def _chunks(batches: TrainingBatches, count: int) -> Iterator[Batch]:
    for number in range(count):
        images, targets = batches.batch(0, number)
        for start in range(0, len(images), EXTRACTION_BATCH):
            yield images[start : start + EXTRACTION_BATCH], targets[start : start + EXTRACTION_BATCH]


def _swept(model: keras.Model, draw: Draw, tell: Tell) -> tuple[list[float], list[float], End]:
    model.optimizer.learning_rate = LOWEST
    _step(model, draw(0))  # is traced; at the lowest rate it changes next to nothing
    begun = time.monotonic()
    _step(model, draw(1))
    steps = max(LEAST, min(BATCHES, int(SECONDS / max(time.monotonic() - begun, 1e-3))))
    rates, losses = rates_of(steps), list[float]()
    for step, rate in enumerate(rates):
        tell(step, steps)
        model.optimizer.learning_rate = rate
        loss = _step(model, draw(step + 2))
        if not math.isfinite(loss):
            return rates[:step], losses, "not_finite"
        losses.append(loss)
        if has_diverged(losses):
            return rates[: step + 1], losses, "rose"
    return rates, losses, "end"


def _step(model: keras.Model, batch: Batch) -> float:
    """Learn from one batch; its loss, before the correction."""
    model.reset_metrics()
    return float(model.train_on_batch(*batch)[0])
