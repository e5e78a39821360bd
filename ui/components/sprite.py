"""Many small pictures in one: what a chart shows beside the point under the pointer."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

MOST_BYTES = 440_000  # of a sheet; as text in a page a third more
QUALITIES = (75, 60, 45, 30)  # of JPEG, tried in this order


@dataclass(frozen=True)
class HoverPictures:
    """Equal square tiles in rows from the top left.

    Attributes:
        uri: The sheet as a data URI.
        columns: Tiles in a row.
        tile: Side of a tile in the sheet, in px.
        pixelated: Whether a tile is shown with its pixels visible, because it is the whole picture.
    """

    uri: str
    columns: int
    tile: int
    pixelated: bool = False


def sprite_sheet(pictures: NDArray[np.uint8], pixelated: bool = False, most_bytes: int = MOST_BYTES) -> HoverPictures:
    """Put (N, s, s, 1 or 3) uint8 pictures into one sheet: PNG where that is small enough, else JPEG.

    With sides that are multiples of 16 px, JPEG's blocks do not mix neighbours (but for an edge of one pixel); in grey
    multiples of 8 are enough.

    Args:
        most_bytes: Of the file, as far as JPEG can make it so small.
    """
    count, side, _width, channels = pictures.shape
    columns = int(np.ceil(np.sqrt(count)))
    rows = -(-count // columns)
    tiles = np.zeros((rows * columns, side, side, channels), np.uint8)
    tiles[:count] = pictures
    sheet = tiles.reshape(rows, columns, side, side, channels).swapaxes(1, 2).reshape(rows * side, columns * side, -1)
    image = Image.fromarray(sheet[..., 0] if channels == 1 else sheet)
    return HoverPictures(_encode(image, most_bytes), columns, side, pixelated)


def _encode(sheet: Image.Image, most_bytes: int) -> str:
    content, kind = _written(sheet, "PNG"), "png"
    for quality in QUALITIES:
        if len(content) <= most_bytes:
            break
        content, kind = _written(sheet, "JPEG", quality=quality), "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def _written(sheet: Image.Image, kind: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    sheet.save(buffer, kind, **options)
    return buffer.getvalue()
