"""Curves of single classes as figures."""

from __future__ import annotations

import numpy as np
import pytest

from core.exam_curves import Curve
from tests.ui.exam.conftest import Make
from ui import palette
from ui.exam.class_curves import curve_of, curves_figure, hardest_classes


def curve(x: list[float], y: list[float], area: float = 0.5) -> Curve:
    return Curve(np.array(x), np.array(y), area)


def test_the_classes_with_the_lowest_average_precision_come_first(made_exam: Make) -> None:
    """Class 4 has no picture, so it has no curve and cannot be the hardest."""
    exam = made_exam([0, 0, 1, 1, 2, 2, 3, 3], [0, 0, 1, 1, 1, 2, 2, 0], 5)
    areas = {number: found.area for number in range(5) if (found := curve_of(exam, "precision", number))}
    assert set(areas) == {0, 1, 2, 3}
    assert hardest_classes(exam) == sorted(sorted(areas, key=lambda number: areas[number])[:3])


def test_lines_have_the_colours_of_their_classes_and_dashes_where_those_are_the_same() -> None:
    lines = curves_figure("precision", {number: curve([0, 1], [1, 1]) for number in (1, 9, 17)}, [""] * 20)["data"]
    assert {line["line"]["color"] for line in lines} == {palette.class_colour(1)}
    assert [line["line"]["dash"] for line in lines] == ["solid", "dash", "dot"]


def test_a_roc_has_its_area_and_the_line_of_guessing() -> None:
    line, guess = curves_figure("roc", {0: curve([0, 0, 1], [0, 1, 1], 0.9984)}, ["<b>cat</b>"])["data"]
    assert line["name"] == "&lt;b&gt;cat&lt;/b&gt;  AUC 0.998"
    assert (guess["x"], guess["y"], guess["name"]) == ([0, 1], [0, 1], "guessing")


def test_precision_ends_where_all_are_found() -> None:
    """Beyond, the curve only falls: it looked like a cliff at the right border."""
    (line,) = curves_figure("precision", {0: curve([0, 0.5, 1, 1, 1], [1, 1, 0.8, 0.4, 0.1])}, ["a"])["data"]
    assert (line["x"], line["y"]) == ([0, 0.5, 1], [1, 1, 0.8])
    assert line["line"]["shape"] == "vh"


@pytest.mark.parametrize("kind", ["precision", "roc"])
def test_axes_have_ranges(kind: str) -> None:
    layout = curves_figure(kind, {}, [])["layout"]  # type: ignore[arg-type]
    assert layout["xaxis"]["range"] == layout["yaxis"]["range"] == [0, 1]
