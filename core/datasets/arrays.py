"""Arrays as people store them → square uint8 pictures and class numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.datasets.dataset import TEST, TRAIN, Original, class_names
from core.datasets.limits import LIMITS
from core.datasets.pixels import Pixels, on_white, to_square
from core.datasets.progress import Progress, silent
from core.errors import DataError
from core.i18n import _

_CHUNK = 256  # pictures converted at a time, so that floats never double the memory


@dataclass(frozen=True, eq=False)
class Pictures:
    """Arrays ready for `make_dataset`, with the names that the labels gave."""

    images: Pixels
    labels: NDArray[np.int32]
    parts: Pixels
    classes: tuple[str, ...]
    original: Original


def to_pictures(arrays: Mapping[str, NDArray[Any]], on_progress: Progress = silent) -> Pictures:
    """Convert x_train, y_train and, if given, x_test, y_test; or x, y.

    Pictures are (N, H, W) or (N, H, W, 1, 3 or 4) in 0–1, 0–255 or 16 bits, any number type; they become uint8, with
    transparency on white, and the centre square of H × W. Labels are whole numbers, one-hot rows or text.

    Raises:
        DataError: If an array is missing or has another form.
    """
    pairs = _pairs(arrays)
    for x, y in pairs:
        _check_pair(x, y)
    low, high = _range([x for x, _y in pairs])
    factor = _factor(low, high, integers=all(x.dtype.kind in "biu" for x, _y in pairs))
    labels, names = _classes([y for _x, y in pairs])
    parts = np.repeat(np.array([TRAIN, TEST][: len(pairs)], np.uint8), [len(x) for x, _y in pairs])
    original = Original(
        shape=" + ".join(str(x.shape) for x, _y in pairs), dtype=str(pairs[0][0].dtype), range=(low, high)
    )
    return Pictures(_squares([x for x, _y in pairs], factor, on_progress), labels, parts, names, original)


def _pairs(arrays: Mapping[str, NDArray[Any]]) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """Pictures and labels of training and, if given, test."""
    wanted = [("x", "y")] if "x_train" not in arrays and "x" in arrays else [("x_train", "y_train")]
    if wanted[0][0] == "x_train" and {"x_test", "y_test"} & arrays.keys():
        wanted.append(("x_test", "y_test"))
    missing = [name for pair in wanted for name in pair if name not in arrays]
    if missing:
        raise DataError(
            _("Expected arrays X_train, y_train, X_test, y_test, or X, y; {missing} is missing, got {got}.").format(
                missing=", ".join(missing), got=", ".join(arrays) or _("none of them")
            )
        )
    return [(arrays[x], arrays[y]) for x, y in wanted]


def _check_pair(x: NDArray[Any], y: NDArray[Any]) -> None:
    if x.dtype.kind not in "biuf" or not (x.ndim == 3 or (x.ndim == 4 and x.shape[3] in (1, 3, 4))) or 0 in x.shape:
        raise DataError(
            _("Expected pictures as numbers of shape (N, H, W) or (N, H, W, 1, 3 or 4), got {dtype} {shape}.").format(
                dtype=x.dtype, shape=x.shape
            )
        )
    if y.ndim not in (1, 2) or len(x) != len(y) or 0 in y.shape:
        raise DataError(
            _("Expected one label a picture, got pictures {pictures} and labels {labels}.").format(
                pictures=x.shape, labels=y.shape
            )
        )
    if len(x) > LIMITS.pictures or x.shape[1] * x.shape[2] > LIMITS.photo_pixels:
        raise DataError(
            _("Expected at most {count:,} pictures of {pixels:,} pixels, got {shape}. Keep a part of them.").format(
                count=LIMITS.pictures, pixels=LIMITS.photo_pixels, shape=x.shape
            )
        )


def _range(xs: list[NDArray[Any]]) -> tuple[float, float]:
    """Lowest and highest value of training and test together; NaN and infinity come through minimum and maximum."""
    low, high = float(np.min([x.min() for x in xs])), float(np.max([x.max() for x in xs]))
    if not np.isfinite([low, high]).all():
        raise DataError(_("Expected numbers in every pixel, got NaN or infinity. Replace them, for example with 0."))
    return low, high


def _factor(low: float, high: float, *, integers: bool) -> float:
    """What brings values to 0–255: 255 for 0–1, 1 for 0–255, 1/257 for 16 bits."""
    if low >= 0 and high <= 1:
        return 255.0
    if low >= 0 and high <= 255:
        return 1.0
    if low >= 0 and high <= 65_535 and integers:
        return 1 / 257
    raise DataError(
        _(
            "Expected pixels from 0 to 1, 0 to 255 or (16 bits) 0 to 65,535, got {low:g} to {high:g}. Rescale them."
        ).format(low=low, high=high)
    )


def _squares(xs: list[NDArray[Any]], factor: float, on_progress: Progress) -> Pixels:
    """All pictures as (N, S, S, 1 or 3) uint8, S being their shorter side, at most `LIMITS.stored_side`."""
    xs = [x[..., np.newaxis] if x.ndim == 3 else x for x in xs]
    if len({x.shape[1:] for x in xs}) > 1:
        raise DataError(
            _("Expected training and test pictures of one size, got {shapes}.").format(
                shapes=", ".join(str(x.shape) for x in xs)
            )
        )
    height, width, channels = xs[0].shape[1:]
    size, total = min(height, width, LIMITS.stored_side), sum(map(len, xs))
    images = np.empty((total, size, size, 1 if channels == 1 else 3), np.uint8)
    chunks = (x[start : start + _CHUNK] for x in xs for start in range(0, len(x), _CHUNK))
    done = 0
    for chunk in chunks:
        on_progress(done / total, _("Converting picture {done:,} of {total:,}").format(done=done, total=total))
        images[done : done + len(chunk)] = _pictures(_to_uint8(chunk, factor), size)
        done += len(chunk)
    return images


def _to_uint8(values: NDArray[Any], factor: float) -> Pixels:
    whole = factor == 1 and values.dtype.kind != "f"
    pixels: Pixels = (values if whole else np.rint(values * factor)).astype(np.uint8)
    return pixels


def _pictures(chunk: Pixels, size: int) -> Pixels:
    if chunk.shape[1:3] != (size, size):
        chunk = np.stack([to_square(picture, size) for picture in chunk])
    if chunk.shape[3] == 4:
        chunk = np.stack([np.asarray(on_white(Image.fromarray(picture))) for picture in chunk])
    return chunk


def _classes(ys: list[NDArray[Any]]) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Class numbers 0 … K−1 in the order of the sorted labels, and the labels as names."""
    found, labels = np.unique(np.concatenate([_flat(y) for y in ys]), return_inverse=True)
    if len(found) > LIMITS.classes:
        raise DataError(
            _("Expected at most {limit:,} different labels, got {got:,}.").format(limit=LIMITS.classes, got=len(found))
        )
    return labels.astype(np.int32), class_names(str(label) for label in found)


def _flat(y: NDArray[Any]) -> NDArray[Any]:
    """Labels as (N,) whole numbers or text."""
    if y.ndim == 2 and y.shape[1] > 1:
        return _from_one_hot(y)
    y = y.reshape(len(y))
    if y.dtype.kind == "S":
        return np.char.decode(y, "utf-8", "replace")
    if y.dtype.kind == "U":
        return y
    if not np.isfinite(y).all() or (y != np.rint(y)).any():
        raise DataError(_("Expected whole numbers, one-hot rows or text as labels, got fractions or NaN."))
    return y.astype(np.int64)


def _from_one_hot(y: NDArray[Any]) -> NDArray[Any]:
    if y.dtype.kind not in "biuf" or not np.isin(y, (0, 1)).all() or (y.sum(axis=1) != 1).any():
        raise DataError(
            _("Expected labels of shape (N,) or one-hot rows with a single 1, got {dtype} {shape}.").format(
                dtype=y.dtype, shape=y.shape
            )
        )
    labels: NDArray[np.int64] = y.argmax(axis=1)
    return labels
