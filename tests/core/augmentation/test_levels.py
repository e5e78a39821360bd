"""One knob alone: its levels do the least, the half and the most, and nothing else happens."""

from __future__ import annotations

import numpy as np
import pytest

from core.augmentation.levels import draws_at, levels_of
from core.augmentation.spec import CHANGES, AugmentSpec
from core.augmentation.warp import apply

STRONG = AugmentSpec(
    rotation=40,
    width_shift=0.2,
    height_shift=0.3,
    zoom=0.4,
    shear=20,
    horizontal_flip=True,
    vertical_flip=True,
    brightness=0.5,
    contrast=0.6,
    channel_shift=50,
    noise=0.2,
    cutout=0.4,
)
PICTURE = np.random.default_rng(0).integers(0, 256, (1, 12, 12, 3), np.uint8)


@pytest.mark.parametrize(
    ("knob", "field", "values"),
    [
        ("rotation", "rotation", [-40, -20, 0, 20, 40]),
        ("width_shift", "shift_x", [-0.2, -0.1, 0, 0.1, 0.2]),
        ("height_shift", "shift_y", [-0.3, -0.15, 0, 0.15, 0.3]),
        ("zoom", "zoom_x", [0.6, 0.8, 1, 1.2, 1.4]),
        ("zoom", "zoom_y", [0.6, 0.8, 1, 1.2, 1.4]),
        ("shear", "shear", [-20, -10, 0, 10, 20]),
        ("brightness", "brightness", [0.5, 0.75, 1, 1.25, 1.5]),
        ("contrast", "contrast", [0.4, 0.7, 1, 1.3, 1.6]),
        ("channel_shift", "channel_shift", [-50, -25, 0, 25, 50]),
        ("noise", "noise", [0, 25.5, 51]),
        ("cutout", "cutout", [0, 0.2, 0.4]),
        ("horizontal_flip", "flip_horizontal", [False, True]),
        ("vertical_flip", "flip_vertical", [False, True]),
    ],
)
def test_values_from_least_to_most(knob: str, field: str, values: list[float]) -> None:
    np.testing.assert_allclose(getattr(draws_at(STRONG, knob), field), values)


@pytest.mark.parametrize("knob", CHANGES)
def test_the_least_changes_nothing_and_the_most_does(knob: str) -> None:
    levels = levels_of(knob)
    shown = apply(np.repeat(PICTURE, len(levels), axis=0), STRONG.only(knob), draws_at(STRONG, knob))
    for (strength, _unit), picture in zip(levels, shown, strict=True):
        assert np.array_equal(picture, PICTURE[0]) == (strength == "least")
