"""What an address says of a picture is checked before it is believed."""

from __future__ import annotations

import numpy as np
import pytest

from tests.ui.explain.made import layer_maps
from ui.explain.choice import number_of
from ui.explain.layers import filter_pictures
from ui.explain.one_number import spot_of


@pytest.mark.parametrize("text", ["", "-1", "3.0", "1e3", "٣", "9" * 10, "x", " 3", "3\n"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert number_of(text) is None


def test_a_number_has_to_be_below_the_limit() -> None:
    assert [number_of(text, 4) for text in ("3", "4", "003")] == [3, None, 3]


def test_a_spot_is_that_of_the_address() -> None:
    spot = spot_of(layer_maps("conv2d_1"), "2", "1-3")
    assert (spot.filter, spot.row, spot.column) == (2, 1, 3)


@pytest.mark.parametrize("pixel", ["", "4-0", "0-4", "1", "1-", "-1-2", "1-2-3", "a-b"])
def test_else_it_is_the_brightest_pixel_of_the_first_map_that_is_not_quiet(pixel: str) -> None:
    spot = spot_of(layer_maps("conv2d_1"), "9", pixel)
    assert (spot.filter, spot.row, spot.column) == (1, 3, 3)


def test_the_brightest_pixel_of_a_map_drawn_smaller_is_the_middle_of_its_area() -> None:
    small = layer_maps("conv2d_1")
    large = type(small)(small.layer, small.kind, (40, 40, 3), small.maps, small.low, small.high, small.quiet)
    spot = spot_of(large, "", "")
    assert (spot.row, spot.column) == (35, 35)


def test_each_filter_is_stretched_by_itself_and_keeps_its_colours() -> None:
    kernels = np.zeros((1, 2, 3, 2), np.float32)
    kernels[0, 0, 0, 0], kernels[0, 1, 2, 0] = -1, 1
    pictures = filter_pictures(kernels)
    assert pictures.shape == (2, 1, 2, 3)
    assert pictures[0].tolist() == [[[0, 128, 128], [128, 128, 255]]]
    assert (pictures[1] == 128).all(), "the same everywhere"


def test_filters_of_many_channels_are_shown_in_grey() -> None:
    assert filter_pictures(np.ones((3, 3, 8, 5), np.float32)).shape == (5, 3, 3, 1)
