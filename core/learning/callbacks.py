"""What happens around a Keras fit: the run tells how it goes, obeys requests, keeps checkpoints and minds its pace."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import keras

from core.errors import TrainingError
from core.i18n import _
from core.learning.checkpoint import Position, save_checkpoint, save_weights
from core.learning.pace import best_epoch, learning_rate
from core.learning.snapshots import Snapshots
from core.runs.events import EventKind, EventWriter, Stage
from core.runs.folder import Request, RunFolder
from core.spec import TrainingSpec

BATCH_EVENT_INTERVAL = 0.1  # seconds; about 10 events a second

Logs = dict[str, Any] | None


class Leave(Exception):  # noqa: N818 - not an error
    """Raised inside `fit` to leave it at once, on a person's request."""

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.request = request


def obey(run: RunFolder) -> None:
    """Raise `Leave` if a person asked for pause or stop; the checkpoint is the catcher's to write."""
    asked = run.request()
    if asked and asked[0] != Request.FINISH_EPOCH:
        raise Leave(asked[0])


class Reporter(keras.callbacks.Callback):  # type: ignore[misc]
    """Counts the batches and appends batch and epoch events.

    A batch event carries the mean since the event before it, worked out from Keras's running mean of the epoch. In an
    epoch that was split by a pause, Keras's mean covers the second part alone; the position brings the first.
    """

    def __init__(self, events: EventWriter, position: Position, batch_size: int, pictures: int) -> None:
        super().__init__()
        self._events, self._position, self._batch_size, self._pictures = events, position, batch_size, pictures
        self._last_event = self._epoch_start = 0.0
        self._first = self._last = Position()

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        self._epoch_start = time.monotonic()
        self._last_event = self._epoch_start - BATCH_EVENT_INTERVAL
        self._first = self._last = replace(self._position)

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        position = self._position
        position.batch += 1
        position.means = self._joined(logs or {})
        now = time.monotonic()
        if now - self._last_event < BATCH_EVENT_INTERVAL and math.isfinite(position.means["loss"]):
            return  # a loss that is no number is always told: it ends the run before the next event
        before, seen = self._seen(self._last), self._seen(position)
        means = {
            name: (mean * seen - self._last.means.get(name, 0.0) * before) / (seen - before)
            for name, mean in position.means.items()
        }
        speed = round((seen - before) / max(now - self._last_event, 1e-6), 1)
        self._events.write(
            EventKind.BATCH, epoch=position.epoch, batch=position.batch, images_per_second=speed, **means
        )
        self._last_event, self._last = now, replace(position)

    def on_test_begin(self, logs: Logs = None) -> None:
        self._events.write(EventKind.STAGE, stage=Stage.VALIDATING)

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        checked = {name: float((logs or {})[name]) for name in ("val_loss", "val_accuracy")}
        rate = float(self.model.optimizer.learning_rate)
        seconds = round(time.monotonic() - self._epoch_start, 3)
        values = {**self._position.means, **checked}
        self._events.write(EventKind.EPOCH, epoch=epoch, learning_rate=rate, seconds=seconds, **values)

    def _seen(self, position: Position) -> int:
        """Pictures of the epoch seen at `position`; its last batch may be smaller."""
        return min(position.batch * self._batch_size, self._pictures)

    def _joined(self, logs: dict[str, Any]) -> dict[str, float]:
        before, seen = self._seen(self._first), self._seen(self._position)
        first = self._first.means
        return {
            name: (first.get(name, 0.0) * before + float(logs[name]) * (seen - before)) / seen
            for name in ("loss", "accuracy")
        }


class Guard(keras.callbacks.Callback):  # type: ignore[misc]
    """Ends a run whose loss is no longer a number."""

    def __init__(self, learning_rate: float, position: Position) -> None:
        super().__init__()
        self._rate, self._position = learning_rate, position

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        self._check((logs or {}).get("loss", 0.0))

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        self._check((logs or {}).get("val_loss", 0.0))

    def _check(self, loss: Any) -> None:
        if not math.isfinite(float(loss)):
            raise TrainingError(
                _(
                    "The loss grew beyond all numbers in epoch {epoch}, batch {batch}: the corrections were too large. "
                    "Try a learning rate of {rate:.2g} instead of {old:.2g}. The curves until then are kept."
                ).format(
                    epoch=self._position.epoch + 1, batch=self._position.batch, rate=self._rate / 10, old=self._rate
                )
            )


class Keeper(keras.callbacks.Callback):  # type: ignore[misc]
    """Sets each epoch's learning rate, keeps checkpoints and obeys requests, which it polls at every batch.

    Args:
        kept: What checkpoints hold: all that can change in the course of the run.
        snapshots: Keeps the weights of some epochs.
        rate: What the learning rate is multiplied by in this phase.
        stops_early: Asked at each epoch's end.
    """

    def __init__(
        self,
        run: RunFolder,
        training: TrainingSpec,
        position: Position,
        kept: keras.Model,
        snapshots: Snapshots,
        rate: float,
        stops_early: Callable[[], bool],
    ) -> None:
        super().__init__()
        self._run, self._training, self._position, self._kept = run, training, position, kept
        self._snapshots, self._factor, self._stops_early = snapshots, rate, stops_early

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        rate = learning_rate(self._training, epoch, self._position.val_losses)
        self.model.optimizer.learning_rate.assign(rate * self._factor)

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        obey(self._run)

    def on_test_batch_end(self, batch: int, logs: Logs = None) -> None:
        obey(self._run)

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        losses = [*self._position.val_losses, float((logs or {})["val_loss"])]
        self._position.begin(epoch + 1, losses)
        asked = self._run.request()
        self._position.finished_early = bool(asked and asked[0] == Request.FINISH_EPOCH)
        if self._training.early_stopping and best_epoch(losses) == epoch:
            save_weights(self._run.best_weights, self._kept)
        self._snapshots.keep(epoch)  # before the checkpoint: what is missing of an epoch then is done again
        save_checkpoint(self._run.checkpoint, self._kept, self.model.optimizer, self._position)
        self._run.update_status(epoch=epoch + 1, val_accuracy=float((logs or {})["val_accuracy"]))
        self.model.stop_training = self._position.finished_early or self._stops_early()
