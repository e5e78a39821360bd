"""How long a network's batches take on this computer: a few of them on made-up pictures, before a run begins."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import psutil
import tensorflow as tf
from numpy.typing import NDArray

from core.architecture.describe import EXTRACTION_BATCH, memory_needed
from core.batches import Pictures, batches_of
from core.errors import TrainingError
from core.home import current_home
from core.i18n import _
from core.learning.build import compile_model
from core.learning.checkpoint import Position, save_checkpoint, save_model
from core.learning.network import Cut, Network, build_network
from core.learning.pipeline import evaluation_batch_size, evaluation_batches, targets_for, training_input
from core.phases import phases
from core.spec import RunSpec
from core.time_budget import BACKWARDS, PhaseTiming, Timing

SECONDS = 1.0  # for each thing that is timed, about
LEAST = 3  # times that it is done at least, after a first time that is not counted
_ROWS = 16  # made-up pictures, shown again and again
_STEPS = 500  # of training, at most

Shape = tuple[int, ...]


class _Clock(keras.callbacks.Callback):  # type: ignore[misc]
    """Notes when steps end, and ends the training when there are enough."""

    def __init__(self) -> None:
        super().__init__()
        self.ends: list[float] = []

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self.ends.append(time.perf_counter())
        self.model.stop_training = len(self.ends) > LEAST and self.ends[-1] - self.ends[0] > SECONDS


def time_batches(spec: RunSpec, classes: int) -> Timing:
    """Build the network of `spec` and time a few batches of each phase of its training, as a run would do them.

    After building that takes some seconds, whatever the network: of a batch that would take long a part is timed, and
    its time scaled up. Weights are random: they make no difference to the time.

    Raises:
        ArchitectureError: If the network cannot be built.
        TrainingError: If training needs more memory than is free.
    """
    _check_memory(spec, classes)
    keras.utils.set_random_seed(spec.training.seed)
    begun = time.perf_counter()
    network = build_network(spec, classes)
    build = time.perf_counter() - begun
    last = phases(spec)[-1]
    kept = network.cut(last.train_from).trained  # what checkpoints hold
    found = tuple(_phase(spec, classes, network.cut(phase.train_from), kept) for phase in phases(spec))
    return Timing(build=build, phases=found, finish=_finish(spec, classes, network, kept))


def _phase(spec: RunSpec, classes: int, cut: Cut, kept: keras.Model) -> PhaseTiming:
    model = cut.trained
    frozen = _a_picture(cut.frozen, EXTRACTION_BATCH) if cut.frozen is not None else 0.0
    look = _a_picture(model, evaluation_batch_size(model))
    batch_size = max(1, min(spec.training.batch_size, int(SECONDS / (BACKWARDS * look))))
    compile_model(model, spec)
    first, step = _steps(spec, classes, model, batch_size)
    trace, check = _checks(spec, classes, model)
    save = _seconds(lambda: _written(lambda path: save_checkpoint(path, kept, model.optimizer, Position())))
    whole = step * spec.training.batch_size / batch_size
    return PhaseTiming(begin=first - step + trace, step=whole, look=look, frozen=frozen, epoch=check + save)


def _a_picture(model: keras.Model, most: int) -> float:
    """Seconds that a picture takes through `model` where nothing is learnt, at most `most` pictures at a time."""

    @tf.function(input_signature=[tf.TensorSpec((None, *model.input_shape[1:]), tf.float32)])  # type: ignore[untyped-decorator]
    def answer(pictures: tf.Tensor) -> tf.Tensor:
        return model(pictures, training=False)

    def took(count: int) -> float:
        return _seconds(lambda: answer(tf.constant(pictures[:count])).numpy())

    pictures = np.random.default_rng(0).random((most, *model.input_shape[1:]), np.float32)
    took(1)
    at_once = max(1, min(most, int(SECONDS / LEAST / took(1))))
    took(at_once)
    return statistics.median(_repeated(lambda: took(at_once))) / at_once


def _steps(spec: RunSpec, classes: int, model: keras.Model, batch_size: int) -> tuple[float, float]:
    """Seconds until the first training step is done, and of each that follows."""
    training = spec.training.model_copy(update={"batch_size": batch_size})
    pictures = _made_up(model, spec, classes, batch_size * _STEPS + 1)
    batches = batches_of(spec.model_copy(update={"training": training}), pictures)
    clock, begun = _Clock(), time.perf_counter()
    given = training_input(batches, 0, 1)
    model.fit(given, steps_per_epoch=_STEPS, shuffle=False, callbacks=[clock], verbose=0)
    return clock.ends[0] - begun, statistics.median(np.diff(clock.ends).tolist())


def _checks(spec: RunSpec, classes: int, model: keras.Model) -> tuple[float, float]:
    """Seconds of tracing a validation, and of one that has a single picture."""
    given = evaluation_batches(_made_up(model, spec, classes, 1), batch_size=1)
    first, *others = (_seconds(lambda: model.evaluate(given, verbose=0)) for _time in range(1 + LEAST))
    return first - min(others), statistics.median(others)


def _finish(spec: RunSpec, classes: int, network: Network, kept: keras.Model) -> float:
    """Seconds of the exam's begin and of saving everything."""
    given = evaluation_batches(_made_up(kept, spec, classes, 1), batch_size=1)
    exam = _seconds(lambda: kept.predict(given, verbose=0))
    return exam + _seconds(lambda: _written(lambda path: save_model(path, network.whole)))


def _made_up(model: keras.Model, spec: RunSpec, classes: int, count: int) -> Pictures:
    """What `model` takes, a few of them `count` times: pixels, or what a frozen part would give."""
    random, shape = np.random.default_rng(0), (_ROWS, *model.input_shape[1:])
    images: NDArray[Any] = random.random(shape, np.float32)
    if shape[1:] == spec.input_shape:
        images = (255 * images).astype(np.uint8)
    targets = targets_for(spec.training.loss, random.integers(0, classes, _ROWS), classes)
    return Pictures(images, targets, np.resize(np.arange(_ROWS), count))


def _written(write: Callable[[Any], None]) -> None:
    """Write a file where runs are kept, and remove it."""
    path = current_home().cache / f"timing-{os.getpid()}.tmp"  # the cache clears away what a killed worker leaves
    try:
        write(path)
    finally:
        path.unlink(missing_ok=True)


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _repeated(seconds: Callable[[], float]) -> list[float]:
    """`seconds` a few times, and until they make up `SECONDS`."""
    found: list[float] = []
    while len(found) < LEAST or sum(found) < SECONDS:
        found.append(seconds())
    return found


def _check_memory(spec: RunSpec, classes: int) -> None:
    needed, free = memory_needed(spec, classes), psutil.virtual_memory().available
    if needed > free:
        raise TrainingError(
            _(
                "Training would need about {needed:.1f} GB of memory, and {free:.1f} GB are free: nothing was timed. "
                "Take a smaller batch size or smaller pictures."
            ).format(needed=needed / 1e9, free=free / 1e9)
        )
