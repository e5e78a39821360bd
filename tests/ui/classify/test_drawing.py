"""A drawing made like the pictures of a set."""

from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from core.errors import DataError
from ui.classify.drawing import ink_box, like_the_set
from ui.run_pictures import as_png


def sheet(dark: bool, top: int = 0, left: int = 0, height: int = 0, width: int = 0) -> NDArray[np.uint8]:
    """A sheet of 100 px with one filled box on it."""
    grey = np.full((100, 100), 0 if dark else 255, np.uint8)
    grey[top : top + height, left : left + width] = 255 if dark else 0
    return grey


def drawn(grey: NDArray[np.uint8], fill: float, light_on_dark: bool = True) -> NDArray[np.uint8]:
    made = like_the_set(as_png(grey[..., None]), fill, light_on_dark)
    assert made is not None
    with Image.open(io.BytesIO(made)) as image:
        return np.asarray(image)


@pytest.mark.parametrize("dark", [True, False])
def test_the_ink_is_found_on_both_kinds_of_sheet(dark: bool) -> None:
    assert ink_box(sheet(dark, 10, 20, 30, 5), dark) == (10, 20, 40, 25)
    assert ink_box(sheet(dark), dark) is None


@pytest.mark.parametrize("dark", [True, False])
def test_it_is_in_the_middle_and_as_large_as_the_sets_things(dark: bool) -> None:
    made = drawn(sheet(dark, 2, 80, 30, 10), fill=0.75, light_on_dark=dark)
    assert made.shape == (40, 40)
    assert ink_box(made, dark) == (5, 15, 35, 25)


def test_where_things_fill_the_frame_so_does_the_drawing() -> None:
    assert ink_box(drawn(sheet(True, 40, 40, 7, 20), fill=1.0), True) == (6, 0, 13, 20)


def test_an_empty_sheet_gives_nothing_and_no_picture_a_sentence() -> None:
    assert like_the_set(as_png(sheet(True)[..., None]), 1.0, True) is None
    with pytest.raises(DataError, match="Expected a picture"):
        like_the_set(b"words", 1.0, True)
