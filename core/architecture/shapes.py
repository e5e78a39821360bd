"""What a stack of layers comes to: shapes, parameters, multiply-adds and memory, by arithmetic. No TensorFlow here."""

from __future__ import annotations

import math
from dataclasses import dataclass

from core.architecture.layers import (
    LAYERS,
    AnyLayer,
    AveragePool2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool2D,
    MaxPool2D,
    OwnCNN,
)
from core.i18n import _
from core.spec import Loss, Optimizer

Shape = tuple[int, ...]  # without the batch: (height, width, channels) of a map, (n,) of a row of numbers

_BASE_BYTES = 780 * 10**6  # a process that has imported TensorFlow and traced a training step
_FLOAT_BYTES = 4
_SLOTS: dict[Optimizer, int] = {"adam": 2, "adamw": 2, "nadam": 2, "rmsprop": 2, "sgd": 1}  # momentum counted
_WORKSPACE = 1.2  # measured 0.9 to 1.45, see training_memory
_TEMPORARIES = 1.75  # measured 1.4 to 2.3


@dataclass(frozen=True)
class LayerFacts:
    """What one layer does to one picture.

    Attributes:
        kind: As in `LAYERS`; "output" for the output layer.
        title: Name on a card, such as "Conv2D".
        parameters: Numbers that the layer holds, trained or not.
        multiply_adds: Multiplications for one picture, each with its addition: 0 but for convolutions and dense layers.
    """

    kind: str
    title: str
    input_shape: Shape
    output_shape: Shape
    parameters: int = 0
    trainable_parameters: int = 0
    multiply_adds: int = 0


@dataclass(frozen=True)
class StackProblem:
    """Why a stack cannot be built.

    Attributes:
        index: 0-based place of the layer that fails; the number of layers for the output layer.
        message: What was expected, what came and what to do, translated.
    """

    index: int
    message: str


@dataclass(frozen=True)
class StackFacts:
    """What a stack does to one picture of `input_shape`.

    Attributes:
        layers: The output layer comes last. Where there is a problem: the layers before the one that fails.
    """

    input_shape: Shape
    layers: tuple[LayerFacts, ...]
    problem: StackProblem | None = None

    @property
    def parameters(self) -> int:
        """Numbers that all layers hold."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def trainable_parameters(self) -> int:
        """Numbers that training changes."""
        return sum(layer.trainable_parameters for layer in self.layers)

    @property
    def multiply_adds(self) -> int:
        """Multiplications with their additions for one picture, forwards."""
        return sum(layer.multiply_adds for layer in self.layers)


def describe_stack(
    architecture: OwnCNN, input_shape: Shape, classes: int, loss: Loss = "sparse_categorical_crossentropy"
) -> StackFacts:
    """Follow a picture of `input_shape` (h, w, c) through the stack and its output layer, as Keras would.

    One rule is ours: `Dense` takes only a row of numbers. Keras would apply it to each pixel of a map.
    """
    facts: list[LayerFacts] = []
    shape = input_shape
    for index, layer in enumerate(architecture.layers):
        if objection := _objection(layer, shape):
            return StackFacts(input_shape, tuple(facts), StackProblem(index, objection))
        facts.append(_facts(layer, shape))
        shape = facts[-1].output_shape
    if objection := _output_objection(shape, classes, loss):
        return StackFacts(input_shape, tuple(facts), StackProblem(len(facts), objection))
    units, _activation = output_layer(classes, loss)
    return StackFacts(input_shape, (*facts, _dense("output", _("Output"), shape, units)))


def output_layer(classes: int, loss: Loss) -> tuple[int, str]:
    """Units and activation of the dense output layer: one number for each class, or one for both of two."""
    return (1, "sigmoid") if loss == "binary_crossentropy" else (classes, "softmax")


def _facts(layer: AnyLayer, shape: Shape) -> LayerFacts:
    """Measure a layer that `_objection` has let pass."""
    title = LAYERS[layer.kind][1]
    match layer:
        case Conv2D():
            return _conv2d(layer, title, shape)
        case MaxPool2D() | AveragePool2D():
            output = (*_slide(shape, layer.pool_size, layer), shape[-1])
            return LayerFacts(layer.kind, title, shape, output)
        case BatchNormalization():  # scale and shift are trained, mean and variance are followed
            return LayerFacts(layer.kind, title, shape, shape, 4 * shape[-1], 2 * shape[-1])
        case Dropout():
            return LayerFacts(layer.kind, title, shape, shape)
        case Flatten():
            return LayerFacts(layer.kind, title, shape, (math.prod(shape),))
        case GlobalAveragePool2D():
            return LayerFacts(layer.kind, title, shape, shape[-1:])
        case Dense():
            return _dense(layer.kind, title, shape, layer.units)


def _conv2d(layer: Conv2D, title: str, shape: Shape) -> LayerFacts:
    height, width = _slide(shape, layer.kernel_size, layer)
    weights = layer.kernel_size**2 * shape[-1] * layer.filters
    parameters = weights + layer.filters
    output = (height, width, layer.filters)
    return LayerFacts(layer.kind, title, shape, output, parameters, parameters, weights * height * width)


def _dense(kind: str, title: str, shape: Shape, units: int) -> LayerFacts:
    weights = shape[0] * units
    return LayerFacts(kind, title, shape, (units,), weights + units, weights + units, weights)


def _slide(shape: Shape, window: int, layer: Conv2D | MaxPool2D | AveragePool2D) -> tuple[int, int]:
    """Height and width after a window slid over the map; 0 or less where it finds no place."""
    border = window - 1 if layer.padding == "same" else 0
    height, width = ((side + border - window) // layer.strides + 1 for side in shape[:2])
    return height, width


def _objection(layer: AnyLayer, shape: Shape) -> str | None:
    """Say why `layer` cannot take `shape`, or None."""
    match layer:
        case Conv2D() | MaxPool2D() | AveragePool2D() | GlobalAveragePool2D() if len(shape) == 1:
            return _(
                "{layer} needs a map (height × width × channels), but gets a row of numbers (length {length}). "
                "Move it before Flatten or global average pooling, or remove it."
            ).format(layer=LAYERS[layer.kind][1], length=shape[0])
        case Conv2D() if min(_slide(shape, layer.kernel_size, layer)) < 1:
            return _(
                "The picture is {height}×{width} here, too small for this {side}×{side} kernel without a border. "
                "Choose padding “same”, a smaller kernel, or shrink the picture less before it."
            ).format(height=shape[0], width=shape[1], side=layer.kernel_size)
        case MaxPool2D() | AveragePool2D() if min(_slide(shape, layer.pool_size, layer)) < 1:
            return _(
                "The picture is {height}×{width} here; this {side}×{side} pool with stride {strides} was one too many. "
                "Remove it, make it smaller, or shrink the picture less before it."
            ).format(height=shape[0], width=shape[1], side=layer.pool_size, strides=layer.strides)
        case Dense() if len(shape) > 1:
            return _row_needed(LAYERS[layer.kind][1], shape)
    return None


def _output_objection(shape: Shape, classes: int, loss: Loss) -> str | None:
    if loss == "binary_crossentropy" and classes != 2:
        return _(
            "Binary cross-entropy tells two classes apart, but there are {classes} here. "
            "Choose sparse categorical cross-entropy as the loss."
        ).format(classes=classes)
    return _row_needed(_("The output layer"), shape) if len(shape) > 1 else None


def _row_needed(layer: str, shape: Shape) -> str:
    return _(
        "{layer} needs a row of numbers but gets a {shape} map: put Flatten or global average pooling before it."
    ).format(layer=layer, shape="×".join(map(str, shape)))


def training_memory(facts: StackFacts, batch_size: int, optimizer: Optimizer) -> int:
    """Estimate the peak memory of a training process, in bytes; without the pictures, which stay on disk.

    Per picture of the batch: its pixels and each layer's output (Flatten only renames its input), once forwards and
    once for the gradients. Per weight: itself, its gradient and what the optimizer remembers. All of it float32.
    Both sums are multiplied by what was measured on top: workspaces of the convolutions, temporaries of the update.

    Measured: peak resident memory of four training steps in a fresh process, Keras 3.15 with TensorFlow 2.21 on two CPU
    cores. 19 runs with convolutions, batch normalisation and wide dense layers, 1 to 256 pictures a batch, 720 to
    4,170 MiB: the estimate was 0.83 to 1.18 times what was measured.
    """
    pixels = math.prod(facts.input_shape)
    outputs = sum(math.prod(layer.output_shape) for layer in facts.layers if layer.kind != "flatten")
    activations = 2 * batch_size * (pixels + outputs)
    weights = facts.parameters + facts.trainable_parameters * (1 + _SLOTS[optimizer])
    return _BASE_BYTES + int(_FLOAT_BYTES * (_WORKSPACE * activations + _TEMPORARIES * weights))
