"""What the probabilities of an exam say: ROC, precision and recall, calibration, and answering only when sure.

Light: numpy alone. The numbers are those of scikit-learn, as tests hold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evaluation import Exam

MOST_POINTS = 200  # of a curve that is drawn

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Curve:
    """A curve of one class against all others.

    Attributes:
        x, y: (P,) points, at most `MOST_POINTS` of all that there are; 0 to 1.
        area: Of the whole curve, 0 to 1: area under the ROC curve, or average precision.
    """

    x: Floats
    y: Floats
    area: float


@dataclass(frozen=True)
class Bin:
    """Answers whose confidence c lies in low < c ≤ high; means are None where there are none."""

    low: float
    high: float
    count: int
    confidence: float | None
    accuracy: float | None


@dataclass(frozen=True)
class Calibration:
    """How well confidence and accuracy agree.

    Attributes:
        error: Expected calibration error, 0 to 1: mean of |accuracy − confidence| over the bins, by their counts.
    """

    bins: tuple[Bin, ...]
    error: float


@dataclass(frozen=True, eq=False)
class Histogram:
    """Counts of right and of wrong answers, (B,), whose confidence lies between edges (B + 1,)."""

    edges: Floats
    right: NDArray[np.int64]
    wrong: NDArray[np.int64]


@dataclass(frozen=True)
class Answered:
    """What is answered when only confidences of at least `threshold` count.

    Attributes:
        count: Answers given, `right` of them right, to `total` pictures.
    """

    threshold: float
    count: int
    right: int
    total: int

    @property
    def share(self) -> float:
        """Share of the pictures that are answered, 0 to 1."""
        return self.count / max(self.total, 1)

    @property
    def accuracy(self) -> float | None:
        """Share of right answers among those given; None where none is."""
        return self.right / self.count if self.count else None


def roc_curve(labels: NDArray[np.int64], probabilities: NDArray[np.float32], number: int) -> Curve | None:
    """True positive rate (y) over false positive rate (x) of class `number`, and the area under it.

    Args:
        labels: (N,) true class numbers.
        probabilities: (N, K).

    Returns:
        None where no picture or every picture is of that class: then there is nothing to tell apart.
    """
    false, true = _found(labels == number, probabilities[:, number])
    if not false[-1] or not true[-1]:
        return None
    x, y = false / false[-1], true / true[-1]
    corners = np.r_[True, (np.diff(false, 2) != 0) | (np.diff(true, 2) != 0), True]
    return _thinned(x[corners], y[corners], float(np.trapezoid(y, x)))


def precision_recall_curve(labels: NDArray[np.int64], probabilities: NDArray[np.float32], number: int) -> Curve | None:
    """Precision (y) over recall (x) of class `number`, and the average precision; arguments and None as in `roc_curve`.

    Precision holds for the step in recall that leads to it: the curve goes up and down first, then to the right.
    """
    false, true = _found(labels == number, probabilities[:, number])
    if not false[-1] or not true[-1]:
        return None
    recall = true / true[-1]
    precision = np.r_[1.0, true[1:] / (true[1:] + false[1:])]
    return _thinned(recall, precision, float(np.sum(np.diff(recall) * precision[1:])))


def calibration(exam: Exam, bins: int = 10) -> Calibration:
    """Confidence against accuracy in bins of equal width, and the expected calibration error.

    Guo, Pleiss, Sun, Weinberger: On Calibration of Modern Neural Networks, 2017, equations 2 and 3.
    """
    edges = np.linspace(0, 1, bins + 1)
    places = np.searchsorted(edges[1:-1], exam.confidences)
    counts = np.bincount(places, minlength=bins)
    sure = np.bincount(places, exam.confidences, bins)
    right = np.bincount(places, exam.said == exam.labels, bins)
    rows = tuple(
        Bin(low, high, count, sum_sure / count if count else None, sum_right / count if count else None)
        for low, high, count, sum_sure, sum_right in zip(
            edges[:-1].tolist(), edges[1:].tolist(), counts.tolist(), sure.tolist(), right.tolist(), strict=True
        )
    )
    return Calibration(rows, float(np.abs(right - sure).sum() / max(len(places), 1)))


def confidence_histogram(exam: Exam, bins: int = 20) -> Histogram:
    """How confident right and wrong answers are, in bins of equal width from 0 to 1."""
    is_right, edges = exam.said == exam.labels, np.linspace(0, 1, bins + 1)
    right, wrong = (np.histogram(exam.confidences[chosen], edges)[0] for chosen in (is_right, ~is_right))
    return Histogram(edges, right.astype(np.int64), wrong.astype(np.int64))


def coverage(exam: Exam) -> tuple[Answered, ...]:
    """What is answered at the thresholds 0, 0.01 … 1."""
    return _answered(exam, np.linspace(0, 1, 101))


def answered_at(exam: Exam, threshold: float) -> Answered:
    """What is answered at one threshold, 0 to 1."""
    return _answered(exam, np.array([threshold]))[0]


def _answered(exam: Exam, thresholds: Floats) -> tuple[Answered, ...]:
    order = np.argsort(exam.confidences)
    right = np.r_[0, np.cumsum((exam.said == exam.labels)[order])]
    total = len(order)
    unsure = np.searchsorted(exam.confidences[order], thresholds.astype(np.float32))  # 0.9 is at least 0.9
    return tuple(
        Answered(threshold, total - silent, int(right[-1] - right[silent]), total)
        for threshold, silent in zip(thresholds.tolist(), unsure.tolist(), strict=True)
    )


def _found(is_class: NDArray[np.bool_], scores: NDArray[np.float32]) -> tuple[Floats, Floats]:
    """How many false and true ones are found, (P + 1,) each: none, then more as the threshold falls to each score."""
    order = np.argsort(-scores)
    ends = np.r_[np.flatnonzero(np.diff(scores[order])), len(order) - 1]
    true = np.cumsum(is_class[order], dtype=np.float64)[ends]
    return np.r_[0.0, 1 + ends - true], np.r_[0.0, true]


def _thinned(x: Floats, y: Floats, area: float) -> Curve:
    """At most `MOST_POINTS` of the points, evenly along the way, with both ends; the area is that of all."""
    if len(x) > MOST_POINTS:
        way = np.r_[0.0, np.cumsum(np.abs(np.diff(x)) + np.abs(np.diff(y)))]
        chosen = np.unique(np.searchsorted(way, np.linspace(0, way[-1], MOST_POINTS)).clip(max=len(x) - 1))
        x, y = x[chosen], y[chosen]
    return Curve(x, y, area)
