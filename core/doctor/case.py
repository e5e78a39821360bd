"""A run as the curve doctor sees it: its curves as plain numbers, and what can be read off them."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.runs.history import EpochRecord, History
from core.spec import RunSpec

LATE = 3  # epochs at the end whose median stands for the end: a single epoch may be a lucky or an unlucky one


@dataclass(frozen=True)
class Case:
    """A run's curves, settings and classes.

    Attributes:
        spec: What the run was asked to do.
        classes: Names of the classes.
        lost_in: Epoch (0-based) in which a loss was no number any more; None where all were.
        loss, accuracy: Of the training pictures, one number an epoch: the mean over the epoch, while it learnt.
        val_loss, val_accuracy: Of the validation pictures, at the end of each epoch.
    """

    spec: RunSpec
    classes: Sequence[str]
    lost_in: int | None
    loss: tuple[float, ...]
    accuracy: tuple[float, ...]
    val_loss: tuple[float, ...]
    val_accuracy: tuple[float, ...]

    @property
    def epochs(self) -> int:
        """How many epochs there are numbers of."""
        return len(self.loss)

    @property
    def guess(self) -> float:
        """The share that is right by guessing, with all classes alike."""
        return 1 / len(self.classes)

    @property
    def guess_loss(self) -> float:
        """What guessing costs: the natural logarithm of the number of classes."""
        return math.log(len(self.classes))

    @property
    def gaps(self) -> tuple[float, ...]:
        """Training minus validation accuracy at the end of each epoch.

        Training accuracy is a mean over an epoch and belongs to its middle, so that of two neighbours stands for the
        end of the first. Source: Géron, Hands-On Machine Learning, chapter 10, shifts the curve by half an epoch.
        """
        ends = [(now + after) / 2 for now, after in zip(self.accuracy, self.accuracy[1:], strict=False)]
        return tuple(np.subtract([*ends, *self.accuracy[-1:]], self.val_accuracy).tolist())

    @property
    def quarter(self) -> int:
        """Epochs of the last quarter, at least one."""
        return max(1, self.epochs // 4)


def case_of(history: History, spec: RunSpec, classes: Sequence[str]) -> Case:
    """Read a history; epochs from the first loss on that is no number are left out."""
    lost = _lost_in(history)
    whole = [record for record in history.records if lost is None or record.epoch < lost]
    names = ("loss", "accuracy", "val_loss", "val_accuracy")
    return Case(spec, classes, lost, *(tuple(_values(whole, name)) for name in names))


def late(values: Sequence[float]) -> float:
    """The median of the last values."""
    return statistics.median(values[-LATE:])


def early(values: Sequence[float]) -> float:
    """The mean of the first fifth of the values, of two at least."""
    return statistics.mean(values[: max(2, len(values) // 5)])


def _lost_in(history: History) -> int | None:
    records = [record.epoch for record in history.records if None in (record.loss, record.val_loss)]
    batches = [math.ceil(point.x) - 1 for point in history.trace if point.loss is None]
    return min([*records, *batches], default=None)


def _values(records: Sequence[EpochRecord], name: str) -> list[float]:
    return [float(getattr(record, name)) for record in records]
