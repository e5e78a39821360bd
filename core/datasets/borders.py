"""Is a picture light on dark, or dark on light? Its border tells."""

from __future__ import annotations

from core.datasets.decode import Pixels
from core.datasets.pixels import convert, to_square

DARK, LIGHT = 80, 128  # mean grey levels, 0–255: below, a border is dark; above, it is light
SIDE = 64  # px at which a photo's border is judged


def has_light_border(photo: Pixels) -> bool:
    """Whether the border of a photo (h, w, 3), once cut to a square, is light."""
    return border_of(to_square(convert(photo, 1), SIDE)[None]) > LIGHT


def border_of(images: Pixels) -> float:
    """Mean grey level, 0–255, of the outermost pixels of (N, S, S, C)."""
    edges = (images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1])
    return float(sum(edge.mean() for edge in edges) / len(edges))
