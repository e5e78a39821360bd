"""What the final exam of a run says: its answers, the confusion matrix, the pairs mixed up most, the worst mistakes.

Light: numpy alone, no TensorFlow. Positions are places in the exam (0-based), not numbers of pictures in the data set.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import StudioError
from core.i18n import _
from core.runs.folder import RunFolder, State, Status

Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Exam:
    """A model's answers to the test pictures of its run.

    Attributes:
        indices: (N,) numbers of the pictures in the data set.
        labels: (N,) true class numbers.
        probabilities: (N, K) float32, rows sum to 1.
        loss: Mean cross-entropy in nats.
        report: scikit-learn's classification report; classes under their numbers as text.
    """

    indices: NDArray[np.int64]
    labels: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    loss: float
    report: Mapping[str, Any]

    @cached_property
    def said(self) -> NDArray[np.int64]:
        """(N,) class numbers that the model named."""
        return np.asarray(self.probabilities.argmax(axis=1), dtype=np.int64)

    @cached_property
    def confidences(self) -> NDArray[np.float32]:
        """(N,) probability of the class that was named."""
        return np.asarray(self.probabilities.max(axis=1), dtype=np.float32)

    @cached_property
    def matrix(self) -> Counts:
        """(K, K) counts, rows true, columns named."""
        return confusion_matrix(self.labels, self.said, self.probabilities.shape[1])

    @property
    def right(self) -> int:
        """How many pictures were named right."""
        return int(np.trace(self.matrix))

    @property
    def accuracy(self) -> float:
        """Share of right answers, 0 to 1."""
        return self.right / max(len(self.labels), 1)

    def mistakes(self) -> NDArray[np.int64]:
        """Positions of the wrong answers, the most confident first."""
        return self._confident_first(self.said != self.labels)

    def cell(self, true: int, said: int) -> NDArray[np.int64]:
        """Positions of the pictures of class `true` that were called `said`, the most confident first."""
        return self._confident_first((self.labels == true) & (self.said == said))

    def _confident_first(self, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        positions = np.flatnonzero(chosen)
        return positions[np.argsort(-self.confidences[positions], kind="stable")]


@dataclass(frozen=True)
class Confusion:
    """Class `true` was called `said` `count` times, of `total` pictures of class `true`."""

    true: int
    said: int
    count: int
    total: int


def confusion_matrix(labels: NDArray[np.int64], said: NDArray[np.int64], classes: int) -> Counts:
    """(K, K) counts from (N,) true and (N,) named class numbers: rows true, columns named."""
    cells = np.bincount(labels * classes + said, minlength=classes * classes)
    return cells.reshape(classes, classes).astype(np.int64)


def most_confused(counts: Counts) -> Confusion | None:
    """The commonest mistake in (K, K) counts; of equal ones that of the smallest class; None without mistakes."""
    wrong = counts - np.diag(np.diag(counts))
    totals = counts.sum(axis=1)
    true, said = np.nonzero(wrong == wrong.max())
    if wrong.max() == 0:
        return None
    first = int(np.argmin(totals[true]))
    row, column = int(true[first]), int(said[first])
    return Confusion(row, column, int(wrong[row, column]), int(totals[row]))


def of_hundred(share: float) -> int:
    """A share from 0 to 1 as so many of 100; only all are 100 and only none are 0."""
    return round(100 * share) if share in (0.0, 1.0) else min(99, max(1, round(100 * share)))


def read_exam(run: RunFolder) -> Exam | None:
    """The exam of `run`; None where there is none, or where the model has learnt more since.

    Raises:
        StudioError: If its files are damaged.
    """
    if not has_exam(run, run.status()):
        return None
    try:
        kept = json.loads(run.report.read_bytes())
        with np.load(run.evaluation, allow_pickle=False) as arrays:
            indices, labels, probabilities = (arrays[name] for name in ("indices", "labels", "probabilities"))
        exam = Exam(indices, labels.astype(np.int64), probabilities, float(kept["loss"]), kept["report"])
        if not len(indices) == len(labels) == len(probabilities) or probabilities.ndim != 2:
            raise ValueError(probabilities.shape)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise StudioError(_("The exam of this run is damaged. Delete the run, or take the exam again.")) from error
    return exam


def has_exam(run: RunFolder, status: Status) -> bool:
    """Whether the exam in the folder is that of the model in the folder: one that went on learning has a newer one."""
    try:
        taken = min(run.evaluation.stat().st_mtime_ns, run.report.stat().st_mtime_ns)
        return status.state == State.FINISHED or run.checkpoint.stat().st_mtime_ns <= taken
    except OSError:
        return False


def score(run: RunFolder, status: Status) -> float | None:
    """Share of test pictures named right, 0 to 1; also of a run that took its exam after it was stopped."""
    if status.test_accuracy is not None or not has_exam(run, status):
        return status.test_accuracy
    try:
        return float(json.loads(run.report.read_bytes())["accuracy"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
