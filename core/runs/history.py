"""The history of a run, folded from its events: what every chart, table and sentence about training is made of."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from core.runs.events import EventKind, Stage
from core.runs.reader import MAX_READERS, EventReader

MAX_TRACE = 600  # points of the batch trace kept; beyond it every second one is dropped


@dataclass(frozen=True)
class EpochRecord:
    """One finished epoch. `epoch` is 0-based; losses are None where they were not finite."""

    epoch: int
    loss: float | None
    accuracy: float | None
    val_loss: float | None
    val_accuracy: float | None
    learning_rate: float
    seconds: float


@dataclass(frozen=True)
class TracePoint:
    """Mean loss and accuracy of the batches since the previous point; `x` is in epochs, 0.5 = half of the first."""

    x: float
    loss: float | None
    accuracy: float | None


@dataclass
class History:
    """State folded from events; `apply` is the only thing that changes it.

    Attributes:
        epochs_planned, steps: As planned at the start; 0 before it.
        epoch, batch: Where training is: epoch 0-based, batches done in it.
        stage: What the worker does now, None before it started and after it left.
        images_per_second: Of the last batch event.
        extracted, to_extract: Pictures that the frozen part has worked through, of how many; 0 before it begins.
        records: Finished epochs in order.
        trace: The batch trace, thinned to at most MAX_TRACE points.
        notes: (epoch, message) pairs, messages in English.
    """

    epochs_planned: int = 0
    steps: int = 0
    epoch: int = 0
    batch: int = 0
    stage: Stage | None = None
    images_per_second: float = 0.0
    extracted: int = 0
    to_extract: int = 0
    records: list[EpochRecord] = field(default_factory=list)
    trace: list[TracePoint] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)

    def apply(self, event: dict[str, Any]) -> None:
        """Fold one event in; unknown kinds are ignored."""
        kind = event["kind"]
        if kind == EventKind.STARTED:
            self._start(event)
        elif kind == EventKind.STAGE:
            self.stage = Stage(event["stage"])
        elif kind == EventKind.EXTRACTED:
            self._extract(event)
        elif kind == EventKind.BATCH:
            self._add_batch(event)
        elif kind == EventKind.EPOCH:
            self._add_epoch(event)
        elif kind == EventKind.NOTE:
            self.notes.append((event["epoch"], event["message"]))
        elif kind == EventKind.ENDED:
            self.stage = None

    def copy(self) -> History:
        """The same history, with lists of its own."""
        return replace(self, records=self.records[:], trace=self.trace[:], notes=self.notes[:])

    @property
    def seconds_left(self) -> float | None:
        """Estimate from the epochs done and the present speed, in seconds; None where nothing is known yet."""
        if not self.steps or self.stage is None:
            return None
        if self.stage == Stage.EXTRACTING:  # how long an epoch takes afterwards is not known before the first
            return (self.to_extract - self.extracted) / self.images_per_second if self.images_per_second else None
        if self.records:
            an_epoch = sum(record.seconds for record in self.records[-3:]) / len(self.records[-3:])
            return max(0.0, (self.epochs_planned - self.epoch - self.batch / self.steps) * an_epoch)
        if self.images_per_second and self.batch:
            batches = self.steps * (self.epochs_planned - self.epoch) - self.batch
            return batches * self._images_a_batch / self.images_per_second
        return None

    @property
    def has_learnt(self) -> bool:
        """Whether any batch was told of: before that a model is what it began with."""
        return bool(self.records or self.trace)

    @property
    def best_val_accuracy(self) -> float | None:
        """The highest validation accuracy of any finished epoch, 0 to 1."""
        return max((r.val_accuracy for r in self.records if r.val_accuracy is not None), default=None)

    @property
    def training_seconds(self) -> float:
        """How long its finished epochs took, their validation included: what every page calls the time of a run.

        Loading, the frozen part, the exam, pauses and waiting do not count: they tell more of the computer.
        """
        return self.clock[-1] if self.records else 0.0

    @property
    def clock(self) -> list[float]:
        """Seconds of training at the end of each finished epoch."""
        return list(accumulate(record.seconds for record in self.records))

    _images_a_batch: int = 0

    def _start(self, event: dict[str, Any]) -> None:
        """A start or a resume: what a lost worker told beyond its checkpoint did not happen."""
        self.epochs_planned, self.steps = event["epochs"], event["steps"]
        self.epoch, self.batch = event["epoch"], event["batch"]
        self._images_a_batch = event["batch_size"]
        here = self.epoch + self.batch / self.steps
        self.records = [record for record in self.records if record.epoch < self.epoch]
        self.trace = [point for point in self.trace if point.x <= here]
        self.notes = [note for note in self.notes if note[0] < self.epoch]

    def _extract(self, event: dict[str, Any]) -> None:
        self.stage = Stage.EXTRACTING
        self.extracted, self.to_extract = event["done"], event["total"]
        self.images_per_second = event["images_per_second"]

    def _add_batch(self, event: dict[str, Any]) -> None:
        self.epoch, self.batch = event["epoch"], event["batch"]
        self.images_per_second = event["images_per_second"]
        self.stage = Stage.TRAINING
        self.trace.append(TracePoint(self.epoch + self.batch / self.steps, event["loss"], event["accuracy"]))
        if len(self.trace) > MAX_TRACE:
            self.trace = self.trace[::2]

    def _add_epoch(self, event: dict[str, Any]) -> None:
        fields = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "seconds")
        self.records.append(EpochRecord(**{name: event[name] for name in fields}))
        self.epoch, self.batch = event["epoch"] + 1, 0


@lru_cache(maxsize=MAX_READERS)
def _reader(path: Path) -> EventReader[History]:
    return EventReader(path, History())


def history_of(events_path: Path) -> History:
    """The up-to-date history of the run whose events are at `events_path`; readers are shared by all browsers."""
    return _reader(events_path).update()
