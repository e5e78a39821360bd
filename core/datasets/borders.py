"""Is a picture light on dark, or dark on light? Its border tells."""

from __future__ import annotations

import cv2
import numpy as np

from core.datasets.decode import Pixels

DARK, LIGHT = 80, 128  # mean grey levels, 0–255: below, a border is dark; above, it is light
SIDE = 64  # px at which a photo's border is judged


def has_light_border(photo: Pixels) -> bool:
    """Whether the border of a photo (h, w, 3), once cut to a square, is light."""
    height, width = photo.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = cv2.resize(photo[top : top + side, left : left + side], (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return border_of(cv2.cvtColor(square, cv2.COLOR_RGB2GRAY)[None, ..., None]) > LIGHT


def border_of(images: Pixels) -> float:
    """Mean grey level, 0–255, of the outermost pixels of (N, S, S, C)."""
    edges = (images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1])  # as long as each other
    return float(np.concatenate(edges, axis=1).mean())
