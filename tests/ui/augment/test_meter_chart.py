"""The bars of the honesty meter."""

from __future__ import annotations

import json

import numpy as np

from core.augmentation.spec import AugmentSpec
from core.wavering import Wavering
from ui.augment.meter_chart import change_bars, in_words, way_titles

FOUND = Wavering(
    np.array([6]), np.ones(1, np.float32), np.array([[[9, 6, 6, 6], [6, 6, 6, 6]]]), np.ones((1, 2, 4), np.float32)
)


def test_each_way_has_the_name_of_its_knob() -> None:
    assert way_titles(AugmentSpec(zoom=0.2, noise=0.1)) == ["Zoom", "Noise", "All together"]
    assert way_titles(AugmentSpec(horizontal_flip=True)) == ["Horizontal flip"]


def test_a_bar_for_each_way_with_its_numbers() -> None:
    figure = change_bars(["Zoom", "Noise"], [("this picture", FOUND)])
    (bars,) = figure["data"]
    assert bars["x"] == [0.25, 0.0]
    assert bars["text"] == ["1 of 4 · 25.0\N{NO-BREAK SPACE}%", "0 of 4 · 0.0\N{NO-BREAK SPACE}%"]
    assert figure["layout"]["yaxis"]["ticktext"] == ["Zoom", "Noise"]
    assert figure["layout"]["yaxis"]["range"] == [1.5, -0.5], "the first way is at the top"


def test_where_there_is_no_answer_yet_there_are_no_bars_and_nothing_else_moves() -> None:
    waits, there = (change_bars(["Zoom", "Noise"], [("this picture", found)]) for found in (None, FOUND))
    assert waits["layout"] == there["layout"]
    assert waits["data"][0]["x"] == [None, None]
    json.dumps(waits, allow_nan=False)


def test_for_those_who_cannot_see_it() -> None:
    words = in_words(["Zoom", "Noise"], [("this picture", FOUND), ("60 test pictures", None)])
    assert "this picture: Zoom 1 of 4 · 25.0" in words
    assert "60 test" not in words
