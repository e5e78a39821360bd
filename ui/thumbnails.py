"""Small copies of strangers' photos, decoded one at a time: never more memory than the largest one needs."""

from __future__ import annotations

import threading

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from core.datasets.decode import decode_photo
from core.errors import DataError

_one_at_a_time = threading.Lock()


@st.cache_data(max_entries=4_000, show_spinner=False)
def thumbnail(digest: str, side: int, _content: bytes) -> NDArray[np.uint8] | None:
    """The photo at most `side` px high and wide; None for one that cannot be read.

    Args:
        digest: Stands for `_content`.
    """
    try:
        with _one_at_a_time:
            image = Image.fromarray(decode_photo(_content, side).pixels)
    except DataError:
        return None
    image.thumbnail((side, side))
    return np.asarray(image)
