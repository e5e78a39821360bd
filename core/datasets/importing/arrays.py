"""Arrays as people store them → square uint8 pictures and class numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.datasets.dataset import TEST, TRAIN, VALIDATION, Fit, Original, class_names
from core.datasets.decode import Pixels, on_white
from core.datasets.limits import LIMITS
from core.datasets.pixels import convert, to_square
from core.datasets.progress import Progress, silent
from core.errors import DataError
from core.i18n import _

GIVEN = {TEST: ("test",), VALIDATION: ("val", "valid", "validation")}  # how people end the names of such arrays
_CHUNK = 256  # pictures converted at a time, so that floats never double the memory


@dataclass(frozen=True, eq=False)
class Pictures:
    """Arrays ready for `make_dataset`, with the names that the labels gave."""

    images: Pixels
    labels: NDArray[np.int32]
    parts: Pixels
    classes: tuple[str, ...]
    original: Original
    fit: Fit = "crop"


def to_pictures(arrays: Mapping[str, NDArray[Any]], on_progress: Progress = silent, fit: Fit = "crop") -> Pictures:
    """Convert x_train, y_train, or x, y; and, if given, x_test, y_test and x_val, y_val.

    Pictures are (N, H, W) or (N, H, W, 1, 3 or 4) in 0–1, 0–255 or 16 bits, any number type; they become uint8, with
    transparency on white, and as `fit` makes them where H is not W. Labels are whole numbers, one-hot rows or text;
    `classes`, if given, is their names: its first text is that of label 0.

    Raises:
        DataError: If an array is missing or has another form.
    """
    pairs = _pairs(arrays)
    for x, y in pairs.values():
        _check_pair(x, y)
    xs = [x for x, _y in pairs.values()]
    low, high = _range(xs)
    factor = _factor(low, high, integers=all(x.dtype.kind in "biu" for x in xs))
    labels, names = _classes([y for _x, y in pairs.values()], arrays.get("classes"))
    parts = np.repeat(np.array(list(pairs), np.uint8), [len(x) for x in xs])
    original = Original(shape=" + ".join(str(x.shape) for x in xs), dtype=str(xs[0].dtype), range=(low, high))
    return Pictures(_squares(xs, factor, on_progress, fit), labels, parts, names, original, fit)


def raw_samples(arrays: Mapping[str, NDArray[Any]], count: int) -> list[Pixels]:
    """A few pictures (h, w, 3) as they come, evenly over the first part. Raises DataError as `to_pictures` does."""
    pairs = _pairs(arrays)
    for x, y in pairs.values():
        _check_pair(x, y)
    xs = [x for x, _y in pairs.values()]
    factor = _factor(*_range(xs), integers=all(x.dtype.kind in "biu" for x in xs))
    chosen = xs[0][:: -(-len(xs[0]) // count)]
    return [_in_colour(_to_uint8(picture, factor)) for picture in chosen]


def _pairs(arrays: Mapping[str, NDArray[Any]]) -> dict[int, tuple[NDArray[Any], NDArray[Any]]]:
    """Pictures and labels of each part: training and what else is given."""
    whole = "x_train" not in arrays and "x" in arrays
    wanted = {TRAIN: ("x", "y") if whole else ("x_train", "y_train")}
    for part, endings in GIVEN.items():
        there = [pair for ending in endings if arrays.keys() & (pair := (f"x_{ending}", f"y_{ending}"))]
        if there:
            wanted[part] = there[0]
    missing = [name for pair in wanted.values() for name in pair if name not in arrays]
    if missing:
        raise DataError(
            _("Expected arrays X_train, y_train, X_test, y_test, or X, y; {missing} is missing, got {got}.").format(
                missing=", ".join(missing), got=", ".join(arrays) or _("none of them")
            )
        )
    return {part: (arrays[x], arrays[y]) for part, (x, y) in wanted.items()}


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
    """Lowest and highest value of all parts together; NaN and infinity come through minimum and maximum."""
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


def _squares(xs: list[NDArray[Any]], factor: float, on_progress: Progress, fit: Fit) -> Pixels:
    """All pictures as (N, S, S, 1 or 3) uint8, S being their side, at most `LIMITS.stored_side`."""
    xs = [x[..., np.newaxis] if x.ndim == 3 else x for x in xs]
    if len({x.shape[1:] for x in xs}) > 1:
        raise DataError(
            _("Expected pictures of one size in all parts, got {shapes}.").format(
                shapes=", ".join(str(x.shape) for x in xs)
            )
        )
    height, width, channels = xs[0].shape[1:]
    shorter, longer = sorted((height, width))
    size, total = min(longer if fit == "pad" else shorter, LIMITS.stored_side), sum(map(len, xs))
    images = np.empty((total, size, size, 1 if channels == 1 else 3), np.uint8)
    chunks = (x[start : start + _CHUNK] for x in xs for start in range(0, len(x), _CHUNK))
    done = 0
    for chunk in chunks:
        on_progress(done / total, _("Converting picture {done:,} of {total:,}").format(done=done, total=total))
        images[done : done + len(chunk)] = _pictures(_to_uint8(chunk, factor), size, fit)
        done += len(chunk)
    return images


def _to_uint8(values: NDArray[Any], factor: float) -> Pixels:
    whole = factor == 1 and values.dtype.kind != "f"
    pixels: Pixels = (values if whole else np.rint(values * factor)).astype(np.uint8)
    return pixels


def _pictures(chunk: Pixels, size: int, fit: Fit) -> Pixels:
    if chunk.shape[3] == 4:
        chunk = np.stack([_without_alpha(picture) for picture in chunk])
    if chunk.shape[1:3] != (size, size):
        chunk = np.stack([to_square(picture, size, fit) for picture in chunk])
    return chunk


def _without_alpha(picture: Pixels) -> Pixels:
    return np.asarray(on_white(Image.fromarray(picture)))


def _in_colour(picture: Pixels) -> Pixels:
    """One picture (h, w) or (h, w, 1, 3 or 4) as (h, w, 3)."""
    picture = picture[..., np.newaxis] if picture.ndim == 2 else picture
    return _without_alpha(picture) if picture.shape[2] == 4 else convert(picture, 3)


def _classes(ys: list[NDArray[Any]], names: NDArray[Any] | None) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Class numbers 0 … K−1 in the order of the sorted labels, and these as names; or as `names` has them."""
    found, labels = np.unique(np.concatenate([_flat(y) for y in ys]), return_inverse=True)
    if len(found) > LIMITS.classes:
        raise DataError(
            _("Expected at most {limit:,} different labels, got {got:,}.").format(limit=LIMITS.classes, got=len(found))
        )
    if names is None or (places := _places(found, _flat(names))) is None:
        return labels.astype(np.int32), class_names(str(label) for label in found)
    order = np.argsort(places)
    return np.argsort(order)[labels].astype(np.int32), class_names(_flat(names)[places[order]].tolist())


def _places(found: NDArray[Any], names: NDArray[Any]) -> NDArray[np.int64] | None:
    """(K,) place in `names` of each of the sorted labels, by number or by text; else as many names, in their order."""
    known = {name: place for place, name in enumerate(names.tolist())}
    places = [known.get(label, -1) for label in found.tolist()] if found.dtype.kind == "U" else found.tolist()
    if min(places) >= 0 and max(places) < len(names):
        return np.array(places, np.int64)
    return np.arange(len(found)) if len(found) == len(names) else None


def _flat(y: NDArray[Any]) -> NDArray[Any]:
    """Labels as (N,) whole numbers or text."""
    if y.ndim == 2 and y.shape[1] > 1:
        return _from_one_hot(y)
    y = y.reshape(len(y))
    if y.dtype.kind == "S":
        return np.char.decode(y, "utf-8", "replace")
    if y.dtype.kind == "U":
        return y
    with np.errstate(invalid="ignore"):  # NaN and numbers beyond 64 bits come out as others
        whole = y.astype(np.int64)
    if (whole != y).any():
        raise DataError(
            _("Expected whole numbers, one-hot rows or text as labels, got fractions, NaN or numbers beyond 64 bits.")
        )
    return whole


def _from_one_hot(y: NDArray[Any]) -> NDArray[Any]:
    if y.dtype.kind not in "biuf" or not np.isin(y, (0, 1)).all() or (y.sum(axis=1) != 1).any():
        raise DataError(
            _("Expected labels of shape (N,) or one-hot rows with a single 1, got {dtype} {shape}.").format(
                dtype=y.dtype, shape=y.shape
            )
        )
    labels: NDArray[np.int64] = y.argmax(axis=1)
    return labels
