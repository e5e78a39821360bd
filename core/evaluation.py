"""What an exam says: its answers, the confusion matrix, the pairs mixed up most, the worst mistakes.

Light: numpy alone, no TensorFlow. Positions are places in the exam (0-based), not numbers of pictures in the data set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.i18n import N_

NO_NUMBERS = N_("This model's answers are no numbers: its training diverged. Train again with a smaller learning rate.")
SMALLEST = 1e-7  # keras.config.epsilon(): a probability of 0 would make the loss infinite

Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Exam:
    """A model's answers to the test or the validation pictures of its run.

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
    def losses(self) -> NDArray[np.float64]:
        """(N,) cross-entropy of each picture in nats: −log of the probability of its own class."""
        return losses_of(self.labels, self.probabilities)

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

    def worst(self) -> NDArray[np.int64]:
        """Positions of the wrong answers, the highest loss first: those that gave the right class the least."""
        wrong = np.flatnonzero(self.said != self.labels)
        return wrong[np.argsort(-self.losses[wrong], kind="stable")]

    def unsure_rights(self) -> NDArray[np.int64]:
        """Positions of the right answers, the least confident first."""
        right = np.flatnonzero(self.said == self.labels)
        return right[np.argsort(self.confidences[right], kind="stable")]

    def positions_of_class(self, number: int) -> NDArray[np.int64]:
        """Positions of the pictures that are of class `number`, in their order."""
        return np.flatnonzero(self.labels == number)

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


def losses_of(labels: NDArray[np.int64], probabilities: NDArray[np.float32]) -> NDArray[np.float64]:
    """(N,) cross-entropies in nats of (N, K) probabilities, from (N,) true class numbers."""
    given = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return -np.log(np.maximum(given, SMALLEST))


def report_of(counts: Counts) -> dict[str, Any]:
    """scikit-learn's classification report from (K, K) counts, without scikit-learn; what has no pictures scores 0."""
    right, support = np.diag(counts).astype(np.float64), counts.sum(axis=1)
    precision, recall = (right / np.maximum(total, 1) for total in (counts.sum(axis=0), support))
    f1 = 2 * right / np.maximum(counts.sum(axis=0) + support, 1)
    columns = np.stack([precision, recall, f1])

    def row(numbers: NDArray[np.float64], pictures: float) -> dict[str, float]:
        return dict(zip(("precision", "recall", "f1-score", "support"), [*numbers.tolist(), pictures], strict=True))

    total = float(support.sum())
    classes = {str(number): row(columns[:, number], float(support[number])) for number in range(len(counts))}
    averages = {"macro avg": columns.mean(axis=1), "weighted avg": columns @ support / max(total, 1)}
    accuracy = {"accuracy": float(right.sum() / max(total, 1))}
    return {**classes, **accuracy, **{name: row(numbers, total) for name, numbers in averages.items()}}


def confused_pairs(counts: Counts, most: int = 3) -> list[Confusion]:
    """The commonest mistakes in (K, K) counts, at most `most`; of equally common ones the smaller class's first."""
    wrong, totals = counts - np.diag(np.diag(counts)), counts.sum(axis=1)
    true, said = np.nonzero(wrong)
    order = np.lexsort((totals[true], -wrong[true, said]))[:most]
    return [
        Confusion(row, column, int(wrong[row, column]), int(totals[row]))
        for row, column in zip(true[order].tolist(), said[order].tolist(), strict=True)
    ]


def most_mixed_up(counts: Counts, most: int) -> NDArray[np.int64]:
    """The at most `most` classes with the most mistakes in their rows and columns of (K, K) counts, ascending."""
    wrong = counts - np.diag(np.diag(counts))
    order = np.argsort(-(wrong.sum(axis=0) + wrong.sum(axis=1)), kind="stable")
    return np.sort(order[:most])


def of_hundred(share: float) -> int:
    """A share from 0 to 1 as so many of 100; only all are 100 and only none are 0."""
    return round(100 * share) if share in (0.0, 1.0) else min(99, max(1, round(100 * share)))
