"""All geometry of a picture as one affine matrix and one OpenCV warp; changes of its light in place.

The order is ImageDataGenerator's: geometry, channel shift, (contrast), brightness; then noise and cutout.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ImageColor

from core.augmentation.draws import Draws, Floats, draw
from core.augmentation.spec import GEOMETRY, AugmentSpec

Pixels = NDArray[np.uint8]

_BORDERS = {
    "nearest": cv2.BORDER_REPLICATE,
    "constant": cv2.BORDER_CONSTANT,
    "reflect": cv2.BORDER_REFLECT,  # the edge pixel twice, as SciPy's "reflect"
    "wrap": cv2.BORDER_WRAP,  # a period of n pixels, as SciPy's "grid-wrap"
}
_BILINEAR = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
_LEVELS = np.arange(256, dtype=np.float32)


def augment(images: Pixels, spec: AugmentSpec, units: Floats) -> Pixels:
    """Vary pictures: (n, h, w, 1 or 3) uint8 in, a new array of the same kind out.

    Args:
        units: (n, 16) as `units_of` gives them.
    """
    return apply(images, spec, draw(spec, units))


def apply(images: Pixels, spec: AugmentSpec, draws: Draws) -> Pixels:
    """Do to (n, h, w, 1 or 3) pictures what was drawn for each; `spec` says which knobs are on and how to fill."""
    active = spec.active
    colour = fill_colour(spec, images.shape[3])
    if any(name in GEOMETRY for name in active):
        varied = _warped(images, _inverse_maps(draws, *images.shape[1:3]), _BORDERS[spec.fill_mode], colour)
    else:
        varied = np.array(images)
    # ImageDataGenerator cuts off to whole numbers before a brightness, whose factor would carry the rest too far.
    shifts = np.floor(draws.channel_shift) if spec.brightness else draws.channel_shift
    for number, picture in enumerate(varied):
        if spec.channel_shift:
            _shift_channels(picture, float(shifts[number]))
        if spec.contrast:
            _change_contrast(picture, float(draws.contrast[number]))
        if spec.brightness:
            _change_brightness(picture, float(draws.brightness[number]))
        if spec.noise:
            _add_noise(picture, float(draws.noise[number]), int(draws.noise_seed[number]))
        if spec.cutout:
            _cut_out(picture, draws.cutout[number], draws.cutout_x[number], draws.cutout_y[number], colour)
    return varied


def fill_colour(spec: AugmentSpec, channels: int) -> tuple[int, ...]:
    """The fill colour in 1 channel (ITU-R 601 luma) or 3, values 0 to 255."""
    colour = ImageColor.getcolor(spec.fill_colour, "L" if channels == 1 else "RGB")
    return (colour,) if isinstance(colour, int) else colour


def _inverse_maps(draws: Draws, height: int, width: int) -> Floats:
    """(n, 2, 3): for each picture, from a place (x, y) in the result to the place looked at in the original.

    In coordinates around the centre of the picture, which lies at (width / 2 − 0.5, height / 2 − 0.5) because a pixel's
    own centre is at whole numbers, it is rotation · shift · shear · zoom · flip, as ImageDataGenerator composes it.
    """
    angle, shear = np.deg2rad(draws.rotation), np.deg2rad(draws.shear)
    cos, sin = np.cos(angle), np.sin(angle)
    scale_x = np.where(draws.flip_horizontal, -draws.zoom_x, draws.zoom_x)
    scale_y = np.where(draws.flip_vertical, -draws.zoom_y, draws.zoom_y)
    slant_x, slant_y = -np.sin(shear), np.cos(shear)
    linear = np.empty((len(draws), 2, 2))
    linear[:, 0, 0], linear[:, 0, 1] = cos * scale_x, (cos * slant_x - sin * slant_y) * scale_y
    linear[:, 1, 0], linear[:, 1, 1] = sin * scale_x, (sin * slant_x + cos * slant_y) * scale_y
    shift_x, shift_y = draws.shift_x * width, draws.shift_y * height
    centre = np.array([width / 2 - 0.5, height / 2 - 0.5])
    offset = np.stack([cos * shift_x - sin * shift_y, sin * shift_x + cos * shift_y], axis=1)
    return np.concatenate([linear, (offset + centre - linear @ centre)[:, :, None]], axis=2)


def _warped(images: Pixels, maps: Floats, border: int, colour: tuple[int, ...]) -> Pixels:
    height, width = images.shape[1:3]
    warped = np.empty(images.shape, np.uint8)
    for image, matrix, target in zip(images, maps, warped, strict=True):
        cv2.warpAffine(image, matrix, (width, height), target, _BILINEAR, border, colour)
    if border == cv2.BORDER_CONSTANT:
        _fill_outside(warped, maps, colour)
    return warped


def _fill_outside(pictures: Pixels, maps: Floats, colour: tuple[int, ...]) -> None:
    """Colour what looks beyond the outermost pixels, as SciPy does; OpenCV blends the colour in over one pixel more."""
    height, width = pictures.shape[1:3]
    white, plain = np.full((height, width), 255, np.uint8), np.full(pictures.shape[1:], colour, np.uint8)
    for picture, matrix in zip(pictures, maps, strict=True):
        seen = cv2.warpAffine(white, matrix, (width, height), flags=_BILINEAR)  # not quite white where black came in
        cv2.copyTo(plain, (seen < 255).view(np.uint8), picture)


def _shift_channels(picture: Pixels, shift: float) -> None:
    low, high, _darkest, _lightest = cv2.minMaxLoc(picture.reshape(len(picture), -1))
    _look_up(picture, np.clip(_LEVELS + shift, low, high))


def _change_contrast(picture: Pixels, factor: float) -> None:
    """Around the mean of each channel, as Keras's RandomContrast."""
    mean = np.array(cv2.mean(picture)[: picture.shape[2]], np.float32)
    _look_up(picture, (_LEVELS[:, None] - mean) * factor + mean)


def _change_brightness(picture: Pixels, factor: float) -> None:
    """Cut off to whole numbers, as Pillow's ImageEnhance.Brightness does it."""
    _look_up(picture, np.floor(_LEVELS * np.float32(factor)))


def _look_up(picture: Pixels, levels: NDArray[np.float32]) -> None:
    """Replace each grey level by its entry in `levels`, (256,) for all channels or (256, channels)."""
    table = np.clip(np.rint(levels), 0, 255).astype(np.uint8)
    cv2.LUT(picture, table.reshape(1, 256, -1), picture)


def _add_noise(picture: Pixels, deviation: float, seed: int) -> None:
    """By OpenCV's generator, which each thread has for itself; four times as fast as NumPy's."""
    flat = picture.reshape(len(picture), -1)  # one channel: a deviation for several would be a list
    cv2.setRNGSeed(seed)
    grain = cv2.randn(np.empty(flat.shape, np.float32), 0, deviation)
    cv2.add(flat, grain, flat, dtype=cv2.CV_8U)


def _cut_out(picture: Pixels, share: float, x: float, y: float, colour: tuple[int, ...]) -> None:
    """Cover a square around (x, y), parts of width and height; it may hang over the edge."""
    height, width = picture.shape[:2]
    half = share * min(height, width) / 2
    top, bottom = round(max(0.0, y * height - half)), round(y * height + half)
    left, right = round(max(0.0, x * width - half)), round(x * width + half)
    picture[top:bottom, left:right] = colour
