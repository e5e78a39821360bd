"""The two curves of a run as plain figures; the other charts are tested with the pages that show them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from core.runs.history import EpochRecord, History, TracePoint
from ui.charts import Metric, confusion_matrix, curves, short


def history(*losses: float | None) -> History:
    """Five epochs planned, one done for each loss; validation is twice as bad as training, and half as right."""
    return History(
        epochs_planned=5,
        records=[
            EpochRecord(number, value, 0.8, None if value is None else 2 * value, 0.4, 1e-3, 1.0)
            for number, value in enumerate(losses)
        ],
        trace=[TracePoint(0.5, 0.7, 0.6)],
    )


def ranges(history: History, metric: Metric, classes: int = 10) -> tuple[list[float], list[float]]:
    layout = curves(history, metric, classes)["layout"]
    return layout["xaxis"]["range"], layout["yaxis"]["range"]


def lines(history: History, metric: Metric) -> dict[str, dict[str, Any]]:
    return {line["name"]: line for line in curves(history, metric, 10)["data"]}


@pytest.mark.parametrize("metric", ["loss", "accuracy"])
def test_axes_do_not_move_while_a_run_goes_on(metric: Metric) -> None:
    spans = [ranges(history(*losses), metric) for losses in ((), (0.9,), (0.9, 0.5, 0.1))]
    assert spans[0] == spans[1] == spans[2]
    assert spans[0][0] == [0, 5]


def test_accuracy_reaches_from_none_to_all() -> None:
    assert ranges(history(0.5), "accuracy")[1] == [0, 1]
    assert curves(history(0.5), "accuracy", 10)["layout"]["yaxis"]["tickformat"] == ".0%"


def test_loss_reaches_above_the_cost_of_guessing_and_above_what_was_seen() -> None:
    assert ranges(history(0.5), "loss", 10)[1] == [0, pytest.approx(1.05 * 1.15 * math.log(10))]
    assert ranges(history(0.5), "loss", 2)[1] == [0, pytest.approx(1.05)], "validation is at 1.0"
    assert ranges(history(8.0), "loss", 10)[1] == [0, pytest.approx(1.05 * 16)]


def test_before_the_first_event_there_is_an_axis_too() -> None:
    for metric in ("loss", "accuracy"):
        assert curves(History(), metric, 1)["layout"]["xaxis"]["range"] == [0, 1]
    assert ranges(History(), "loss", 1)[1] == [0, pytest.approx(1.05 * 1.15 * math.log(2))]


def test_epochs_are_counted_from_one_and_each_line_has_its_numbers() -> None:
    loss, accuracy = lines(history(0.9, 0.5), "loss"), lines(history(0.9, 0.5), "accuracy")
    assert [(loss[name]["x"], loss[name]["y"]) for name in ("training", "validation", "batches")] == [
        ([1, 2], [0.9, 0.5]),
        ([1, 2], [1.8, 1.0]),
        ([0.5], [0.7]),
    ]
    assert [accuracy[name]["y"] for name in ("training", "validation", "batches")] == [[0.8, 0.8], [0.4, 0.4], [0.6]]


def test_lines_are_told_apart_without_colour() -> None:
    drawn = lines(history(0.9), "loss")
    assert [drawn[name]["line"]["dash"] for name in ("training", "validation")] == ["solid", "dash"]
    assert drawn["batches"]["opacity"] < 0.5
    assert [drawn[name]["showlegend"] for name in ("training", "validation", "batches")] == [True, True, False]


def test_a_loss_that_is_not_finite_is_a_gap() -> None:
    figure = curves(history(0.9, None), "loss", 10)
    assert figure["data"][1]["y"] == [0.9, None]
    assert all(math.isfinite(end) for end in figure["layout"]["yaxis"]["range"])


def test_a_long_name_is_cut_and_harmless() -> None:
    assert short("a" * 18) == "a" * 18
    assert short("a" * 19) == "a" * 17 + "…"
    assert "<" not in short("<b>x")


def test_a_matrix_of_some_classes_keeps_the_shares_of_all_and_frames_by_class_number() -> None:
    counts = np.array([[6, 2, 2], [0, 5, 0], [1, 0, 3]])
    figure = confusion_matrix(counts, ("a", "b", "c"), "rows", chosen=(2, 0), only=[0, 2])
    heat, texts = figure["data"]
    assert texts["text"] == ["60%", "20%", "25%", "75%"]
    assert heat["customdata"][1][0] == [1, "c", "a"]
    assert figure["layout"]["xaxis"]["ticktext"] == ["a", "c"]
    frame = figure["layout"]["shapes"][0]
    assert (frame["x0"], frame["y0"]) == (-0.5, 0.5)
    assert confusion_matrix(counts, ("a", "b", "c"), chosen=(1, 0), only=[0, 2])["layout"]["shapes"] == []


def test_the_column_shares_of_a_matrix_add_up_downwards() -> None:
    figure = confusion_matrix(np.array([[6, 0], [2, 5]]), ("a", "b"), "columns")
    assert figure["data"][1]["text"] == ["75%", "25%", "100%"]
