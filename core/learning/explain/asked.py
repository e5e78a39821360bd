"""What is asked of a model about one picture, checked: it comes from a browser in the end."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from core.errors import StudioError
from core.i18n import _
from core.learning.predict import Trained, load_trained
from core.runs.folder import RunFolder

CONVOLUTIONS = (layers.Conv2D, layers.DepthwiseConv2D, layers.SeparableConv2D)
SCALES = (layers.InputLayer, layers.Rescaling, layers.Normalization)  # what only makes pixels ready
PASSES_ON = (
    layers.MaxPooling2D,
    layers.AveragePooling2D,
    layers.ZeroPadding2D,
    layers.Dropout,
    layers.Reshape,
)  # what finds nothing by itself

Made = TypeVar("Made")
_kept: WeakKeyDictionary[keras.Model, dict[str, Any]] = WeakKeyDictionary()


def kept_with(model: keras.Model, name: str, make: Callable[[], Made]) -> Made:
    """What `make` gives, made once for `model` and forgotten with it; it must not hold the model itself."""
    of_model = _kept.setdefault(model, {})
    if name not in of_model:
        of_model[name] = make()
    made: Made = of_model[name]
    return made


def asked_model(run: RunFolder, epoch: int | None, seen: NDArray[np.uint8]) -> Trained:
    """The model of `run`, if it takes a picture like `seen`.

    Raises:
        StudioError: If it does not, or there is no such model.
    """
    trained = load_trained(run, epoch)
    if seen.shape != trained.info.spec.input_shape or seen.dtype != np.uint8:
        raise StudioError(
            _("This model takes pictures of {expected}; one of {came} came. Choose the picture again.").format(
                expected=_sides(trained.info.spec.input_shape), came=_sides(seen.shape)
            )
        )
    return trained


def check_number(number: int, of: int, what: str) -> int:
    """`number`, if it is 0 ≤ number < of.

    Args:
        what: Names it in the message.

    Raises:
        StudioError: If it is not.
    """
    if not isinstance(number, int) or not 0 <= number < of:
        raise StudioError(
            _("“{what}” is expected to be a number from 0 to {most}; {number} came. Choose it again.").format(
                what=what, most=of - 1, number=str(number)[:40]
            )
        )
    return number


def map_layers(model: keras.Model) -> list[keras.Layer]:
    """The layers that give maps, (batch, h, w, channels), in the network's order; not those that make pixels ready."""
    return [
        layer
        for layer in model.layers
        if not isinstance(layer, SCALES) and len(getattr(layer.output, "shape", ())) == 4
    ]


def heat_layers(model: keras.Model) -> list[keras.Layer]:
    """The layers that Grad-CAM can be asked about: convolutions that see places, and what ends the last one's work.

    That is the last layer at the size of the last convolution, so behind its normalisation, shortcut and activation:
    the map that the rest of the network reads. Maps of one place, as those that weigh channels, show nothing.

    Raises:
        StudioError: If there are none.
    """
    maps = [layer for layer in map_layers(model) if math.prod(layer.output.shape[1:3]) > 1]
    found = [layer for layer in maps if isinstance(layer, CONVOLUTIONS)]
    if not found:
        raise StudioError(
            _("This network has no convolution with a map to look at. Choose a run of a network that has one.")
        )
    end = [layer for layer in maps if layer.output.shape[1:3] == found[-1].output.shape[1:3]]
    last = next(layer for layer in reversed(end) if not isinstance(layer, PASSES_ON))
    return found if last is found[-1] else [*found, last]


def chosen(among: list[keras.Layer], name: str) -> keras.Layer:
    """The layer called `name`, or the last one for "".

    Raises:
        StudioError: If it is not `among` them.
    """
    if not name:
        return among[-1]
    for layer in among:
        if layer.name == name:
            return layer
    raise StudioError(
        _("There is no layer “{name}” that can be asked this. Choose one from “{first}” to “{last}”.").format(
            name=str(name)[:80], first=among[0].name, last=among[-1].name
        )
    )


def _sides(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))
