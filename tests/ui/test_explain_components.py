"""What the components that explain a picture hand to the browser, and what they believe of what comes back."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ui.components import HeatPanel, Legend, MapRow, clicked_map, clicked_pixel
from ui.components.heat_overlay import _payload as panel_payload
from ui.components.map_gallery import SHEET_BYTES
from ui.components.map_gallery import _payload as row_payload


def test_a_panel_keeps_its_heat_exactly_and_its_texts_as_they_are() -> None:
    heat = np.arange(64, dtype=np.uint8).reshape(4, 4, 4)
    legend = Legend(("red", "blue"), "low", "high")
    payload = panel_payload(HeatPanel("<b>", np.zeros((8, 8, 1), np.uint8), heat, "<i>", legend), size=100)
    back = np.asarray(Image.open(io.BytesIO(base64.b64decode(payload["heat"].split(",")[1]))))
    np.testing.assert_array_equal(back, heat)
    assert (payload["title"], payload["alt"], payload["pixelated"]) == ("<b>", "<i>", True)
    assert payload["legend"] == {"colours": ["red", "blue"], "low": "low", "high": "high"}
    json.dumps(payload)


def test_a_panel_may_be_without_heat() -> None:
    payload = panel_payload(HeatPanel("", np.zeros((128, 128, 3), np.uint8), None, ""), size=100)
    assert (payload["heat"], payload["legend"], payload["pixelated"]) == (None, None, False)


def test_all_maps_of_a_row_are_one_picture_of_bounded_size() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 56, 56), np.uint8)
    payload = row_payload(MapRow("conv", "conv", "64 maps", noise, quiet=(3,), clickable=True, chosen=5))
    assert len(payload["sheet"]["uri"]) < 4 * SHEET_BYTES, "noise is the worst case, and 200,000 bytes as it is"
    assert (payload["count"], payload["quiet"], payload["chosen"]) == (64, [3], 5)
    assert (payload["sheet"]["columns"], payload["sheet"]["tile"]) == (8, 56)
    json.dumps(payload)


@pytest.mark.parametrize(
    "sent",
    [
        None,
        7,
        "2-3",
        {},
        {"row": 2},
        {"row": -1, "column": 0},
        {"row": 4, "column": 0},
        {"row": 0, "column": 5},
        {"row": True, "column": 0},
        {"row": 1.0, "column": 0},
        {"row": "1", "column": 0},
    ],
)
def test_only_a_pixel_of_the_map_is_believed(sent: Any) -> None:
    assert clicked_pixel({"click": sent}, 4, 5) is None


def test_a_pixel_comes_back_as_row_and_column() -> None:
    assert clicked_pixel({"click": {"row": 3, "column": 4}}, 4, 5) == (3, 4)
    assert clicked_pixel({}, 4, 5) is None


@pytest.mark.parametrize(
    "sent",
    [None, [], {"row": "pool", "map": 0}, {"row": "conv", "map": 8}, {"row": "conv", "map": "1"}, {"row": ["conv"]}],
)
def test_only_a_map_that_can_be_clicked_is_believed(sent: Any) -> None:
    assert clicked_map({"click": sent}, {"conv": 8}) is None


def test_a_map_comes_back_with_its_row() -> None:
    assert clicked_map({"click": {"row": "conv", "map": 7}}, {"conv": 8}) == ("conv", 7)
