"""From a specification to a compiled Keras model."""

from __future__ import annotations

import keras
from keras import layers

from core.architecture.keras_code import KERAS_OPTIMIZERS
from core.architecture.layers import (
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
from core.architecture.shapes import describe_stack, output_layer
from core.errors import ArchitectureError
from core.spec import RunSpec, TrainingSpec


def build_model(spec: RunSpec, classes: int) -> keras.Model:
    """Make an own CNN: pixels 0–255 of shape (batch, h, w, c), float32 → one probability for each class.

    With binary cross-entropy the output is one number instead, the probability of the second class. The layers are
    named after their kind and their 1-based place, such as "conv2d_1"; the last is "output". First weights and
    dropout are functions of the seed and of the layer's place, so two models of one specification are equal.

    Raises:
        ArchitectureError: If the layers do not fit together.
    """
    assert isinstance(spec.architecture, OwnCNN)
    problem = describe_stack(spec.architecture, spec.input_shape, classes, spec.training.loss).problem
    if problem:
        raise ArchitectureError(problem.message)
    stack = spec.architecture.layers
    first_seed = spec.training.seed * 100  # a stack has at most 60 layers, so no two runs share a seed
    units, activation = output_layer(classes, spec.training.loss)
    return keras.Sequential(
        [
            keras.Input(spec.input_shape),
            layers.Rescaling(1 / 255, name="rescaling"),
            *(keras_layer(layer, f"{layer.kind}_{place}", first_seed + place) for place, layer in enumerate(stack, 1)),
            layers.Dense(units, activation, kernel_initializer=glorot(first_seed), name="output"),
        ]
    )


def compile_model(model: keras.Model, spec: RunSpec) -> None:
    """Give `model` its optimizer, loss and accuracy, so that the history has loss, accuracy, val_loss, val_accuracy.

    Labels: (batch,) class numbers, for binary 0 and 1; for categorical cross-entropy one-hot rows (batch, classes).
    Keras takes the accuracy that belongs to them. Not compiled by XLA: on two CPU cores that is 2.5 times slower.
    """
    model.compile(
        optimizer=_optimizer(spec.training),
        loss=spec.training.loss,
        metrics=["accuracy"],
        jit_compile=False,
    )


def keras_layer(layer: AnyLayer, name: str, seed: int) -> keras.Layer:
    """Make one layer of a stack; its first weights, or what it drops, are a function of `seed`."""
    match layer:
        case Conv2D():
            return layers.Conv2D(
                layer.filters,
                layer.kernel_size,
                strides=layer.strides,
                padding=layer.padding,
                activation=layer.activation,
                kernel_initializer=glorot(seed),
                name=name,
            )
        case MaxPool2D():
            return layers.MaxPooling2D(layer.pool_size, strides=layer.strides, padding=layer.padding, name=name)
        case AveragePool2D():
            return layers.AveragePooling2D(layer.pool_size, strides=layer.strides, padding=layer.padding, name=name)
        case BatchNormalization():
            return layers.BatchNormalization(momentum=layer.momentum, name=name)
        case Dropout():
            return layers.Dropout(layer.rate, seed=seed, name=name)
        case Flatten():
            return layers.Flatten(name=name)
        case GlobalAveragePool2D():
            return layers.GlobalAveragePooling2D(name=name)
        case Dense():
            return layers.Dense(layer.units, layer.activation, kernel_initializer=glorot(seed), name=name)


def _optimizer(training: TrainingSpec) -> keras.optimizers.Optimizer:
    name, settings = KERAS_OPTIMIZERS[training.optimizer]
    return getattr(keras.optimizers, name)(**{setting: getattr(training, setting) for setting in settings})


def glorot(seed: int) -> keras.initializers.Initializer:
    """Make Keras's default initializer, but seeded."""
    return keras.initializers.GlorotUniform(seed)
