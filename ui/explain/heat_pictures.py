"""Heat maps as pictures to lay over a photo, and how far two of them say the same."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from core.explaining import Occlusion
from core.i18n import _
from ui.components import Legend
from ui.palette import BLUE, ORANGE

SIDE = 224  # px of a heat map as it is sent
STOPS = 9  # colours of a legend

Floats = NDArray[np.floating]
Pixels = NDArray[np.uint8]


def glow(heat: Floats) -> Pixels:
    """(SIDE, SIDE, 4): a heat map (h, w), 0 to 1, in the colours of inferno, which also differ in brightness alone."""
    values = np.clip(_spread(heat, SIDE), 0, 1)
    colours = cv2.applyColorMap((255 * values).round().astype(np.uint8), cv2.COLORMAP_INFERNO)
    return np.asarray(cv2.cvtColor(colours, cv2.COLOR_BGR2RGBA), np.uint8)


def glow_colours() -> Pixels:
    """(256, 3): what `glow` makes of 0, 1/255 … 1; for heat maps that the browser colours itself."""
    colours = cv2.applyColorMap(np.arange(256, dtype=np.uint8)[:, None], cv2.COLORMAP_INFERNO)
    return np.asarray(cv2.cvtColor(colours, cv2.COLOR_BGR2RGB)[:, 0], np.uint8)


def glow_legend() -> Legend:
    """The scale of `glow`."""
    ramp = glow_colours()[np.linspace(0, 255, STOPS).round().astype(int)]
    return Legend(tuple(f"rgb({r} {g} {b})" for r, g, b in ramp.tolist()), _("nothing"), _("the most"))


def tide(change: Floats, most: float) -> Pixels:
    """(SIDE, SIDE, 4): orange where (h, w) numbers are above 0, blue below, the more solid the further from 0.

    Args:
        most: Above 0: the number that covers all.
    """
    values = np.clip(_spread(change, SIDE) / most, -1, 1)
    picture = np.empty((SIDE, SIDE, 4), np.uint8)
    picture[..., :3] = np.where(values[..., None] > 0, _rgb(ORANGE), _rgb(BLUE))
    picture[..., 3] = (255 * np.abs(values)).round()
    return picture


def tide_legend(most: float) -> Legend:
    """The scale of `tide` for probabilities, 0 to 1."""
    points = _("{points} points").format(points=f"{100 * most:.1f}")
    return Legend(
        (BLUE, f"{BLUE}00", f"{ORANGE}00", ORANGE),
        _("up {points}").format(points=points),
        _("down {points}").format(points=points),
    )


def on_pixels(occlusion: Occlusion, side: int) -> NDArray[np.float64]:
    """(side, side): for each pixel of the picture the mean drop over all squares that covered it; 0 where none did."""
    sums, counts = np.zeros((side, side)), np.zeros((side, side))
    for (row, column), drop in np.ndenumerate(occlusion.drop):
        top, left = row * occlusion.stride, column * occlusion.stride
        square = slice(top, top + occlusion.patch), slice(left, left + occlusion.patch)
        sums[square] += drop
        counts[square] += 1
    return sums / np.maximum(counts, 1)


def agreement(heat: Floats, occlusion: Occlusion, side: int) -> float | None:
    """Spearman's rank correlation, −1 to 1, of the heat (h, w) in each covered square with the drop it caused.

    None where one of them is the same everywhere, as then there is no order to compare.
    """
    values = _spread(heat, side)
    grid = range(len(occlusion.drop))
    means = [
        values[r * occlusion.stride :, c * occlusion.stride :][: occlusion.patch, : occlusion.patch].mean()
        for r in grid
        for c in grid
    ]
    ranks = _ranks(np.array(means)), _ranks(occlusion.drop.ravel())
    if any(np.ptp(rank) == 0 for rank in ranks):
        return None
    return float(np.corrcoef(*ranks)[0, 1])


def _ranks(values: Floats) -> NDArray[np.float64]:
    """The place of each value in their order; equal ones share the mean of theirs."""
    _values, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[inverse])


def _spread(values: Floats, side: int) -> Floats:
    return np.asarray(cv2.resize(values.astype(np.float32), (side, side), interpolation=cv2.INTER_LINEAR))


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))
