"""Some pictures of a set, a few megabytes at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.datasets.decode import Pixels

_BLOCK = 16 * 2**20  # bytes of pictures at a time


def in_blocks(images: Pixels, rows: NDArray[Any]) -> Iterator[Pixels]:
    """Copies of the pictures `rows` of `images` (N, S, S, C), in this order, block after block.

    The file of a set is mapped anew for each block: pages that were read count as this process's memory until their
    map is gone.
    """
    step = max(1, _BLOCK // images[0].nbytes)
    for start in range(0, len(rows), step):
        yield np.asarray(_mapped_anew(images)[rows[start : start + step]])


def _mapped_anew(images: Pixels) -> Pixels:
    if not isinstance(images, np.memmap) or images.filename is None:
        return images
    return np.memmap(images.filename, images.dtype, "r", images.offset, images.shape)
