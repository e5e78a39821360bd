"""A wall of pictures with captions and verdicts, optionally one row per class."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.i18n import _
from ui.components.mount import OnClick, as_callback, register
from ui.palette import RIGHT, SKY, WRONG

Mark = Literal["", "right", "wrong", "drop", "move", "chosen"]
SMALL = 64  # px; up to here a picture is kept pixel by pixel and shown with its pixels visible

_mount = register("gallery", '<div class="gallery" data-testid="studio-gallery"></div>')


@dataclass(frozen=True)
class Tile:
    """One picture of a gallery.

    Attributes:
        id: What a click returns.
        image: uint8 array of shape (h, w), (h, w, 1) or (h, w, 3), values 0–255.
        caption: First line below the picture, and its alternative text. A stranger's text is safe here, and in `alt`.
        note: Second, quieter line.
        mark: Whether a prediction was right, what is to become of the picture, or that it is the chosen one; shown as a
            sign and as a colour.
        alt: Alternative text where it is not the caption.
    """

    id: str
    image: NDArray[np.uint8]
    caption: str = ""
    note: str = ""
    mark: Mark = ""
    alt: str = ""


def gallery(
    items: Sequence[Tile], *, key: str, size: int = 72, columns: int | None = None, on_click: OnClick = None
) -> str | None:
    """Show pictures as a grid of equal squares and return the id of the one just clicked, if any.

    Args:
        size: Side of a square, in px.
        columns: So many squares side by side, smaller where there is less room for them; None: as many as fit.
        on_click: See `OnClick`. Clickable pictures are buttons, reached with the keyboard too.
    """
    return gallery_rows([("", items)], key=key, size=size, columns=columns, on_click=on_click)


def gallery_rows(
    rows: Sequence[tuple[str, Sequence[Tile]]],
    *,
    key: str,
    size: int = 72,
    columns: int | None = None,
    on_click: OnClick = None,
) -> str | None:
    """Show one labelled row of pictures per (title, tiles), such as one per class; else the same as `gallery`.

    Args:
        columns: So many squares side by side, smaller where there is no room for them; None: as many as fit.
    """
    data = {
        "rows": [{"title": title, "tiles": [_payload(tile, size) for tile in tiles]} for title, tiles in rows],
        "size": size,
        "columns": columns,
        "clickable": on_click is not None,
        "marks": {
            "right": {"sign": "✓", "colour": RIGHT, "word": _("right")},
            "wrong": {"sign": "✗", "colour": WRONG, "word": _("wrong")},
            "drop": {"sign": "⊘", "colour": WRONG, "word": _("to be dropped")},
            "move": {"sign": "→", "colour": SKY, "word": _("to be moved")},
            "chosen": {"sign": "", "colour": "var(--st-primary-color)", "word": _("chosen")},
        },
    }
    result = _mount(key=key, data=data, on_click_change=as_callback(on_click))
    return cast("str | None", result.get("click"))


def data_uri(image: NDArray[np.uint8], max_side: int | None = None) -> str:
    """Encode a picture for the browser: small ones as PNG, without loss, others as JPEG of at most `max_side` px.

    Raises:
        ValueError: If the array is not uint8 of shape (h, w), (h, w, 1) or (h, w, 3).
    """
    if image.dtype != np.uint8 or image.ndim not in (2, 3) or image.shape[2:] not in ((), (1,), (3,)):
        raise ValueError(f"Expected uint8 of shape (h, w), (h, w, 1) or (h, w, 3), got {image.dtype} {image.shape}.")
    kind = "png" if _is_small(image) else "jpeg"
    pixels = image if kind == "png" else _shrunk(image, max_side)
    buffer = io.BytesIO()
    Image.fromarray(pixels[..., 0] if pixels.shape[2:] == (1,) else pixels).save(buffer, kind, quality=85)
    return f"data:image/{kind};base64,{base64.b64encode(buffer.getvalue()).decode()}"


def _shrunk(image: NDArray[np.uint8], max_side: int | None) -> NDArray[np.uint8]:
    """By OpenCV's mean over areas: a page sends dozens of pictures at a time, and Pillow takes five times as long."""
    height, width = image.shape[:2]
    scale = (max_side or max(height, width)) / max(height, width)
    if scale >= 1:
        return image
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _is_small(image: NDArray[np.uint8]) -> bool:
    return bool(max(image.shape[:2]) <= SMALL)


def _payload(tile: Tile, size: int) -> dict[str, Any]:
    return {
        "id": tile.id,
        "source": data_uri(tile.image, max_side=2 * size),  # twice, for screens with two pixels per px
        "pixelated": _is_small(tile.image),
        "caption": tile.caption,
        "note": tile.note,
        "mark": tile.mark,
        "alt": tile.alt or tile.caption,
    }
