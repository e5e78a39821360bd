"""Arrays as people store them → square uint8 pictures and class numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.datasets.dataset import TEST, TRAIN, VALIDATION, Fit, Original
from core.datasets.decode import Pixels, on_white
from core.datasets.importing.labels import label_classes
from core.datasets.limits import LIMITS
from core.datasets.pixels import convert, to_square
from core.datasets.progress import Progress, silent
from core.errors import DataError
from core.i18n import _

GIVEN = {TEST: ("test",), VALIDATION: ("val", "valid", "validation")}  # how people end the names of such arrays
_CHUNK = 256  # pictures converted at a time, so that floats never double the memory


class Form(Protocol):
    """An array, or what is known of one that was not read."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    @property
    def dtype(self) -> np.dtype[Any]: ...


F = TypeVar("F", bound=Form)


@dataclass(frozen=True, eq=False)
class Given:
    """What arrays hold, before any picture is converted.

    Attributes:
        xs: Pictures of each part, all or some of them: (n, h, w) or (n, h, w, 1, 3 or 4), any number type.
        size: Height and width of all pictures, in px.
        channels: As the set stores them, 1 or 3.
        labels: (N,) of all pictures, in the order of the parts.
        parts: (N,) as in `Dataset`.
        original: Shape and type of all; range of `xs`.
        factor: What brings values to 0–255.
    """

    xs: list[NDArray[Any]]
    size: tuple[int, int]
    channels: int
    labels: NDArray[np.int32]
    parts: Pixels
    classes: tuple[str, ...]
    original: Original
    factor: float

    def side(self, fit: Fit) -> int:
        """Side in px at which the pictures are stored: their own, at most `LIMITS.stored_side`."""
        return min(max(self.size) if fit == "pad" else min(self.size), LIMITS.stored_side)


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
    given = understood(arrays, arrays)
    return Pictures(_squares(given, on_progress, fit), given.labels, given.parts, given.classes, given.original, fit)


def understood(arrays: Mapping[str, NDArray[Any]], forms: Mapping[str, Form]) -> Given:
    """Find pictures, labels and their classes in arrays as `to_pictures` describes them.

    Args:
        arrays: Labels and names whole, of pictures perhaps only some.
        forms: The same as they are whole.

    Raises:
        DataError: If an array is missing or has another form.
    """
    whole, read = checked_pairs(forms), _pairs(arrays)
    xs = [x for x, _y in read.values()]
    low, high = _range(xs)
    shapes = [x.shape for x, _y in whole.values()]
    labels, names = label_classes([y for _x, y in read.values()], arrays.get("classes"))
    return Given(
        xs=xs,
        size=(shapes[0][1], shapes[0][2]),
        channels=1 if shapes[0][3:] in ((), (1,)) else 3,
        labels=labels,
        parts=np.repeat(np.array(list(whole), np.uint8), [shape[0] for shape in shapes]),
        classes=names,
        original=Original(shape=" + ".join(map(str, shapes)), dtype=str(xs[0].dtype), range=(low, high)),
        factor=_factor(low, high, integers=all(x.dtype.kind in "biu" for x in xs)),
    )


def raw_samples(given: Given) -> list[Pixels]:
    """The pictures (h, w, 3) of the first part as they come."""
    return [_in_colour(_to_uint8(picture, given.factor)) for picture in given.xs[0]]


def checked_pairs(forms: Mapping[str, F]) -> dict[int, tuple[F, F]]:
    """Pictures and labels of each part. Raises DataError where they do not fit together, whatever their values are."""
    pairs = _pairs(forms)
    for x, y in pairs.values():
        _check_pair(x.shape, x.dtype, y.shape)
    shapes = [x.shape for x, _y in pairs.values()]
    if len({(*shape[1:3], *(shape[3:] or (1,))) for shape in shapes}) > 1:
        raise DataError(
            _("Expected pictures of one size in all parts, got {shapes}.").format(shapes=", ".join(map(str, shapes)))
        )
    return pairs


def _pairs(arrays: Mapping[str, F]) -> dict[int, tuple[F, F]]:
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


def _check_pair(x: tuple[int, ...], dtype: np.dtype[Any], y: tuple[int, ...]) -> None:
    """Judge pictures of shape `x` with labels of shape `y`."""
    if dtype.kind not in "biuf" or not (len(x) == 3 or (len(x) == 4 and x[3] in (1, 3, 4))) or 0 in x:
        raise DataError(
            _("Expected pictures as numbers of shape (N, H, W) or (N, H, W, 1, 3 or 4), got {dtype} {shape}.").format(
                dtype=dtype, shape=x
            )
        )
    if len(y) not in (1, 2) or x[0] != y[0] or 0 in y:
        raise DataError(
            _("Expected one label a picture, got pictures {pictures} and labels {labels}.").format(pictures=x, labels=y)
        )
    if x[0] > LIMITS.pictures or x[1] * x[2] > LIMITS.photo_pixels:
        raise DataError(
            _("Expected at most {count:,} pictures of {pixels:,} pixels, got {shape}. Keep a part of them.").format(
                count=LIMITS.pictures, pixels=LIMITS.photo_pixels, shape=x
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


def _squares(given: Given, on_progress: Progress, fit: Fit) -> Pixels:
    """All pictures as (N, S, S, 1 or 3) uint8, S being their side."""
    xs = [x[..., np.newaxis] if x.ndim == 3 else x for x in given.xs]
    side, total = given.side(fit), len(given.labels)
    images = np.empty((total, side, side, given.channels), np.uint8)
    chunks = (x[start : start + _CHUNK] for x in xs for start in range(0, len(x), _CHUNK))
    done = 0
    for chunk in chunks:
        on_progress(done / total, _("Converting picture {done:,} of {total:,}").format(done=done, total=total))
        images[done : done + len(chunk)] = _pictures(_to_uint8(chunk, given.factor), side, fit)
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
