"""What comes out of every layer for one picture, and the filters that look at the picture itself."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from numpy.typing import NDArray

from core.architecture.backbones.table import BACKBONES
from core.architecture.transfer import Transfer
from core.errors import StudioError
from core.explaining import Filters, Floats, LayerMaps
from core.i18n import _
from core.learning.evaluate import check_finite
from core.learning.explain.asked import CONVOLUTIONS, asked_model, kept_with, map_layers
from core.learning.predict import load_trained
from core.runs.folder import RunFolder
from core.spec import RunSpec

MOST_MAPS, FEWEST_MAPS = 64, 16  # shown of a layer
MOST_SIDE = 56  # px
MOST_BYTES = 16_000_000  # of an answer; networks of hundreds of layers show fewer maps of each
ROUNDING = 1e-6  # of the greatest number: differences below are no pattern

KINDS: dict[type[keras.Layer], str] = {
    **dict.fromkeys(CONVOLUTIONS, "conv"),
    layers.MaxPooling2D: "pool",
    layers.AveragePooling2D: "pool",
    layers.GlobalAveragePooling2D: "pool",
    layers.Activation: "activation",
    layers.ReLU: "activation",
    layers.BatchNormalization: "normalisation",
    layers.Dropout: "dropout",
    layers.ZeroPadding2D: "padding",
    layers.Add: "sum",
    layers.Multiply: "product",
    layers.Concatenate: "join",
}


class MapProbe:
    """Gives the maps of all layers of a model, made small inside the graph, so that large ones are soon forgotten.

    Attributes:
        found: The layers, and how many maps of each are given.
        small: (1, S, S, C) float32 → the model's answer, and the maps (h, w, n) of each layer.
    """

    def __init__(self, model: keras.Model) -> None:
        given = map_layers(model)
        if not given:
            raise StudioError(_("This network has no layer that gives maps. Choose a run of a network that has one."))
        self.found = [(layer, _maps_shown(layer.output.shape, len(given))) for layer in given]
        graph = keras.Model(model.inputs[0], [model.outputs[0], *(layer.output for layer in given)])

        def small(picture: tf.Tensor) -> tuple[tf.Tensor, list[tf.Tensor]]:
            answer, *maps = graph(picture, training=False)
            shown = zip(maps, self.found, strict=True)
            return answer, [_small(values[..., :count])[0] for values, (_layer, count) in shown]

        picture = tf.TensorSpec((1, *model.input_shape[1:]), tf.float32)
        self.small = tf.function(small, input_signature=[picture])


def feature_maps(run: RunFolder, epoch: int | None, seen: NDArray[np.uint8]) -> tuple[LayerMaps, ...]:
    """What comes out of every layer that gives maps for the picture `seen`.

    Raises:
        StudioError: If there is no such model, it gives no maps, or they are no numbers.
    """
    model = asked_model(run, epoch, seen).model
    probe = kept_with(model, "maps", lambda: MapProbe(model))
    answer, found = probe.small(seen[None].astype(np.float32))
    maps = [np.asarray(values).transpose(2, 0, 1) for values in found]
    check_finite(np.asarray(answer), *maps)  # also the answer: ReLU may make 0 of what is no number
    return tuple(_stretched(layer, values) for (layer, _count), values in zip(probe.found, maps, strict=True))


def first_filters(run: RunFolder, epoch: int | None = None) -> Filters:
    """The filters of the first convolution, whose channels are those of the picture.

    Raises:
        StudioError: If there is no such model, or it has no convolution, or its filters are no numbers.
    """
    trained = load_trained(run, epoch)
    layer = next((layer for layer in trained.model.layers if isinstance(layer, layers.Conv2D)), None)
    if layer is None:
        raise StudioError(_("This network has no convolution, so no filters. Choose a run of a network that has one."))
    kernels = np.asarray(layer.kernel, np.float32)
    biases = np.asarray(layer.bias, np.float32) if layer.use_bias else np.zeros(layer.filters, np.float32)
    check_finite(kernels, biases)
    return Filters(layer.name, kernels[:, :, ::-1] if _takes_blue_first(trained.info.spec) else kernels, biases)


def _takes_blue_first(spec: RunSpec) -> bool:
    """Whether red and blue change places before the first layer."""
    backbone = spec.architecture
    return (
        isinstance(backbone, Transfer)
        and backbone.preprocessing != "none"
        and BACKBONES[backbone.backbone].pixels == "caffe"
    )


def _maps_shown(shape: tuple[int, ...], layers_in_all: int) -> int:
    """How many maps of a layer with output (batch, h, w, channels) are given."""
    one = min(shape[1], MOST_SIDE) * min(shape[2], MOST_SIDE)
    affordable = MOST_BYTES // (layers_in_all * one)
    return int(min(shape[3], MOST_MAPS, max(affordable, FEWEST_MAPS)))


def _small(maps: tf.Tensor) -> tf.Tensor:
    """(1, h, w, n), each side at most MOST_SIDE: means over areas."""
    height, width = maps.shape[1:3]
    if max(height, width) <= MOST_SIDE:
        return maps
    return tf.image.resize(maps, (min(height, MOST_SIDE), min(width, MOST_SIDE)), "area")


def _stretched(layer: Any, maps: Floats) -> LayerMaps:
    low, high = maps.min(axis=(1, 2)), maps.max(axis=(1, 2))
    quiet = high - low <= ROUNDING * np.maximum(np.abs(low), np.abs(high))
    spread = np.where(quiet, np.inf, high - low)
    stretched = ((maps - low[:, None, None]) / spread[:, None, None] * 255).round().astype(np.uint8)
    kind = KINDS.get(type(layer), type(layer).__name__)
    height, width, channels = layer.output.shape[1:]
    return LayerMaps(layer.name, kind, (height, width, channels), stretched, low, high, quiet)
