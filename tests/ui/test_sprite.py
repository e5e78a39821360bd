"""Sheets of small pictures, read back as a browser would."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ui.components import HoverPictures, sprite_sheet
from ui.components.sprite import MOST_BYTES


def decoded(sheet: HoverPictures) -> tuple[str, NDArray[np.uint8]]:
    head, body = sheet.uri.split(",")
    return head, np.asarray(Image.open(io.BytesIO(base64.b64decode(body))))


def tile_of(sheet: HoverPictures, number: int) -> NDArray[np.uint8]:
    """The tile where the script looks for it."""
    top, left = (sheet.tile * place for place in divmod(number, sheet.columns))
    return decoded(sheet)[1][top : top + sheet.tile, left : left + sheet.tile]


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("count", [1, 4, 7])
def test_every_tile_is_its_picture_exactly(count: int, channels: int) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (count, 8, 8, channels), dtype=np.uint8)
    sheet = sprite_sheet(pictures, pixelated=True)
    assert (sheet.tile, sheet.pixelated, decoded(sheet)[0]) == (8, True, "data:image/png;base64")
    for number, picture in enumerate(pictures):
        np.testing.assert_array_equal(tile_of(sheet, number), picture[..., 0] if channels == 1 else picture)


def test_the_sheet_is_nearly_square() -> None:
    sheet = sprite_sheet(np.zeros((10, 4, 4, 1), np.uint8))
    assert sheet.columns == 4
    assert decoded(sheet)[1].shape == (12, 16)


def test_many_coloured_pictures_are_a_jpeg_of_bounded_size_whose_tiles_do_not_mix() -> None:
    """Noise is the worst case; a black tile in it stays black, but for its edge: decoders smooth colours."""
    pictures = np.random.default_rng(0).integers(0, 256, (400, 32, 32, 3), dtype=np.uint8)
    pictures[21] = 0
    sheet = sprite_sheet(pictures)
    assert decoded(sheet)[0] == "data:image/jpeg;base64"
    assert len(base64.b64decode(sheet.uri.split(",")[1])) <= MOST_BYTES
    np.testing.assert_array_equal(tile_of(sheet, 21)[1:-1, 1:-1], 0)
