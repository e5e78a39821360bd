"""From the file of a photo to its pixels: whatever a camera, a phone or a drawing program writes, as one sees it."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from core.datasets.budget import Budget
from core.datasets.limits import LIMITS
from core.errors import DataError
from core.i18n import _

Pixels = NDArray[np.uint8]

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
ORIENTATION = 0x0112  # EXIF's tag; by its value, what makes (h, w, 3) upright:
TURNS: dict[int, Callable[[Pixels], Pixels]] = {
    2: lambda pixels: pixels[:, ::-1],
    3: lambda pixels: pixels[::-1, ::-1],
    4: lambda pixels: pixels[::-1],
    5: lambda pixels: pixels.swapaxes(0, 1),
    6: lambda pixels: np.rot90(pixels, -1),
    7: lambda pixels: pixels[::-1, ::-1].swapaxes(0, 1),
    8: lambda pixels: np.rot90(pixels),
}
TURNED = {5, 6, 7, 8}  # those that swap width and height
GREY_MODES = {"1", "L", "LA", "I;16", "I;16B", "I"}
DRAFT_MODES = {"L", "RGB"}  # JPEG's; others are decoded whole
REDUCED = {
    1: 0,
    2: cv2.IMREAD_REDUCED_GRAYSCALE_2,
    4: cv2.IMREAD_REDUCED_GRAYSCALE_4,
    8: cv2.IMREAD_REDUCED_GRAYSCALE_8,
}
_STRIP = 128  # lines converted at a time: a whole picture would be copied up to five times
_IN_FLIGHT = Budget(25_000_000)  # pixels being decoded at a time, of 7 bytes and more: one large photo or many small


@dataclass(frozen=True, eq=False)
class Photo:
    """A decoded photo.

    Attributes:
        pixels: (h, w, 3) uint8 RGB, or what was made of it.
        width, height: In px, as the file has them once it is turned; `pixels` may be smaller.
        is_grey: Whether the file holds no colours.
    """

    pixels: Pixels
    width: int
    height: int
    is_grey: bool


def decode_photo(
    data: bytes | Path, side: int = 0, finish: Callable[[Pixels], Pixels] = lambda pixels: pixels
) -> Photo:
    """Decode a JPEG, PNG, WEBP, GIF (first frame) or BMP file.

    Turned as EXIF says, transparency laid on white, 16 bits rescaled to 8, CMYK, palette and grey converted. Where many
    threads decode large photos, they wait for each other.

    Args:
        side: Where the photo is shrunk to this side afterwards: a much larger JPEG is then decoded at 1/2, 1/4 or 1/8,
            still at least twice as large, which takes a fraction of the time.
        finish: Makes what is kept of the pixels, (h, w, 3), while no other thread decodes a photo that is as large.

    Raises:
        DataError: If the file is of another format, damaged, or larger than `LIMITS.photo_pixels`.
    """
    content = _content(data)
    with _in_words(content), Image.open(io.BytesIO(content), formats=FORMATS) as image:
        _check_size(*image.size)
        size, is_grey = image.size, image.mode in GREY_MODES
        if side and image.mode in DRAFT_MODES:
            image.draft(image.mode, (2 * side, 2 * side))
        is_buffered = "progressive" in image.info  # libjpeg holds all of such a file, at whatever size it is decoded
        with _IN_FLIGHT.of(math.prod(size if is_buffered else image.size)):
            orientation = image.getexif().get(ORIENTATION, 1)  # decodes a PNG: more may stand after its pixels
            pixels = _decoded(image, content, round(size[0] / image.width))
            image.close()  # frees its copy
            upright = TURNS[orientation](pixels) if orientation in TURNS else pixels
            width, height = reversed(size) if orientation in TURNED else size
            return Photo(finish(np.ascontiguousarray(upright)), width, height, is_grey)


@contextmanager
def _in_words(content: bytes) -> Iterator[None]:
    """Tell in words why a file cannot be decoded."""
    try:
        yield
    except DataError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except UnidentifiedImageError as error:
        raise DataError(
            _("Expected a picture as JPEG, PNG, WEBP, GIF or BMP, got {kind}. Save it as JPEG and try again.").format(
                kind=_kind(content)
            )
        ) from error
    except Exception as error:  # a damaged file makes Pillow raise OSError, SyntaxError, ValueError, struct.error ...
        if "truncated" in str(error).lower():
            raise DataError(_("This picture is damaged: its end is missing. Copy the file once more.")) from error
        raise DataError(
            _("This picture is damaged ({error}). Save it again as JPEG or PNG and try again.").format(error=error)
        ) from error


def _decoded(image: Image.Image, content: bytes, scale: int) -> Pixels:
    """All of an opened picture as (h, w, 3), not yet turned, at 1 / `scale` of its size."""
    is_plain = image.format == "JPEG" and image.mode in DRAFT_MODES
    is_still = image.format == "WEBP" and not getattr(image, "is_animated", False)
    fast = _fast(content, image.mode, scale) if is_plain or is_still else None
    if fast is not None and fast.shape[2] == 3:
        return fast
    pixels = np.empty((image.height, image.width, 3), np.uint8)
    for top in range(0, image.height, _STRIP):
        box = (0, top, image.width, min(top + _STRIP, image.height))
        strip = image.crop(box) if fast is None else Image.fromarray(fast[box[1] : box[3], :, [2, 1, 0, 3]])
        pixels[top : top + _STRIP] = np.asarray(_rgb(strip))
    return pixels


def on_white(image: Image.Image) -> Image.Image:
    """Lay a picture with transparency on white and return RGB."""
    layer = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")


def _fast(content: bytes, mode: str, scale: int) -> Pixels | None:
    """A JPEG or WEBP as RGB, or with transparency as BGRA; None for a damaged one.

    OpenCV gives Pillow's pixels, of a JPEG in three quarters of its time, of a WEBP in a third of its memory.
    """
    as_rgb = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION | REDUCED[scale]
    flags = cv2.IMREAD_UNCHANGED if mode == "RGBA" else as_rgb
    try:
        pixels: Pixels | None = cv2.imdecode(np.frombuffer(content, np.uint8), flags)
    except cv2.error:
        return None
    return pixels


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16-bit grey; Pillow's own conversion would clip it to white
        image = Image.fromarray(np.rint(np.asarray(image) / 257).astype(np.uint8))
    return on_white(image) if image.has_transparency_data else image.convert("RGB")


def _content(data: bytes | Path) -> bytes:
    size = data.stat().st_size if isinstance(data, Path) else len(data)
    if size > LIMITS.photo_bytes:
        raise _too_large()
    return data.read_bytes() if isinstance(data, Path) else data


def _check_size(width: int, height: int) -> None:
    if width * height > LIMITS.photo_pixels:
        raise _too_large()


def _too_large() -> DataError:
    return DataError(
        _("This picture is too large: at most {limit} megapixels are read. Save it smaller and try again.").format(
            limit=LIMITS.photo_pixels // 1_000_000
        )
    )


def _kind(content: bytes) -> str:
    """Name what a refused file seems to be, by its first bytes."""
    if content[4:8] == b"ftyp":
        return "HEIC"
    if content[:4] in (b"II*\0", b"MM\0*"):
        return "TIFF"
    if b"<svg" in content[:1000].lower():
        return "SVG"
    return _("something else, or a damaged file")
