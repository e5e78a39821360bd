"""The limits of what counts as the same picture, on one smooth random picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.datasets.decode import Pixels
from core.datasets.inspecting.duplicates import DRAWN, PHOTO, Rule, alike

SIDE = 32
LARGE = cv2.GaussianBlur(np.random.default_rng(0).normal(0, 1, (64, 64, 3)).astype(np.float32), (0, 0), 2)
LARGE *= 30 / LARGE.std()


def picture(across: float = 0.0, zoom: float = 1.0, gain: float = 1.0, noise: float = 0.0) -> Pixels:
    """(1, 32, 32, 3) uint8 with a mean of 120 and a spread of 30, moved by a share of its side, then changed."""
    corner = (64 - SIDE) / 2
    start = corner + SIDE / 2 * (1 - 1 / zoom)
    matrix = np.array([[1 / zoom, 0, start + across * SIDE], [0, 1 / zoom, start]])
    values = cv2.warpAffine(LARGE, matrix, (SIDE, SIDE), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP)
    values = 120 + gain * values + np.random.default_rng(1).normal(0, noise, values.shape)
    pixels: Pixels = np.clip(np.rint(values), 0, 255).astype(np.uint8)[None]
    return pixels


@pytest.mark.parametrize(
    ("rule", "change", "expected"),
    [
        (PHOTO, {}, True),
        (PHOTO, {"gain": 1.3}, True),
        (PHOTO, {"gain": 0.75}, True),
        (PHOTO, {"gain": 1.5}, False),
        (PHOTO, {"gain": 0.6}, False),
        (PHOTO, {"gain": -1.0}, False),
        (PHOTO, {"across": 0.03}, True),
        (PHOTO, {"across": 0.08}, False),
        (PHOTO, {"zoom": 1.04}, True),
        (PHOTO, {"zoom": 1.2}, False),
        (PHOTO, {"noise": 3.0}, True),
        (PHOTO, {"noise": 5.0}, False),  # a correlation of 0.986
        (DRAWN, {"noise": 2.0}, True),
        (DRAWN, {"noise": 3.6}, False),  # a correlation of 0.993
        (DRAWN, {"gain": 1.1}, True),
        (DRAWN, {"across": 0.03}, False),
    ],
)
def test_what_may_change_and_how_far(rule: Rule, change: dict[str, float], expected: bool) -> None:
    assert alike(picture(), picture(**change), rule).tolist() == [expected]


def test_another_colour_is_another_picture() -> None:
    assert not alike(picture(), picture()[..., ::-1], PHOTO).any()


def test_pictures_of_one_colour_are_not_alike_and_do_not_divide_by_zero() -> None:
    flat = np.full((1, SIDE, SIDE, 3), 7, np.uint8)
    for rule in (PHOTO, DRAWN):
        assert not (alike(flat, picture(), rule) | alike(picture(), flat, rule) | alike(flat, flat, rule)).any()


def test_each_pair_is_judged_by_itself() -> None:
    ones = np.concatenate([picture(), picture(), picture()])
    others = np.concatenate([picture(), picture(gain=-1), picture(across=0.02)])
    assert alike(ones, others, PHOTO).tolist() == [True, False, True]
