"""What is measured in each picture: whether it is dark, blurred or of one colour, and by what it is found again.

The thresholds were set with 930 photos of animals and clothing at 224 px, and with MNIST.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import cv2
import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.datasets.decode import Pixels
from core.datasets.editing.rows import in_blocks
from core.datasets.progress import Progress
from core.i18n import _

CONSTANT_RANGE = 4  # grey levels from lowest to highest in each channel; an empty sheet saved as JPEG has 1 to 3
BRIGHT_SHARE = 0.02  # of the pixels: a thin digit on black fills more, a lamp at night less
DARK_LEVEL = 60  # the brightest 2 % are darker. Lowest of the photos: 109, of MNIST: 116; photos × 0.2 are all found
# Variance of the Laplacian against that of the picture blurred once more by 1.5 px: a contrast of its own does not
# matter, and what is blurred already loses little. At 128 px a blur of 1 % of the side is found in all photos; two of
# 930 as they are (both look soft) lie below. At 64 px: a blur of 1.5 % in 98 %, none as it is.
BLURRED_RATIO = 12.0
BLUR_SIDES = (128, 64)  # px at which blur is judged, the first that fits; smaller pictures are all soft
SMALL_SIDE = 32  # px of the small copy by which pictures are compared
SOFTENING = 1.5  # px of the small copy: makes a shift of one pixel nearly linear, see `duplicates.alike`
SKETCH_SIDE = 8  # px; a still smaller grey copy puts look-alikes in order
# Drawings and digits on even ground look alike without being copies, so those are compared more strictly.
EVEN_LEVELS = 8  # either way from the ground's grey
EVEN_SHARE = 0.45  # of the pixels, by the median picture: photos reach 0.22 to 0.28, digits and shapes 0.65
DRAWN_SAMPLE = 200  # pictures, evenly spread

_BATCH = 32  # pictures a thread takes at a time
_NO_SIGNAL = 0.5  # keeps the ratio small where there is nothing but rounding


class Look(NamedTuple):
    """What is measured in one picture."""

    digest: bytes
    phash: int
    sketch: NDArray[np.float32]
    constant: bool
    dark: bool
    blurred: bool


@dataclass(frozen=True, eq=False)
class Looks:
    """What is measured in all pictures.

    Attributes:
        digests: (N,) 16 bytes each, equal where the stored pictures are.
        phashes: (N,) uint64, perceptual hashes; few bits differ where pictures look alike.
        sketches: (N, 64) float32 of mean 0 and length 1: 8×8 px in grey.
        small: (N, s, s, C) uint8 on disk, s at most `SMALL_SIDE`, softened unless the set is `drawn`.
        constant, dark, blurred: (N,) bool, at most one of them true.
        drawn: Whether these are drawings, or pictures too small to be anything else.
    """

    digests: NDArray[np.void]
    phashes: NDArray[np.uint64]
    sketches: NDArray[np.float32]
    small: Pixels
    constant: NDArray[np.bool_]
    dark: NDArray[np.bool_]
    blurred: NDArray[np.bool_]
    drawn: bool


@contextmanager
def look_through(images: Pixels, scratch: Path, on_progress: Progress) -> Iterator[Looks]:
    """Measure (N, S, S, C) uint8 pictures, block by block; the small copies are in the file `scratch` meanwhile."""
    drawn = is_drawn(images)
    looks: list[Look] = []
    try:
        with scratch.open("wb") as file, ThreadPoolExecutor(os.cpu_count()) as pool:
            for block in in_blocks(images, np.arange(len(images))):
                batches = [block[start : start + _BATCH] for start in range(0, len(block), _BATCH)]
                for found, small in pool.map(_look_at_all, batches, [drawn] * len(batches)):
                    looks += found
                    file.write(small)
                on_progress(len(looks) / len(images), _("Looking at each picture"))
        shape = (len(images), *small_copy(images[0], drawn).shape)
        yield _gathered(looks, np.memmap(scratch, np.uint8, "r", shape=shape), drawn)
    finally:
        with suppress(OSError):  # Windows deletes no mapped file; `make_room` removes what is left, a day later
            scratch.unlink()


def is_drawn(images: Pixels) -> bool:
    """Whether (N, S, S, C) pictures are smaller than `SMALL_SIDE` or mostly show something on even ground."""
    if images.shape[1] < SMALL_SIDE:
        return True
    rows = np.unique(np.linspace(0, len(images) - 1, DRAWN_SAMPLE).astype(np.int64))
    shares = [_even_share(small_copy(image, False)) for block in in_blocks(images, rows) for image in block]
    return float(np.median(shares)) > EVEN_SHARE


def small_copy(image: Pixels, drawn: bool) -> Pixels:
    """(S, S, C) shrunk to at most `SMALL_SIDE` px a side, and softened unless it is drawn."""
    small = _shrunk(image, min(len(image), SMALL_SIDE))
    softened: Pixels = small if drawn else cv2.GaussianBlur(small, (0, 0), SOFTENING)
    return softened.reshape(*softened.shape[:2], -1)


def look_at(image: Pixels, drawn: bool = False) -> Look:
    """Measure one picture (S, S, C); in drawings no blur is looked for."""
    grey: Pixels = image[..., 0] if image.shape[2] == 1 else cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    constant = _range(image) <= CONSTANT_RANGE
    dark = not constant and _is_dark(grey)
    return Look(
        digest=hashlib.blake2b(image.data, digest_size=16).digest(),
        phash=int(str(imagehash.phash(Image.fromarray(grey))), 16),
        sketch=_sketch(grey),
        constant=constant,
        dark=dark,
        blurred=not (constant or dark or drawn) and _is_blurred(grey),
    )


def _look_at_all(images: Pixels, drawn: bool) -> tuple[list[Look], bytes]:
    return [look_at(image, drawn) for image in images], b"".join(small_copy(image, drawn).tobytes() for image in images)


def _gathered(looks: list[Look], small: Pixels, drawn: bool) -> Looks:
    digests, phashes, sketches, constant, dark, blurred = zip(*looks, strict=True)
    return Looks(
        digests=np.frombuffer(b"".join(digests), "V16"),
        phashes=np.array(phashes, np.uint64),
        sketches=np.array(sketches),
        small=small,
        constant=np.array(constant),
        dark=np.array(dark),
        blurred=np.array(blurred),
        drawn=drawn,
    )


def _range(image: Pixels) -> int:
    """From the lowest to the highest value, in the channel where they lie furthest apart."""
    high, low = image.max(axis=0).max(axis=0), image.min(axis=0).min(axis=0)  # (0, 1) at once takes 50 times longer
    return int((high - low).max())


def _is_dark(grey: Pixels) -> bool:
    return int(np.count_nonzero(grey >= DARK_LEVEL)) < BRIGHT_SHARE * grey.size


def _is_blurred(grey: Pixels) -> bool:
    side = next((side for side in BLUR_SIDES if len(grey) >= side), None)
    if side is None:
        return False
    picture = _shrunk(grey, side).astype(np.float32)
    again = cv2.GaussianBlur(picture, (0, 0), SOFTENING)
    detail, left = (float(cv2.Laplacian(each, cv2.CV_32F).var()) for each in (picture, again))
    return detail < BLURRED_RATIO * (left + _NO_SIGNAL)


def _sketch(grey: Pixels) -> NDArray[np.float32]:
    values = _shrunk(grey, SKETCH_SIDE).astype(np.float32).ravel()
    values -= values.mean()
    sketch: NDArray[np.float32] = values / max(float(np.linalg.norm(values)), 1e-6)
    return sketch


def _shrunk(image: Pixels, side: int) -> Pixels:
    return image if len(image) == side else cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)


def _even_share(small: Pixels) -> float:
    """The largest share of pixels that lie within `EVEN_LEVELS` of one grey."""
    counts = np.bincount(small.mean(axis=2).astype(np.uint8).ravel(), minlength=256)
    sums = np.cumsum(np.pad(counts, (1, 0)))
    window = 2 * EVEN_LEVELS + 1
    return float((sums[window:] - sums[:-window]).max() / counts.sum())
