"""Curves of an exam: scikit-learn's numbers, and a few that can be counted by hand."""

import numpy as np
import pytest
from sklearn import calibration as reference_calibration
from sklearn import metrics as reference

from core.evaluation import Exam
from core.exam_curves import (
    MOST_POINTS,
    Answered,
    answered_at,
    calibration,
    confidence_histogram,
    coverage,
    precision_recall_curve,
    roc_curve,
)

CLASSES = 4


def exam_of(labels, probabilities):
    return Exam(np.arange(len(labels)), np.array(labels), np.array(probabilities, np.float32), 0.0, {})


def drawn(pictures, digits):
    """Answers that are often right; rounded to `digits` many are equal."""
    rng = np.random.default_rng(digits)
    labels = rng.integers(0, CLASSES, pictures)
    scores = rng.normal(size=(pictures, CLASSES))
    scores[np.arange(pictures), labels] += 1.5
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    return exam_of(labels, probabilities.round(digits))


exams = pytest.mark.parametrize(
    "exam", [drawn(60, 1), drawn(150, 7), drawn(3000, 2), drawn(3000, 7)], ids=["ties", "few", "many ties", "many"]
)


def points(x, y):
    return set(zip(x.tolist(), y.tolist(), strict=True))


@exams
@pytest.mark.parametrize("number", range(CLASSES))
def test_roc_is_scikit_learns(exam, number):
    curve = roc_curve(exam.labels, exam.probabilities, number)
    assert curve is not None
    is_class, scores = exam.labels == number, exam.probabilities[:, number]
    false, true, _thresholds = reference.roc_curve(is_class, scores, drop_intermediate=False)
    assert curve.area == pytest.approx(reference.roc_auc_score(is_class, scores), abs=1e-9)
    assert points(curve.x, curve.y) <= points(false, true)
    assert (curve.x[0], curve.y[0], curve.x[-1], curve.y[-1]) == (0, 0, 1, 1)
    drawn_area = np.trapezoid(curve.y, curve.x)
    assert drawn_area == pytest.approx(curve.area, abs=1e-9 if len(exam.labels) < MOST_POINTS else 1e-3)


@exams
@pytest.mark.parametrize("number", range(CLASSES))
def test_precision_and_recall_are_scikit_learns(exam, number):
    curve = precision_recall_curve(exam.labels, exam.probabilities, number)
    assert curve is not None
    is_class, scores = exam.labels == number, exam.probabilities[:, number]
    precision, recall, _thresholds = reference.precision_recall_curve(is_class, scores)
    assert curve.area == pytest.approx(reference.average_precision_score(is_class, scores), abs=1e-9)
    assert points(curve.x, curve.y) <= points(recall, precision)
    if len(exam.labels) < MOST_POINTS:
        np.testing.assert_allclose(curve.x, recall[::-1], atol=1e-9)
        np.testing.assert_allclose(curve.y, precision[::-1], atol=1e-9)


def test_long_curves_are_thinned_and_keep_their_ends():
    exam = drawn(3000, 7)
    for curve in (f(exam.labels, exam.probabilities, 0) for f in (roc_curve, precision_recall_curve)):
        assert curve is not None
        assert MOST_POINTS // 2 < len(curve.x) <= MOST_POINTS
        assert (curve.x[0], curve.x[-1]) == (0, 1)
        assert (np.diff(curve.x) >= 0).all()


@pytest.mark.parametrize("labels", [[0, 0, 0], [1, 1, 1]], ids=["only such", "none"])
def test_where_there_is_nothing_to_tell_apart_there_is_no_curve(labels):
    exam = exam_of(labels, [[0.9, 0.1], [0.5, 0.5], [0.2, 0.8]])
    assert roc_curve(exam.labels, exam.probabilities, 0) is None
    assert precision_recall_curve(exam.labels, exam.probabilities, 0) is None


# Confidence 0.6: two of three right; 0.9: one of two.
SURE = exam_of([0, 0, 1, 0, 1], [[0.6, 0.4], [0.6, 0.4], [0.6, 0.4], [0.9, 0.1], [0.9, 0.1]])


def test_calibration_by_hand():
    found = calibration(SURE)
    sixth, ninth = (row for row in found.bins if row.count)
    assert sixth.low == pytest.approx(0.6), "0.6 as float32 is just above"
    assert (sixth.count, ninth.count, sum(row.count for row in found.bins)) == (3, 2, 5)
    assert [sixth.confidence, sixth.accuracy] == pytest.approx([0.6, 2 / 3])
    assert [ninth.confidence, ninth.accuracy] == pytest.approx([0.9, 0.5])
    assert found.error == pytest.approx((3 * abs(2 / 3 - 0.6) + 2 * abs(0.5 - 0.9)) / 5)
    assert {row.accuracy for row in found.bins if not row.count} == {None}


@exams
def test_bins_are_scikit_learns(exam):
    found = np.array([(row.accuracy, row.confidence) for row in calibration(exam).bins if row.count], np.float64)
    expected = reference_calibration.calibration_curve(exam.said == exam.labels, exam.confidences, n_bins=10)
    np.testing.assert_allclose(found.T, expected, atol=1e-9)


def test_the_histogram_counts_every_answer_once():
    found = confidence_histogram(exam_of([0, 1, 0], [[1.0, 0.0], [0.93, 0.07], [0.52, 0.48]]))
    assert (found.right[19], found.wrong[18], found.right[10]) == (1, 1, 1)
    assert (found.right.sum(), found.wrong.sum(), len(found.edges)) == (2, 1, 21)


@pytest.mark.parametrize(
    ("threshold", "count", "right"), [(0.0, 5, 3), (0.6, 5, 3), (0.61, 2, 1), (0.9, 2, 1), (0.91, 0, 0)], ids=str
)
def test_only_what_is_sure_enough_is_answered(threshold, count, right):
    """A confidence of 0.9 is kept as a float32 a little below; it counts as 0.9."""
    assert answered_at(SURE, threshold) == Answered(threshold, count, right, 5)


def test_coverage_falls_as_the_threshold_rises():
    found = coverage(SURE)
    assert (len(found), found[0].threshold, found[-1].threshold) == (101, 0, 1)
    assert (found[0].share, found[0].accuracy) == (1, 0.6)
    assert (found[90].share, found[90].accuracy) == (0.4, 0.5)
    assert (found[100].share, found[100].accuracy) == (0, None)
    assert [answered_at(SURE, one.threshold) for one in found] == list(found)
