"""The network of a run: whole, as it is used and exported, and cut where training begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from core.architecture.backbones.graph import GraphLayer, layers_of, steps_of
from core.architecture.describe import describe, head_of
from core.architecture.shapes import output_layer
from core.architecture.transfer import NOTHING, Preprocessing, Transfer
from core.errors import ArchitectureError
from core.learning.backbone import TORCH_MEANS, TORCH_SPREADS, keras_backbone, made_ready
from core.learning.build import build_model, glorot, keras_layer
from core.spec import RunSpec
from core.weights.arrays import read_arrays

Arrays = Sequence[Sequence[NDArray[np.float32]]]


@dataclass(frozen=True, eq=False)
class Cut:
    """A network in two halves that share its layers.

    Attributes:
        frozen: Pixels → the map at the cut; None where everything is trained.
        trained: That map → the answer.
    """

    frozen: keras.Model | None
    trained: keras.Model

    def joined(self) -> keras.Model:
        """Both halves after each other, the frozen one as it answers outside training."""
        if self.frozen is None:
            return self.trained
        pixels = keras.Input(self.frozen.input_shape[1:])
        return keras.Model(pixels, self.trained(self.frozen(pixels, training=False)))


@dataclass(frozen=True, eq=False)
class Network:
    """A run's network.

    Attributes:
        whole: Pixels 0–255 of shape (batch, h, w, c), float32 → one probability for each class.
        body: The backbone's operations, as `layers_of` has them; Keras numbers the names of some anew in each model.
    """

    spec: RunSpec
    whole: keras.Model
    body: tuple[keras.Operation, ...] = ()
    _cuts: dict[str, Cut] = field(default_factory=dict, init=False)

    def cut(self, train_from: str) -> Cut:
        """The network cut in front of the step `train_from`, or behind the backbone and its pooling for "".

        From then on just what lies behind the cut can learn; batch normalisation of a backbone never does, and answers
        as outside training. The halves of a place are made once, so that the same ones come back for it.
        """
        architecture = self.spec.architecture
        if not isinstance(architecture, Transfer):
            return Cut(None, self.whole)
        steps = steps_of(architecture.backbone, self.spec.data.image_size)
        first = ({NOTHING: len(self.body)} | {step.name: step.first for step in steps})[train_from]
        for place, (row, operation) in enumerate(zip(layers_of(architecture.backbone), self.body, strict=True)):
            if isinstance(operation, keras.Layer):
                operation.trainable = place >= first and row.can_learn
        if train_from not in self._cuts:
            is_whole = train_from == steps[0].name
            self._cuts[train_from] = Cut(None, self.whole) if is_whole else self._halves(architecture, first)
        return self._cuts[train_from]

    def _halves(self, architecture: Transfer, first: int) -> Cut:
        """The network in front of the backbone's layer at the place `first` or of the head, and from there on."""
        is_inside = first < len(self.body)
        last = self.body[first - 1] if is_inside else self.whole.get_layer(_first_of_head(architecture))
        return Cut(keras.Model(self.whole.input, last.output), keras.Model(last.output, self.whole.output))


def build_network(spec: RunSpec, classes: int, weights: Path | None = None) -> Network:
    """Make the network of `spec`.

    Args:
        weights: File with the backbone's weights; without it they are random, a function of the seed.

    Raises:
        ArchitectureError: If it cannot be built.
        DataError: If the file does not fit the backbone.
    """
    if not isinstance(spec.architecture, Transfer):
        return Network(spec, build_model(spec, classes))
    problem = describe(spec, classes).problem
    if problem:
        raise ArchitectureError(problem.message)
    architecture = spec.architecture
    keras.utils.set_random_seed(spec.training.seed)
    pixels = keras.Input(spec.input_shape)
    base = keras_backbone(architecture.backbone, made_ready(architecture.backbone, pixels, architecture.preprocessing))
    rows = layers_of(architecture.backbone)
    body = tuple(base.operations[-len(rows) :])  # before them comes what makes pixels ready
    for operation in body:
        if isinstance(operation, layers.Dropout):  # EfficientNet leaves out whole blocks; a backbone here never does
            operation.rate = 0.0
    if weights:
        _put(rows, body, read_arrays(weights, architecture.backbone))
    if architecture.backbone == "efficientnet_b0":
        _set_normalization(body[2], architecture.preprocessing)
    return Network(spec, keras.Model(pixels, _head(spec, architecture, base.output, classes)), body)


def layer_weights(model: keras.Model) -> list[keras.Variable]:
    """The weights of all layers, in the order of `core.architecture.weight_shapes`; without what dropout draws from."""
    return [variable for layer in model.layers for variable in layer.weights]


def _head(spec: RunSpec, architecture: Transfer, features: keras.KerasTensor, classes: int) -> keras.KerasTensor:
    first_seed = spec.training.seed * 100
    for place, layer in enumerate(head_of(architecture), 1):
        name = _first_of_head(architecture) if place == 1 else f"{layer.kind}_{place}"
        if place == 1 and architecture.pooling == "max":
            features = layers.GlobalMaxPooling2D(name=name)(features)
        else:
            features = keras_layer(layer, name, first_seed + place)(features)
    units, activation = output_layer(classes, spec.training.loss)
    return layers.Dense(units, activation, kernel_initializer=glorot(first_seed), name="output")(features)


def _first_of_head(architecture: Transfer) -> str:
    return {"flatten": "flatten", "average": "global_average", "max": "global_max"}[architecture.pooling]


def _put(rows: Sequence[GraphLayer], body: Sequence[keras.Operation], arrays: Arrays) -> None:
    with_weights = [operation for row, operation in zip(rows, body, strict=True) if row.weights]
    for layer, values in zip(with_weights, arrays, strict=True):
        layer.set_weights(values)


def _set_normalization(layer: keras.layers.Normalization, preprocessing: Preprocessing) -> None:
    """Make EfficientNet's own layers do to pixels what its weights were trained with.

    Its files keep the spread where Keras's layer takes the variance; Keras mends that with one more layer, but only
    where it loads a file itself (see the comment in keras.applications.efficientnet). Raw: its 1/255 is taken back.
    """
    mean = TORCH_MEANS if preprocessing == "its_own" else (0.0, 0.0, 0.0)
    spread = TORCH_SPREADS if preprocessing == "its_own" else (1 / 255, 1 / 255, 1 / 255)
    layer.set_weights([np.array(mean, np.float32), np.square(np.array(spread, np.float32)), np.array(0, np.int64)])
    layer.finalize_state()  # it computes with a copy of them
