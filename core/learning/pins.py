"""Pictures that are watched while a network learns: what it says of them, and what in them speaks for that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.batches import Pictures
from core.errors import StudioError
from core.explaining import Floats
from core.i18n import N_
from core.learning.callbacks import Logs
from core.learning.evaluate import class_numbers, class_probabilities
from core.learning.explain.asked import heat_layers
from core.learning.explain.grad_cam import CamProbe
from core.learning.network import Network
from core.pins import MOST, START, Frame, write_pins
from core.runs.folder import RunFolder

MOST_SIDE = 32  # px of a heat that is kept
LEFT_OUT = N_("The photos to watch could not be kept after this epoch: the disk or the memory is full. It goes on.")


class Watch:
    """Asks a network about the same pictures again and again while it learns, each time for as little as can be.

    What training does not change is computed once: what the frozen part makes of the pictures, or where the layer that
    Grad-CAM asks is frozen, what comes out of that layer. So each time only the rest is gone through.

    Args:
        train_from: The step at which training begins, as `Network.cut` takes it.
        pictures: (n, S, S, C) uint8, n ≥ 1.
    """

    def __init__(self, network: Network, train_from: str, pictures: NDArray[np.uint8]) -> None:
        cut, self._whole = network.cut(train_from), network.whole
        self._known: Floats | NDArray[np.uint8] = pictures
        self._probe: CamProbe | None = None
        try:
            layer = heat_layers(self._whole)[-1]
        except StudioError:  # dense layers alone
            return
        if cut.frozen is None:
            self._probe = CamProbe(self._whole)
            return
        first = cut.frozen if layer in cut.trained.layers else keras.Model(self._whole.input, layer.output)
        self._known = np.asarray(first(pictures.astype(np.float32), training=False))
        self._probe = CamProbe(self._whole, start=first.output)

    def answers(self) -> tuple[Floats, Floats | None]:
        """(n, K) probabilities, and (n, h, w) Grad-CAM of the classes named, 0 to 1; None without a convolution."""
        if self._probe:
            return self._probe.answers(self._known)
        return class_probabilities(np.asarray(self._whole(self._known.astype(np.float32), training=False))), None


class Pins(keras.callbacks.Callback):  # type: ignore[misc]
    """Keeps what a network says of the pinned pictures before it learns and after each epoch; never ends a training.

    Args:
        train_from: Of the phase of training.
        pictures: Any part of the run's pictures, as they are and not what a frozen part makes of them.
        note: Called with an epoch (0-based) and a message.
    """

    def __init__(
        self,
        run: RunFolder,
        network: Network,
        train_from: str,
        pictures: Pictures,
        note: Callable[[int, str], None],
    ) -> None:
        super().__init__()
        self._run, self._note = run, note
        self._network, self._train_from = network, train_from
        count = len(pictures.targets)
        numbers = [number for number in run.info().pinned if 0 <= number < count][:MOST]
        self._pictures = replace(pictures, indices=np.array(numbers, np.int64))
        self._watch: Watch | None = None

    def on_train_begin(self, logs: Logs = None) -> None:
        if not self._run.checkpoint.exists():
            self._keep(START)

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        self._keep(epoch)

    def _keep(self, epoch: int) -> None:
        if not len(self._pictures):
            return
        try:
            write_pins(self._run, epoch, self._frame())
        except (OSError, MemoryError, tf.errors.OpError):
            self._pictures = replace(self._pictures, indices=np.empty(0, np.int64))
            self._note(max(epoch, 0), LEFT_OUT)

    def _frame(self) -> Frame:
        pictures = self._pictures
        if self._watch is None:
            self._watch = Watch(self._network, self._train_from, pictures.images[pictures.indices])
        probabilities, heats = self._watch.answers()
        kept = None if heats is None else np.stack([small(heat) for heat in heats])
        return Frame(pictures.indices, class_numbers(pictures), probabilities, kept)


def small(heat: Floats) -> NDArray[np.uint8]:
    """A heat (h, w), 0 to 1, as uint8, each side at most MOST_SIDE: means over areas. What is no number becomes 0."""
    height, width = (min(side, MOST_SIDE) for side in heat.shape)
    shrunk = cv2.resize(np.nan_to_num(heat), (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray((255 * shrunk).round(), np.uint8)
