"""Shapes drawn on the spot: a data set in which one cause of failure can be planted and watched.

Upright in training and turned in test shows what augmentation is for; a background colour that gives the class away in
training, and no longer in test, shows a network that learnt the wrong thing.
"""

from __future__ import annotations

import math
import re
import threading
from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from pydantic import ValidationError, field_validator

from core.datasets.dataset import TEST, TRAIN, About, Dataset, Original, make_dataset
from core.errors import DataError
from core.i18n import N_, _
from core.knobs import Frozen, knob

CLASSES = (N_("circle"), N_("square"), N_("triangle"), N_("star"))
PLANTED = ((0, 114, 178), (213, 94, 0), (0, 158, 115), (139, 63, 143))  # RGB, one a class, after Okabe and Ito
PLAIN = (45, 52, 64)  # RGB background where none is planted
INK = (240, 228, 66)  # RGB of the shape itself
_SUPERSAMPLING = 4  # drawn this much larger, then averaged, so that edges are smooth at every angle
_ID = re.compile(r"shapes(-(0|[1-9][0-9]{0,3})){7}")
_Colour = tuple[int, ...]
# Pixels kept: 150 sets as first shown (1.7 MB), for a class in which everybody moves other sliders; 7 of the largest.
KEPT_BYTES = 256 * 1024**2


class ShapesSpec(Frozen):
    """How the shapes are drawn."""

    train_per_class: int = knob(
        100, N_("Training pictures"), N_("How many of each shape to learn from."), low=10, high=500, step=10
    )
    test_per_class: int = knob(
        40, N_("Test pictures"), N_("How many of each shape for the final exam."), low=10, high=200, step=10
    )
    size: int = knob(32, N_("Picture size"), N_("Side of the square picture."), low=16, high=64, step=8, unit="px")
    noise: float = knob(
        0.1,
        N_("Noise"),
        N_("Grain laid over each picture: its standard deviation as a share of the range from black to white."),
        low=0.0,
        high=0.5,
        step=0.05,
    )
    rotation: int = knob(
        180,
        N_("Rotation in test"),
        N_("Training shapes stand upright; test shapes are turned by up to this angle, either way."),
        low=0,
        high=180,
        step=15,
        unit="°",
    )
    background: bool = knob(
        False,
        N_("Planted background"),
        N_("In training each shape has a background colour of its own; in the test the colours are dealt out anew."),
    )
    seed: int = knob(0, N_("Seed"), N_("Another number draws other pictures."), low=0, high=9999, step=1)

    @field_validator("noise")
    @classmethod
    def _whole_percent(cls, noise: float) -> float:
        """Keep whole per cents, so that the id carries the noise exactly."""
        return round(noise, 2)


def shapes_id(spec: ShapesSpec) -> str:
    """Write `spec` as a data set's id: "shapes-" and its seven numbers, noise in per cent."""
    values = {**dict(spec), "noise": round(spec.noise * 100)}
    return "-".join(["shapes", *(str(int(value)) for value in values.values())])


def is_shapes_id(dataset_id: str) -> bool:
    """Whether `dataset_id` has the form that `shapes_id` writes."""
    return _ID.fullmatch(dataset_id) is not None


def shapes_spec_of(dataset_id: str) -> ShapesSpec:
    """Read what `shapes_id` wrote.

    Raises:
        DataError: If it is not such an id, or a number is out of range.
    """
    try:
        if not is_shapes_id(dataset_id):
            raise ValueError
        values = dict(zip(ShapesSpec.model_fields, map(int, dataset_id.split("-")[1:]), strict=True))
        return ShapesSpec.model_validate({**values, "noise": values["noise"] / 100})
    except (ValueError, ValidationError) as error:
        raise DataError(
            _("Expected an id such as {example}, got {id}. Choose the shapes from the list again.").format(
                example=shapes_id(ShapesSpec()), id=ascii(dataset_id[:80])
            )
        ) from error


def draw_shapes(spec: ShapesSpec) -> Dataset:
    """Draw the data set that `spec` describes, in colour; the same spec always gives the same pixels.

    The sets asked for last are kept, up to `KEPT_BYTES`. Their arrays are shared between callers, hence read only.
    """
    with _kept_lock:
        if spec in _kept:
            _kept.move_to_end(spec)
            return _kept[spec]
    drawn = _draw_set(spec)  # up to a second; meanwhile others get theirs
    with _kept_lock:
        drawn = _kept.setdefault(spec, drawn)
        while len(_kept) > 1 and sum(dataset.images.nbytes for dataset in _kept.values()) > KEPT_BYTES:
            _kept.popitem(last=False)
    return drawn


def _draw_set(spec: ShapesSpec) -> Dataset:
    plan = [
        (part, label, index)
        for part, count in ((TRAIN, spec.train_per_class), (TEST, spec.test_per_class))
        for label in range(len(CLASSES))
        for index in range(count)
    ]
    images = np.stack([_picture(spec, *place) for place in plan])
    parts, labels, _indices = np.array(plan, np.int32).T
    about = About(
        title=N_("Shapes"),
        classes=CLASSES,
        source=N_("drawn by CNN Studio"),
        licence="CC0 1.0",
        original=Original(shape=str(images.shape), dtype="uint8", range=(0, 255)),
        synthetic=True,
    )
    dataset = make_dataset(about, images, labels, parts.astype(np.uint8), shapes_id(spec))
    for array in (dataset.images, dataset.labels, dataset.parts):
        array.flags.writeable = False
    return dataset


_kept: OrderedDict[ShapesSpec, Dataset] = OrderedDict()  # the one asked for last is at the end
_kept_lock = threading.Lock()


def _picture(spec: ShapesSpec, part: int, label: int, index: int) -> NDArray[np.uint8]:
    """One picture (S, S, 3): a function of (seed, part, class, index), so more pictures change none of the rest."""
    rng = np.random.default_rng([spec.seed, part, label, index])
    drawn = _draw(rng, spec, label, turned=part == TEST, background=_background(rng, spec, part, label))
    grain = rng.normal(0, 255 * spec.noise, drawn.shape)
    return np.clip(np.rint(drawn + grain), 0, 255).astype(np.uint8)


def _background(rng: np.random.Generator, spec: ShapesSpec, part: int, label: int) -> _Colour:
    dealt = int(rng.integers(len(PLANTED)))
    if not spec.background:
        return PLAIN
    return PLANTED[dealt if part == TEST else label]


def _draw(
    rng: np.random.Generator, spec: ShapesSpec, label: int, *, turned: bool, background: _Colour
) -> NDArray[np.uint8]:
    """Draw one shape with small variations of place, size and colour; (S, S, 3)."""
    side = spec.size * _SUPERSAMPLING
    x, y = side * rng.uniform(0.42, 0.58, 2)
    radius = side * rng.uniform(0.28, 0.38)
    angle = rng.uniform(-spec.rotation, spec.rotation) if turned else 0.0
    canvas = Image.new("RGB", (side, side), _varied(rng, background))
    pen = ImageDraw.Draw(canvas)
    corners = [(x + radius * dx, y + radius * dy) for dx, dy in _corners(label, angle)]
    if corners:
        pen.polygon(corners, fill=_varied(rng, INK))
    else:
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_varied(rng, INK))
    return np.asarray(canvas.reduce(_SUPERSAMPLING))


def _varied(rng: np.random.Generator, colour: _Colour) -> _Colour:
    """A colour at most 15 grey levels away from `colour` in each channel."""
    return tuple(int(value) for value in np.clip(np.add(colour, rng.integers(-15, 16, 3)), 0, 255))


def _corners(label: int, angle: float) -> list[tuple[float, float]]:
    """Corners of a shape in the unit circle, turned clockwise by `angle` degrees; none for the circle."""
    radii: list[float] = {"square": [1.0] * 4, "triangle": [1.0] * 3, "star": [1.0, 0.42] * 5}.get(CLASSES[label], [])
    first = 45.0 if CLASSES[label] == "square" else 0.0  # the others point upwards
    turns = (math.radians(first + angle + 360 * corner / len(radii)) for corner in range(len(radii)))
    return [(radius * math.sin(turn), -radius * math.cos(turn)) for radius, turn in zip(radii, turns, strict=True)]
