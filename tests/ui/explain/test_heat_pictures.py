"""Heat maps as pictures, and whether two of them say the same."""

from __future__ import annotations

import numpy as np
import pytest

from core.explaining import Occlusion
from ui.explain.heat_pictures import SIDE, agreement, glow, glow_legend, on_pixels, tide, tide_legend


def covered(drop: list[list[float]], patch: int = 2, stride: int = 2) -> Occlusion:
    return Occlusion(np.array(drop, np.float32), patch, stride, 0.9, 0)


def test_inferno_grows_brighter_from_black_to_yellow() -> None:
    picture = glow(np.linspace(0, 1, 8)[None].repeat(8, axis=0))
    assert picture.shape == (SIDE, SIDE, 4)
    assert (picture[..., 3] == 255).all()
    brightness = picture[0, :, :3] @ np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff(brightness) >= -2).all()
    assert brightness[0] < 5
    assert brightness[-1] > 200
    assert glow_legend().colours[0] == "rgb(0 0 4)"


def test_a_drop_is_orange_a_rise_blue_and_nothing_is_seen_through() -> None:
    picture = tide(np.array([[0.2, 0.0, -0.1]]).repeat(3, axis=0), most=0.2)
    assert picture[0, 0].tolist() == [0xE6, 0x9F, 0x00, 255]
    assert picture[0, SIDE // 2, 3] < 3
    assert picture[0, -1].tolist() == [0x00, 0x72, 0xB2, 128]
    legend = tide_legend(0.2)
    assert ("20.0 points" in legend.low, "20.0 points" in legend.high) == (True, True)


def test_a_pixel_has_the_mean_of_the_squares_that_covered_it() -> None:
    found = on_pixels(covered([[0.0, 0.4], [0.0, 0.0]], patch=2, stride=1), side=4)
    np.testing.assert_allclose(found[0], [0.0, 0.2, 0.4, 0.0])
    np.testing.assert_allclose(found[1], [0.0, 0.1, 0.2, 0.0])


@pytest.mark.parametrize(("drop", "expected"), [([[0.1, 0.2], [0.3, 0.9]], 1.0), ([[0.9, 0.3], [0.2, 0.1]], -1.0)])
def test_the_same_order_agrees_and_the_opposite_does_not(drop: list[list[float]], expected: float) -> None:
    heat = np.array([[0.0, 0.2], [0.5, 1.0]], np.float32).repeat(2, axis=0).repeat(2, axis=1)
    assert agreement(heat, covered(drop), side=4) == pytest.approx(expected)


def test_equal_numbers_share_their_rank() -> None:
    """As scipy.stats.spearmanr has it: 0.5 for these four pairs with two ties each."""
    heat = np.array([[0.0, 0.0], [1.0, 1.0]], np.float32).repeat(2, axis=0).repeat(2, axis=1)
    assert agreement(heat, covered([[0.0, 0.1], [0.1, 0.2]]), side=4) == pytest.approx(0.5**0.5)


def test_without_an_order_there_is_nothing_to_compare() -> None:
    assert agreement(np.zeros((4, 4), np.float32), covered([[0.1, 0.2], [0.3, 0.4]]), side=4) is None
    assert agreement(np.eye(4, dtype=np.float32), covered([[0.1, 0.1], [0.1, 0.1]]), side=4) is None
