"""What was done to a picture, in words: held against what the picture shows."""

from __future__ import annotations

import numpy as np
import pytest

from core.augmentation.draws import UNITS, Draws, draw
from core.augmentation.spec import CHANGES, AugmentSpec
from core.augmentation.warp import Pixels, apply
from ui.augment.amounts import WORDS, amounts

SIDE = 65
COLUMNS = {"rotation": 0, "height_shift": 1, "width_shift": 2, "shear": 3, "horizontal_flip": 6, "vertical_flip": 7}


def draws_of(spec: AugmentSpec, **units: float) -> Draws:
    """What `spec` draws where each knob named has this unit number, and all others the middle one."""
    numbers = np.full((1, UNITS), 0.5)
    for name, unit in units.items():
        numbers[0, COLUMNS[name]] = unit
    return draw(spec, numbers)


def blob(column: int, row: int) -> Pixels:
    """(1, 65, 65, 1): a white square around (column, row), counted from the middle, on black."""
    picture = np.zeros((1, SIDE, SIDE, 1), np.uint8)
    picture[0, 32 + row - 3 : 32 + row + 4, 32 + column - 3 : 32 + column + 4] = 255
    return picture


def place(picture: Pixels) -> tuple[float, float]:
    """Column and row, from the middle, around which the white lies."""
    rows, columns = np.nonzero(picture[0, ..., 0] > 100)
    return columns.mean() - 32, rows.mean() - 32


# knob, value, unit number, where the white lies before → what is said, and whether the white is then where it says
CASES = [
    ("rotation", 40, 1.0, (0, -20), "turned by 40° anticlockwise", lambda column, row: column < -10),
    ("rotation", 40, 0.0, (0, -20), "turned by 40° clockwise", lambda column, row: column > 10),
    (
        "width_shift",
        0.2,
        1.0,
        (0, 0),
        "moved 20 % to the left",
        lambda column, row: column == pytest.approx(-13, abs=1),
    ),
    (
        "width_shift",
        0.2,
        0.0,
        (0, 0),
        "moved 20 % to the right",
        lambda column, row: column == pytest.approx(13, abs=1),
    ),
    ("height_shift", 0.2, 1.0, (0, 0), "moved 20 % up", lambda column, row: row == pytest.approx(-13, abs=1)),
    ("height_shift", 0.2, 0.0, (0, 0), "moved 20 % down", lambda column, row: row == pytest.approx(13, abs=1)),
    ("shear", 30, 1.0, (0, -20), "slanted by 30° to the left", lambda column, row: column < -5),
    ("shear", 30, 0.0, (0, -20), "slanted by 30° to the right", lambda column, row: column > 5),
    ("horizontal_flip", True, 0.0, (20, 5), "mirrored, left and right swapped", lambda *at: at == (-20, 5)),
    ("vertical_flip", True, 0.0, (20, 5), "mirrored, top and bottom swapped", lambda *at: at == (20, -5)),
]


@pytest.mark.parametrize(
    ("knob", "value", "unit", "before", "words", "is_there"), CASES, ids=[case[4] for case in CASES]
)
def test_the_words_say_where_the_picture_went(knob, value, unit, before, words, is_there) -> None:
    spec = AugmentSpec(**{knob: value}, fill_mode="constant")
    draws = draws_of(spec, **{knob: unit})
    assert amounts(draws, spec.active) == words
    assert is_there(*place(apply(blob(*before), spec, draws)))


def test_scaled_is_said_of_the_picture_not_of_the_place_looked_at() -> None:
    spec = AugmentSpec(zoom=0.5, fill_mode="constant")
    units = np.full((1, UNITS), 0.5)
    units[0, 4:6] = 0.0, 1.0  # looks at half the width and one and a half of the height
    draws = draw(spec, units)
    assert amounts(draws, ["zoom"]) == "scaled to 200 % of its width and 67 % of its height"
    square = np.zeros((1, SIDE, SIDE, 1), np.uint8)
    square[0, 20:45, 20:45] = 255
    rows, columns = np.nonzero(apply(square, spec, draws)[0, ..., 0] > 100)
    assert np.ptp(columns) + 1 == pytest.approx(2 * 25, abs=2)
    assert np.ptp(rows) + 1 == pytest.approx(25 / 1.5, abs=2)


@pytest.mark.parametrize(
    ("spec", "column", "words", "change"),
    [
        (AugmentSpec(brightness=0.4), 9, "1.40 times as bright", 40),
        (AugmentSpec(channel_shift=20), 8, "20 grey levels lighter", 20),
    ],
)
def test_lighter_is_lighter(spec: AugmentSpec, column: int, words: str, change: int) -> None:
    units = np.full((1, UNITS), 0.5)
    units[0, column] = 1.0
    picture = np.full((1, 4, 4, 1), 100, np.uint8)
    picture[0, 0, 0] = 200  # the lightest there is: a channel shift goes no further
    draws = draw(spec, units)
    assert amounts(draws, spec.active) == words
    assert apply(picture, spec, draws)[0, 3, 3, 0] == 100 + change


def test_light_in_words() -> None:
    spec = AugmentSpec(contrast=0.5, channel_shift=20, noise=0.1, cutout=0.4)
    draws = draw(spec, np.zeros((1, UNITS)))
    assert amounts(draws, ["contrast", "channel_shift"]) == "20 grey levels darker, with 0.50 times the contrast"
    draws = draw(spec, np.ones((1, UNITS)))
    said = amounts(draws, ["noise", "cutout"])
    assert said == "with a grain of 26 grey levels, with a square of 40 % of its side covered"


def test_what_was_not_done_is_not_said() -> None:
    spec = AugmentSpec(**{name: True if name.endswith("flip") else 0.4 for name in CHANGES})
    units = np.full((1, UNITS), 0.5)
    units[0, [11, 13]] = 0.0
    draws = draw(spec, units)
    assert amounts(draws, [name for name in CHANGES if name not in ("brightness", "contrast")]) == ""


def test_every_knob_has_words() -> None:
    assert set(WORDS) == set(CHANGES)
