"""A drawing made like the pictures of a set: as large in its frame, and in the middle."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.datasets.dataset import Dataset
from core.datasets.decode import decode_photo
from core.errors import StudioError
from core.runs.folder import RunFolder, RunInfo
from ui.run_pictures import as_png, dataset_of, part_of

LARGEST = 64  # px: up to here a set in grey may be drawn
INK = 64  # grey levels, 0–255, by which ink differs from the sheet
LOOKED_AT = 300  # training pictures from which it is told how large things are
USUAL = 0.75  # share of the frame where that cannot be told

Pixels = NDArray[np.uint8]


def can_be_drawn(info: RunInfo) -> bool:
    """Whether a drawing can look like the pictures of the run's set: small and grey."""
    return info.spec.data.colour_mode == "grey" and info.spec.data.image_size <= LARGEST


def like_the_set(drawing: bytes, fill: float, light_on_dark: bool) -> bytes | None:
    """The drawing as a PNG in which it is as large as the set's things and in the middle; None where there is no ink.

    Args:
        drawing: A picture file; it comes from a browser.
        fill: Share of the frame that its longer side takes, 0 to 1.

    Raises:
        DataError: If it cannot be read.
    """
    grey = decode_photo(drawing).pixels[..., 0]
    box = ink_box(grey, light_on_dark)
    if box is None:
        return None
    top, left, bottom, right = box
    side = max(1, round(max(bottom - top, right - left) / fill))
    sheet = np.full((side, side), 0 if light_on_dark else 255, np.uint8)
    height, width = min(side, bottom - top), min(side, right - left)
    y, x = (side - height) // 2, (side - width) // 2
    sheet[y : y + height, x : x + width] = grey[top : top + height, left : left + width]
    return as_png(sheet[..., None])


def ink_box(grey: Pixels, light_on_dark: bool) -> tuple[int, int, int, int] | None:
    """(top, left, bottom, right) of what differs from the sheet in (h, w), the last two not included; None: nothing."""
    rows, columns = np.nonzero(grey > INK if light_on_dark else grey < 255 - INK)
    if not len(rows):
        return None
    return int(rows.min()), int(columns.min()), int(rows.max()) + 1, int(columns.max()) + 1


def fill_of(run: RunFolder, info: RunInfo, light_on_dark: bool) -> float:
    """How much of the frame the longer side of the set's things takes, 0 to 1; `USUAL` where the pictures are gone."""
    try:
        dataset = dataset_of(info)
    except StudioError:
        return USUAL
    return _fill(info.content_hash, light_on_dark, dataset, part_of(run, "train"))


@st.cache_data(max_entries=64, show_spinner=False)
def _fill(content_hash: str, light_on_dark: bool, _dataset: Dataset, _train: NDArray[np.int64]) -> float:
    pictures = np.asarray(_dataset.images[np.sort(_train)[:LOOKED_AT]]).mean(axis=3).astype(np.uint8)
    boxes = [box for picture in pictures if (box := ink_box(picture, light_on_dark))]
    sides = [max(bottom - top, right - left) for top, left, bottom, right in boxes]
    return float(np.clip(np.mean(sides) / pictures.shape[1], 0.3, 1.0)) if sides else USUAL
