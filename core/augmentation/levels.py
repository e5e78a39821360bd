"""One knob alone, from the least to the most that it does."""

from __future__ import annotations

from typing import Literal

import numpy as np

from core.augmentation.draws import UNITS, Draws, Floats, draw
from core.augmentation.spec import AugmentSpec

Strength = Literal["least", "typical", "most"]
Level = tuple[Strength, float]  # with the unit number that is drawn

_MIDDLE = 0.5  # the unit number with which most knobs do nothing
BOTH_WAYS: tuple[Level, ...] = (("most", 0.0), ("typical", 0.25), ("least", 0.5), ("typical", 0.75), ("most", 1.0))
ONE_WAY: tuple[Level, ...] = (("least", 0.0), ("typical", 0.5), ("most", 1.0))
OFF_OR_ON: tuple[Level, ...] = (("least", 0.5), ("most", 0.0))
LEVELS = {
    "noise": ONE_WAY,
    "cutout": ONE_WAY,
    "horizontal_flip": OFF_OR_ON,
    "vertical_flip": OFF_OR_ON,
}
COLUMNS = {  # knob → its unit numbers, as `draw` reads them
    "rotation": [0],
    "height_shift": [1],
    "width_shift": [2],
    "shear": [3],
    "zoom": [4, 5],
    "horizontal_flip": [6],
    "vertical_flip": [7],
    "channel_shift": [8],
    "brightness": [9],
    "contrast": [10],
    "noise": [11],
    "cutout": [13],
}


def levels_of(knob: str) -> tuple[Level, ...]:
    """The steps from the least that `knob` does to the most: both ways for those that have two."""
    return LEVELS.get(knob, BOTH_WAYS)


def units_at(knob: str) -> Floats:
    """(levels, 16) unit numbers: `knob` at each of its levels, all others in the middle."""
    levels = levels_of(knob)
    units = np.full((len(levels), UNITS), _MIDDLE)
    units[:, COLUMNS[knob]] = np.array([unit for _strength, unit in levels])[:, None]
    return units


def draws_at(spec: AugmentSpec, knob: str) -> Draws:
    """What `knob` alone does at each of its levels, as `spec` has it."""
    return draw(spec.only(knob), units_at(knob))
