"""The numbers that each picture draws: a function of (seed, epoch, index) alone, whatever the knobs say.

First come unit numbers, sixteen a picture, uniform in [0, 1); a knob only stretches its own. So moving a slider moves
the same draws, a resumed run needs no state, and a page shows what training will see.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.augmentation.spec import AugmentSpec

UNITS = 16  # unit numbers a picture
_STREAM = 0xA06  # keeps these numbers apart from others that are made of (seed, epoch)
_STEPS = np.arange(1, UNITS + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)  # SplitMix64's

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Draws:
    """What happens to n pictures; each array is (n,).

    Attributes:
        rotation, shear: Degrees; a positive rotation is anticlockwise.
        shift_x, shift_y: Parts of the width and height by which the place looked at moves: the picture moves the other
            way. As ImageDataGenerator's tx and ty, but named after the axis along which the picture moves.
        zoom_x, zoom_y: Scale of the place looked at: below 1 the picture gets larger.
        flip_horizontal, flip_vertical: Whether it is mirrored.
        channel_shift: Grey levels added.
        contrast, brightness: Factors.
        noise: Standard deviation, in grey levels.
        noise_seed: Whole number below 2³¹, of the picture's grain.
        cutout: Side of the covered square, as a part of the shorter side.
        cutout_x, cutout_y: Its centre, as parts of width and height.
    """

    rotation: Floats
    shift_x: Floats
    shift_y: Floats
    shear: Floats
    zoom_x: Floats
    zoom_y: Floats
    flip_horizontal: Flags
    flip_vertical: Flags
    channel_shift: Floats
    contrast: Floats
    brightness: Floats
    noise: Floats
    noise_seed: NDArray[np.int64]
    cutout: Floats
    cutout_x: Floats
    cutout_y: Floats

    def __len__(self) -> int:
        return len(self.rotation)


def units_of(seed: int, views: ArrayLike, indices: ArrayLike) -> Floats:
    """(n, 16) numbers in [0, 1) for n pairs of a view and a picture's index; each depends on `seed` and its pair alone.

    SplitMix64 (Steele, Lea and Flood, 2014), started anew for each pair, so that no pair needs the numbers of another.

    Args:
        seed: Of the run.
        views: (n,) or one for all: which pass over the pictures, from 0: the epoch, where an epoch shows each once.
        indices: (n,) or one for all: the picture's place in the data set.
    """
    starts = np.array([_STREAM], np.uint64)
    for part in (seed, views, indices):
        starts = _mixed(starts + np.asarray(part, np.uint64))
    bits = _mixed(starts[:, None] + _STEPS) >> np.uint64(11)  # the 53 that a float64 holds
    return bits.astype(np.float64) * 2.0**-53


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64's scrambling: one bit changed in a number changes each bit of the result half of the time."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))


def draw(spec: AugmentSpec, units: Floats) -> Draws:
    """Stretch (n, 16) unit numbers to what `spec` allows.

    Distributions as in ImageDataGenerator: angles, shifts and the channel shift uniform around 0, factors uniform
    around 1 (two of their own for the zoom), a flip with probability 1/2. Noise and cutout are uniform from 0 on.
    """
    either_way = 2 * units - 1  # in [-1, 1)
    return Draws(
        rotation=spec.rotation * either_way[:, 0],
        shift_y=spec.height_shift * either_way[:, 1],
        shift_x=spec.width_shift * either_way[:, 2],
        shear=spec.shear * either_way[:, 3],
        zoom_x=1 + spec.zoom * either_way[:, 4],
        zoom_y=1 + spec.zoom * either_way[:, 5],
        flip_horizontal=(units[:, 6] < 0.5) & spec.horizontal_flip,
        flip_vertical=(units[:, 7] < 0.5) & spec.vertical_flip,
        channel_shift=spec.channel_shift * either_way[:, 8],
        brightness=1 + spec.brightness * either_way[:, 9],
        contrast=1 + spec.contrast * either_way[:, 10],
        noise=255 * spec.noise * units[:, 11],
        noise_seed=(units[:, 12] * 2**31).astype(np.int64),
        cutout=spec.cutout * units[:, 13],
        cutout_x=units[:, 14],
        cutout_y=units[:, 15],
    )
