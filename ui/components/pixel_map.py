"""A small map, large, with its pixels visible: a click or the arrow keys choose one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from ui.components.gallery import SMALL, data_uri
from ui.components.mount import OnClick, as_callback, register

_mount = register("pixel_map", '<div class="map" data-testid="studio-pixel-map"><img><i></i></div>')

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class PixelMap:
    """What is shown.

    Attributes:
        image: uint8 (h, w), (h, w, 1) or (h, w, 3). It may have fewer pixels than the map that it stands for.
        rows, columns: Of the map.
        box: (top, left, bottom, right) of what is framed, in pixels of the map, bottom and right not included; it may
            stick out over the border.
        alt: What is to be seen, in words.
    """

    image: NDArray[np.uint8]
    rows: int
    columns: int
    box: Box
    alt: str


def pixel_map(shown: PixelMap, *, key: str, size: int, on_click: OnClick = None) -> None:
    """Show a map, at most `size` px wide.

    Args:
        on_click: See `OnClick`; read the pixel with `clicked_pixel`. Without it the map is a picture only.
    """
    data = {
        "source": data_uri(shown.image, max_side=2 * size),
        "pixelated": max(shown.image.shape[:2]) <= SMALL,
        "rows": shown.rows,
        "columns": shown.columns,
        "box": list(shown.box),
        "alt": shown.alt,
        "size": size,
        "clickable": on_click is not None,
    }
    _mount(key=key, data=data, on_click_change=as_callback(on_click))


def clicked_pixel(state: Any, rows: int, columns: int) -> tuple[int, int] | None:
    """(row, column) that a browser sent, if they are a pixel of the map.

    Args:
        state: Of the component, as `session.widget_value` gives it.
    """
    sent = state.get("click")
    if not isinstance(sent, dict):
        return None
    place = sent.get("row"), sent.get("column")
    if all(type(number) is int and 0 <= number < of for number, of in zip(place, (rows, columns), strict=True)):
        return cast("tuple[int, int]", place)
    return None
