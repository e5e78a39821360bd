"""From the file of a photo to its pixels: whatever a camera, a phone or a drawing program writes, as one sees it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from core.datasets.limits import LIMITS
from core.errors import DataError
from core.i18n import _

Pixels = NDArray[np.uint8]

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
ORIENTATION, TURNED = 0x0112, {5, 6, 7, 8}  # EXIF's tag, and the values of it that swap width and height
GREY_MODES = {"1", "L", "LA", "I;16", "I;16B", "I"}
_AS_IT_IS = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION
DRAFT_MODES = {"L", "RGB"}  # JPEG's; others are decoded whole


@dataclass(frozen=True, eq=False)
class Photo:
    """A decoded photo.

    Attributes:
        pixels: (h, w, 3) uint8 RGB.
        width, height: In px, as the file has them once it is turned; `pixels` may be smaller.
        is_grey: Whether the file holds no colours.
    """

    pixels: Pixels
    width: int
    height: int
    is_grey: bool


def decode_photo(data: bytes | Path, side: int = 0) -> Photo:
    """Decode a JPEG, PNG, WEBP, GIF (first frame) or BMP file.

    Turned as EXIF says, transparency laid on white, 16 bits rescaled to 8, CMYK, palette and grey converted.

    Args:
        side: Where the photo is shrunk to this side afterwards: a much larger JPEG is then decoded at 1/2, 1/4 or 1/8,
            still at least twice as large, which takes a fraction of the time.

    Raises:
        DataError: If the file is of another format, damaged, or larger than `LIMITS.photo_pixels`.
    """
    content = _content(data)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            _check_size(*image.size)
            orientation = image.getexif().get(ORIENTATION, 1)
            width, height = reversed(image.size) if orientation in TURNED else image.size
            is_grey = image.mode in GREY_MODES
            if side and image.mode in DRAFT_MODES:
                image.draft(image.mode, (2 * side, 2 * side))
            is_plain = image.format == "JPEG" and image.mode == "RGB" and orientation == 1
            pixels = _fast(content) if is_plain and image.size == (width, height) else None
            if pixels is None:
                pixels = np.array(_rgb(ImageOps.exif_transpose(image)))
            return Photo(pixels, width, height, is_grey)
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
        raise DataError(
            _("This picture is damaged ({error}). Save it again as JPEG or PNG and try again.").format(error=error)
        ) from error


def on_white(image: Image.Image) -> Image.Image:
    """Lay a picture with transparency on white and return RGB."""
    layer = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")


def _fast(content: bytes) -> Pixels | None:
    """Decode a plain JPEG: OpenCV gives Pillow's pixels in three quarters of its time; None for a damaged one."""
    try:
        pixels: Pixels | None = cv2.imdecode(np.frombuffer(content, np.uint8), _AS_IT_IS)
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
