"""The one pixel path: from a file to what a network sees, the same for import, training and classifying.

decode → centre square → stored size and channels │ the network's channels → the network's size
                                     (on disk) ───┘
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np
from numpy.lib import format as npy
from PIL import Image

from core.cache import make_room
from core.datasets.dataset import CHANNELS, Dataset, DatasetMeta, Fit
from core.datasets.decode import Pixels, decode_photo
from core.datasets.limits import LIMITS
from core.errors import DataError
from core.files import write_atomically
from core.i18n import _

_VERSION = 1  # part of the cache's file names: raise it when any pixel comes out different
_CHUNK = 256  # pictures converted between two writes


@dataclass(frozen=True)
class PixelPath:
    """How a picture becomes a network's input.

    Attributes:
        stored_size: Side in px at which the data set keeps its pictures.
        image_size: Side in px that the network sees.
        channels: 1 or 3, what the network sees.
        stored_channels: 1 or 3, what the data set keeps: a network trained on grey pictures gets photos through grey.
        fit: How the data set made squares of its pictures.
    """

    stored_size: int
    image_size: int
    channels: int
    stored_channels: int = 3
    fit: Fit = "crop"

    @property
    def changes_nothing(self) -> bool:
        """Whether the network sees the stored pictures as they are."""
        return self.stored_size == self.image_size and self.stored_channels == self.channels

    def photo(self, data: bytes | Path) -> Pixels:
        """Turn a photo file into (S, S, C), S and C being what the network sees. Raises DataError as `decode_photo`."""
        return self._seen(decode_photo(data, self.stored_size, self.kept).pixels)

    def kept(self, pixels: Pixels) -> Pixels:
        """Turn a photo (h, w, 3) that was decoded for `stored_size` into what the data set keeps."""
        return _array(_in_channels(_squared(pixels, self.stored_size, self.fit), self.stored_channels))

    def stored(self, images: Pixels) -> Pixels:
        """Turn stored pictures (N, s, s, c) into (N, S, S, C): the second half of what `photo` does."""
        return np.stack([self._seen(image) for image in images])

    def _seen(self, image: Pixels) -> Pixels:
        if self.changes_nothing:
            return image
        return _array(_resized(_in_channels(_image(image), self.channels), self.image_size))


def path_of(meta: DatasetMeta, image_size: int, colour_mode: Literal["grey", "rgb"]) -> PixelPath:
    """The pixel path from the data set `meta` to a network that sees `image_size` px in `colour_mode`."""
    return PixelPath(meta.size, image_size, CHANNELS[colour_mode], meta.channels, meta.fit)


def as_model_input(
    dataset: Dataset,
    image_size: int,
    colour_mode: Literal["grey", "rgb"],
    cache_dir: Path,
    on_chunk: Callable[[], None] = lambda: None,
) -> Pixels:
    """All pictures as (N, S, S, C) uint8: the stored array itself, or a converted copy kept in `cache_dir`.

    Args:
        on_chunk: Called after each part of the conversion; it may raise to give up.

    Raises:
        DataError: If the copy would be larger than `LIMITS.model_input_bytes`.
    """
    path = path_of(dataset.meta, image_size, colour_mode)
    if path.changes_nothing:
        return dataset.images
    shape = (len(dataset), image_size, image_size, path.channels)
    file = cache_dir / f"pixels{_VERSION}-{dataset.meta.content_hash[:24]}-{image_size}-{colour_mode}.npy"
    if not file.exists():
        _check_copy(shape)
        cache_dir.mkdir(parents=True, exist_ok=True)
        write_atomically(file, partial(_write_converted, dataset.images, path, shape, on_chunk))
        make_room(cache_dir, LIMITS.cache_bytes, keep=file)
    os.utime(file)
    copy: Pixels = np.load(file, mmap_mode="r", allow_pickle=False)
    return copy


def resize(image: Pixels, size: int) -> Pixels:
    """Resize (H, W, C) to (size, size, C), antialiased: a triangle filter, so no value leaves the range it had."""
    return image if image.shape[:2] == (size, size) else _array(_resized(_image(image), size))


def to_square(image: Pixels, size: int, fit: Fit = "crop") -> Pixels:
    """Make (size, size, C) of (H, W, C): cut the centre square out, lay the whole on black, or stretch it."""
    return image if image.shape[:2] == (size, size) else _array(_squared(image, size, fit))


def convert(image: Pixels, channels: int) -> Pixels:
    """Convert (H, W, 1 or 3) to `channels`: grey is ITU-R 601 luma, as Pillow's mode "L"; colour repeats grey."""
    return image if image.shape[2] == channels else _array(_in_channels(_image(image), channels))


def _resized(image: Image.Image, size: int) -> Image.Image:
    return image if image.size == (size, size) else image.resize((size, size), Image.Resampling.BILINEAR)


def _squared(image: Pixels, size: int, fit: Fit) -> Image.Image:
    height, width = image.shape[:2]
    if fit == "pad" and height != width:
        return _padded(_image(image), size)
    if fit == "crop":  # as an array: Pillow would copy all of a large photo first
        side = min(height, width)
        top, left = (height - side) // 2, (width - side) // 2
        image = image[top : top + side, left : left + side]
    return _resized(_image(image), size)


def _padded(image: Image.Image, size: int) -> Image.Image:
    """Shrink it until its longer side fits, and lay it in the middle of a black square."""
    width, height = image.size
    longer = max(height, width)
    inner = max(1, round(width * size / longer)), max(1, round(height * size / longer))
    square = Image.new(image.mode, (size, size))
    place = (size - inner[0]) // 2, (size - inner[1]) // 2
    square.paste(image.resize(inner, Image.Resampling.BILINEAR), place)
    return square


def _in_channels(image: Image.Image, channels: int) -> Image.Image:
    mode = "L" if channels == 1 else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _image(array: Pixels) -> Image.Image:
    return Image.fromarray(array[..., 0] if array.shape[2] == 1 else array)


def _array(image: Image.Image) -> Pixels:
    array = np.asarray(image)
    return array[..., np.newaxis] if array.ndim == 2 else array


def _check_copy(shape: tuple[int, ...]) -> None:
    size = int(np.prod(shape, dtype=np.int64))
    if size > LIMITS.model_input_bytes:
        raise DataError(
            _(
                "{pictures:,} pictures at {side} px need {size:.1f} GB, more than {limit} GB. Choose a smaller size."
            ).format(pictures=shape[0], side=shape[1], size=size / 1e9, limit=LIMITS.model_input_bytes // 10**9)
        )


def _write_converted(
    images: Pixels, path: PixelPath, shape: tuple[int, ...], on_chunk: Callable[[], None], file: BinaryIO
) -> None:
    header: dict[str, Any] = {"descr": "|u1", "fortran_order": False, "shape": shape}
    npy.write_array_header_1_0(file, header)
    for start in range(0, len(images), _CHUNK):
        file.write(path.stored(images[start : start + _CHUNK]).tobytes())
        on_chunk()
