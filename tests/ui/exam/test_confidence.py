"""What a threshold does and how good confidence is, in words and as figures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.evaluation import Exam
from core.exam_curves import Answered, Bin, Calibration, calibration, confidence_histogram
from tests.ui.exam.conftest import Make
from ui import palette
from ui.exam.confidence import answered_text, calibration_text, silent_text
from ui.exam.confidence_charts import calibration_figure, coverage_figure, histogram_figure


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def sure(exam: Exam, confidence: float) -> Exam:
    """The same answers to two classes, each this sure."""
    probabilities = np.where(np.eye(2, dtype=bool)[exam.said], confidence, 1 - confidence)
    return replace(exam, probabilities=probabilities.astype(np.float32))


@pytest.mark.parametrize(
    ("answered", "text"),
    [
        ((0.9, 82, 81, 100), "At 90 % it answers 82 of 100 pictures and is right on 98.8 % of them."),
        ((0.9, 399, 399, 400), "At 90 % it answers 99 of 100 pictures and is right on 100.0 % of them."),
        ((0.0, 3, 2, 3), "At 0 % it answers every picture and is right on 66.7 % of them."),
        ((0.99, 0, 0, 3), "At 99 % it answers no picture: it is never that sure."),
    ],
)
def test_a_threshold_in_a_sentence(answered: tuple[float, int, int, int], text: str) -> None:
    assert plain(answered_text(Answered(*answered))) == text


@pytest.mark.parametrize(
    ("count", "right", "text"),
    [
        (4, 2, "Nothing is left to a person."),
        (3, 2, "Left to a person: 1 picture, among them 1 of its 2 mistakes."),
        (2, 2, "Left to a person: 2 pictures, among them all 2 of its mistakes."),
        (2, 0, "Left to a person: 2 pictures, none of them a mistake."),
    ],
)
def test_what_is_left_to_a_person(made_exam: Make, count: int, right: int, text: str) -> None:
    exam = made_exam([0, 0, 1, 1], [0, 0, 0, 0], 2)
    assert silent_text(exam, Answered(0.5, count, right, 4)) == text


@pytest.mark.parametrize(
    ("confidence", "verdict"), [(0.9, "overconfident"), (0.6, "underconfident"), (0.75, "taken at its word")]
)
def test_the_verdict_compares_confidence_with_accuracy(made_exam: Make, confidence: float, verdict: str) -> None:
    exam = sure(made_exam([0, 0, 0, 1], [0, 0, 0, 0], 2), confidence)
    text = plain(calibration_text(exam, calibration(exam)))
    assert verdict in text
    assert "75.0 %" in text


def test_a_mean_that_agrees_can_hide_that_its_parts_do_not(made_exam: Make) -> None:
    exam = made_exam([0, 0, 0, 0], [0, 0, 0, 1], 2)
    probabilities = np.array([[0.65, 0.35], [0.65, 0.35], [0.7, 0.3], [0.0, 1.0]], np.float32)
    exam = replace(exam, probabilities=probabilities)
    assert "too sure in places" in calibration_text(exam, calibration(exam))


def test_the_histogram_has_no_outline_around_nothing(made_exam: Make) -> None:
    exam = made_exam([0, 0, 1], [0, 0, 0], 2)
    figure = histogram_figure(confidence_histogram(exam, 2), 0.9)
    right, wrong = figure["data"]
    assert (right["y"], wrong["y"]) == ([None, 2], [None, 1])
    assert right["customdata"] == ["0%–50%", "50%–100%"]
    assert figure["layout"]["shapes"][0]["x0"] == 0.9
    assert figure["layout"]["yaxis"]["dtick"] == 1


def test_coverage_marks_the_threshold_and_leaves_out_where_nothing_is_answered() -> None:
    rows = [Answered(0.0, 4, 3, 4), Answered(0.5, 2, 2, 4), Answered(1.0, 0, 0, 4)]
    line, mark = coverage_figure(rows, rows[1])["data"]
    assert (line["x"], line["y"]) == ([1.0, 0.5], [0.75, 1.0])
    assert (mark["x"], mark["y"]) == ([0.5], [1.0])
    assert coverage_figure(rows, rows[2])["data"][1]["x"] == []


@pytest.mark.parametrize(("right", "lowest"), [(0, 0.0), (99, 0.9), (90, 0.8), (100, 0.9)])
def test_the_axis_of_accuracy_begins_below_the_lowest(right: int, lowest: float) -> None:
    figure = coverage_figure([Answered(0.0, 100, right, 100)], Answered(0.0, 100, right, 100))
    assert figure["layout"]["yaxis"]["range"] == [lowest, 1]


def test_the_gap_reaches_from_accuracy_to_confidence_and_few_answers_are_pale() -> None:
    bins = (Bin(0.0, 0.5, 0, None, None), Bin(0.5, 0.8, 20, 0.7, 0.5), Bin(0.8, 1.0, 3, 0.9, 1.0))
    bars, over, under, line = calibration_figure(Calibration(bins, 0.1))["data"]
    assert bars["y"] == [0.5, 1.0]
    assert bars["marker"]["opacity"] == [1.0, 0.35]
    assert (over["base"], over["y"], over["marker"]["color"]) == ([0.5], [pytest.approx(0.2)], palette.WRONG)
    assert (under["base"], under["y"]) == ([0.9], [pytest.approx(0.1)])
    assert line["x"] == [0, 1]
