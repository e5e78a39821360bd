"""Heat maps laid over a picture, side by side at the same size, with one slider for how much of them is seen."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.i18n import _
from ui.components.gallery import SMALL, data_uri
from ui.components.mount import register

_mount = register(
    "heat_overlay",
    """
    <div class="overlay" data-testid="studio-heat">
      <div class="panels"></div>
      <label class="opacity"><span></span><input type="range" min="0" max="100" step="5"></label>
    </div>
    """,
)


@dataclass(frozen=True)
class Legend:
    """What colours mean: CSS colours from left to right, and what stands at both ends."""

    colours: tuple[str, ...]
    low: str
    high: str


@dataclass(frozen=True)
class HeatPanel:
    """One picture with what lies over it.

    Attributes:
        title: Over it; empty for none. A stranger's text is safe here, and in `alt`.
        picture: uint8 (h, w), (h, w, 1) or (h, w, 3), square.
        heat: (h, w, 4) uint8, red, green, blue and how much it covers; None while it is not known.
        alt: What is to be seen, in words.
    """

    title: str
    picture: NDArray[np.uint8]
    heat: NDArray[np.uint8] | None
    alt: str
    legend: Legend | None = None


def heat_overlay(panels: Sequence[HeatPanel], *, key: str, size: int) -> None:
    """Show the panels, each at most `size` px wide; the slider is seen where there is something to fade."""
    data = {
        "panels": [_payload(panel, size) for panel in panels],
        "size": size,
        "words": {"opacity": _("Opacity of the heat map")},
        "fades": any(panel.heat is not None for panel in panels),
    }
    _mount(key=key, data=data)


def _payload(panel: HeatPanel, size: int) -> dict[str, Any]:
    legend = panel.legend
    return {
        "title": panel.title,
        "picture": data_uri(panel.picture, max_side=2 * size),
        "pixelated": max(panel.picture.shape[:2]) <= SMALL,
        "heat": None if panel.heat is None else _png(panel.heat),
        "alt": panel.alt,
        "legend": legend and {"colours": list(legend.colours), "low": legend.low, "high": legend.high},
    }


def _png(image: NDArray[np.uint8]) -> str:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"
