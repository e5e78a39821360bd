"""The map's figure."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from ui import palette
from ui.data.map_chart import scatter_map
from ui.data.marks import DROP

POINTS = np.array([[0, 1], [2, 3], [4, 5], [6, 7]], np.float32)
LABELS = np.array([0, 1, 1, 2])
NUMBERS = np.array([10, 20, 30, 40])
NAMES = ("cat", "<b>dog</b>", "owl")


def figure(marked: dict[int, str] | None = None) -> dict[str, Any]:
    made = scatter_map(POINTS, LABELS, NUMBERS, NAMES, marked or {}, "view")
    json.dumps(made, allow_nan=False)
    return made


def dots(trace: dict[str, Any]) -> list[tuple[Any, ...]]:
    return list(zip(trace["x"], trace["y"], trace["customdata"], strict=True))


def test_each_class_is_a_trace_in_its_colour_and_each_dot_knows_its_picture() -> None:
    cat, dog, owl = figure()["data"]
    assert [trace["name"] for trace in (cat, dog, owl)] == ["cat", "&lt;b&gt;dog&lt;/b&gt;", "owl"]
    assert dots(dog) == [(2, 3, [20, 1, "<b>dog</b>"]), (4, 5, [30, 2, "<b>dog</b>"])]
    assert [trace["marker"]["color"] for trace in (cat, dog, owl)] == [
        palette.class_colour(label) for label in range(3)
    ]


def test_the_ninth_class_has_the_first_colour_and_another_form() -> None:
    names = [str(number) for number in range(9)]
    made = scatter_map(np.zeros((9, 2), np.float32), np.arange(9), np.arange(9), names, {}, "view")
    first, ninth = made["data"][0]["marker"], made["data"][8]["marker"]
    assert first["color"] == ninth["color"]
    assert first["symbol"] != ninth["symbol"]


def test_marked_pictures_are_crosses_and_open_circles_in_the_colour_of_their_class() -> None:
    cat, dog, dropped, moved = figure({20: DROP, 40: "cat", 99: DROP})["data"]
    assert dots(dog) == [(4, 5, [30, 2, "<b>dog</b>"])]
    assert dots(dropped) == [(2, 3, [20, 1, "<b>dog</b>, to be dropped"])]
    assert dots(moved) == [(6, 7, [40, 3, "owl → cat"])]
    assert [trace["marker"]["symbol"] for trace in (dropped, moved)] == ["x-thin-open", "circle-open"]
    assert moved["marker"]["color"] == [palette.class_colour(2)]
    assert cat["name"] == "cat"


def test_both_directions_have_one_scale_and_the_zoom_lasts_as_long_as_the_view() -> None:
    layout = figure()["layout"]
    assert layout["yaxis"]["scaleanchor"] == "x"
    assert layout["uirevision"] == "view"
