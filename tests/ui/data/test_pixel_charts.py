"""Figures of pixel values and photo sizes."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

from core.datasets.inspecting.pixel_facts import Brightness
from ui.charts import Figure
from ui.data.pixel_charts import photo_sizes, pixel_histogram


def brightness(*shares: dict[int, float], mean: float = 100.0, std: float = 50.0) -> Brightness:
    """Of as many channels as dictionaries from bin (of 64) to share; the rest is spread evenly."""
    table = np.empty((64, len(shares)))
    for channel, given in enumerate(shares):
        table[:, channel] = (1 - sum(given.values())) / (64 - len(given))
        table[list(given), channel] = list(given.values())
    return Brightness(table, (mean,) * len(shares), (std,) * len(shares))


def outlines(figure: Figure) -> list[dict[str, Any]]:
    return [trace for trace in figure["data"] if "fill" in trace]


def spreads(figure: Figure) -> list[dict[str, Any]]:
    return [trace for trace in figure["data"] if "error_x" in trace]


def test_before_and_after_are_the_same_but_for_the_ruler() -> None:
    before, after = (pixel_histogram(brightness({}), scaled) for scaled in (False, True))
    assert outlines(before)[0]["y"] == outlines(after)[0]["y"]
    assert np.array(outlines(after)[0]["x"]) * 255 == pytest.approx(np.array(outlines(before)[0]["x"]))
    assert [outlines(figure)[0]["x"][-1] for figure in (before, after)] == [255, 1]
    assert spreads(before)[0]["x"] == [100, 100]
    assert spreads(after)[0]["x"] == pytest.approx([100 / 255] * 2)
    assert spreads(after)[0]["error_x"]["array"] == pytest.approx([0, 50 / 255])


def test_each_share_stands_over_its_four_values() -> None:
    line = outlines(pixel_histogram(brightness({10: 0.03}), scaled=False))[0]
    assert (line["x"][10], line["x"][11], line["line"]["shape"]) == (40, 44, "hv")
    assert line["y"][10] == pytest.approx(0.03)
    assert line["customdata"][10] == "3.0\N{NO-BREAK SPACE}%"


def test_a_bar_that_would_flatten_the_others_is_cut_and_says_how_high_it_is() -> None:
    figure = pixel_histogram(brightness({0: 0.8}), scaled=False)
    line, (note,) = outlines(figure)[0], figure["layout"]["annotations"]
    assert line["y"][0] == pytest.approx(0.08), "a tenth of the highest"
    assert line["customdata"][0] == "80.0\N{NO-BREAK SPACE}%"
    assert (note["text"], note["x"], note["xanchor"]) == ("80.0\N{NO-BREAK SPACE}% →", 4, "left")


def test_dark_and_bright_bars_are_both_named() -> None:
    notes = pixel_histogram(brightness({0: 0.4, 63: 0.3}), scaled=True)["layout"]["annotations"]
    assert [(note["text"][:4], note["xanchor"]) for note in notes] == [("40.0", "left"), ("30.0", "right")]


def test_bars_of_a_similar_height_are_left_whole() -> None:
    figure = pixel_histogram(brightness({5: 0.02, 6: 0.02, 7: 0.02}), scaled=False)
    assert figure["layout"]["annotations"] == []
    assert max(outlines(figure)[0]["y"]) == pytest.approx(0.02)


def test_three_channels_have_names_and_colours_of_their_own() -> None:
    figure = pixel_histogram(brightness({}, {}, {}), scaled=False)
    assert [line["name"] for line in outlines(figure)] == ["red", "green", "blue"]
    assert len({line["line"]["color"] for line in outlines(figure)}) == 3
    assert len({line["y"][1] for line in spreads(figure)}) == 3, "whiskers beside each other"
    assert all(line["y"][1] < figure["layout"]["yaxis"]["range"][1] for line in spreads(figure))
    assert figure["layout"]["showlegend"]
    assert not pixel_histogram(brightness({}), scaled=False)["layout"]["showlegend"]


POINTS = np.array([[100, 50, 0, 9], [200, 200, 1, 1]])


def test_a_dot_for_each_size_in_the_colour_of_its_class() -> None:
    square, cats, dogs = photo_sizes(POINTS, 1, ["cat", "<b>dog"])["data"]
    assert square["x"] == square["y"]
    assert (cats["x"], cats["y"], cats["customdata"], cats["name"]) == ([100], [50], [9], "cat")
    assert dogs["name"] == "&lt;b&gt;dog"
    assert cats["marker"]["line"]["color"] != dogs["marker"]["line"]["color"]


def test_axes_are_logarithmic_and_hold_all_dots() -> None:
    layout = photo_sizes(POINTS, 1, ["cat", "dog"])["layout"]
    low, high = layout["xaxis"]["range"]
    assert low < math.log10(50)
    assert high > math.log10(200)
    assert layout["xaxis"]["type"] == layout["yaxis"]["type"] == "log"
    assert layout["yaxis"]["range"] == [low, high]


@pytest.mark.parametrize(("photos", "diameter"), [(1, 6), (9, 18), (10_000, 34)])
def test_the_area_of_a_dot_is_its_photos(photos: int, diameter: float) -> None:
    marker = photo_sizes(np.array([[100, 50, 0, photos]]), 1, ["cat"])["data"][1]["marker"]
    assert marker["sizemode"] == "area"
    assert math.sqrt(photos / marker["sizeref"]) == pytest.approx(diameter)


def test_a_class_without_a_known_size_has_no_dots_and_one_group_no_name() -> None:
    assert len(photo_sizes(POINTS[:1], 1, ["cat", "dog"])["data"]) == 2
    assert not photo_sizes(POINTS[:1], 1, [""])["layout"]["showlegend"]


def test_gathered_sizes_are_said_to_be_rough() -> None:
    exact, rough = (photo_sizes(POINTS, step, ["cat", "dog"])["data"][1]["hovertemplate"] for step in (1, 64))
    assert exact.startswith("%{x}")
    assert rough.startswith("about")


def test_figures_are_plain_numbers() -> None:
    for figure in (pixel_histogram(brightness({}), scaled=True), photo_sizes(POINTS, 1, ["cat", "dog"])):
        assert json.dumps(figure, allow_nan=False)
