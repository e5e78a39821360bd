"""A specification as the Keras script that an expert would write by hand. No TensorFlow here: it is only text."""

from __future__ import annotations

import json
from typing import NamedTuple

from core.architecture.backbones.table import BACKBONES
from core.architecture.describe import head_of
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
)
from core.architecture.shapes import output_layer
from core.architecture.transfer import NOTHING, Transfer
from core.architecture.transfer_code import base_arguments, freezing_lines, normalization_lines, pixel_lines
from core.spec import Optimizer, RunSpec, TrainingSpec

_LINE_LENGTH = 88

# name → (Keras's class, the settings that it takes)
KERAS_OPTIMIZERS: dict[Optimizer, tuple[str, tuple[str, ...]]] = {
    "adam": ("Adam", ("learning_rate",)),
    "adamw": ("AdamW", ("learning_rate", "weight_decay")),
    "nadam": ("Nadam", ("learning_rate",)),
    "rmsprop": ("RMSprop", ("learning_rate", "momentum")),
    "sgd": ("SGD", ("learning_rate", "momentum")),
}

_SCRIPT = """\
import keras
from keras import layers

{class_names}

model = keras.Sequential(
    [
        keras.Input({input_shape}),  # pixels from 0 to 255
        layers.Rescaling(1 / 255),
{layers}
    ]
)"""

_TRANSFER = """\
import keras{numpy}
from keras import layers

{class_names}

base = keras.applications.{backbone}(
{arguments}
)
{freezing}

inputs = keras.Input({input_shape})  # pixels from 0 to 255
{body}
model = keras.Model(inputs, outputs)"""

_SECOND_PHASE = """
# The head alone for {head_epochs} epochs, then the chosen layers join in at a lower rate:
# model.fit(x_train, y_train, batch_size={batch_size}, epochs={head_epochs})
{freezing}
{compile}
# model.fit(x_train, y_train, batch_size={batch_size}, initial_epoch={head_epochs}, epochs={epochs})
"""

_COMPILE = """\
model.compile(
    optimizer={optimizer},
    loss="{loss}",
    metrics=["accuracy"],{more}
)"""


class _Code(str):
    """An argument that is written as it is."""


class KerasParts(NamedTuple):
    """The pieces of the script; those of the second phase of a training are empty where there is one phase."""

    model: str
    compile: str
    freezing: str = ""
    second_compile: str = ""


def keras_code(spec: RunSpec, classes: tuple[str, ...]) -> str:
    """Write the script that builds and compiles the network of `spec` for `classes`, in the order of their labels.

    Arguments with Keras's own default are left out. Layers that do not fit together are written as they stand:
    `describe` is what refuses them.
    """
    parts = keras_parts(spec, classes)
    first = f"{parts.model}\n{parts.compile}\nmodel.summary()\n"
    if not parts.freezing:
        return first
    assert isinstance(spec.architecture, Transfer)
    return first + _SECOND_PHASE.format(
        head_epochs=spec.architecture.head_epochs,
        epochs=spec.training.epochs,
        batch_size=spec.training.batch_size,
        freezing=parts.freezing,
        compile=parts.second_compile,
    )


def keras_parts(spec: RunSpec, classes: tuple[str, ...], repeatable: bool = False) -> KerasParts:
    """The same in pieces.

    Args:
        repeatable: Whether first weights and dropout are seeded as in a run, and nothing is compiled by XLA, which
            would round in another way.
    """
    seed = spec.training.seed * 100 if repeatable else None
    if isinstance(spec.architecture, Transfer):
        return _transfer_parts(spec, spec.architecture, classes, seed)
    stack = spec.architecture.layers
    lines = [_layer(layer, seed, place) for place, layer in enumerate(stack, 1)]
    model = _SCRIPT.format(
        class_names=_class_names(classes),
        input_shape=spec.input_shape,
        layers="\n".join(f"        {line}," for line in [*lines, _output_layer(spec, len(classes), seed)]),
    )
    return KerasParts(model, _compile(spec.training, repeatable))


def _transfer_parts(spec: RunSpec, architecture: Transfer, classes: tuple[str, ...], seed: int | None) -> KerasParts:
    in_phases = architecture.is_fine_tuning and architecture.head_epochs > 0
    at_first = architecture.model_copy(update={"train_from": NOTHING}) if in_phases else architecture
    normalization = normalization_lines(architecture)
    model = _TRANSFER.format(
        numpy="\nimport numpy as np" if normalization else "",
        class_names=_class_names(classes),
        backbone=BACKBONES[architecture.backbone].keras_name,
        arguments="\n".join(f"    {argument}," for argument in base_arguments(architecture, spec.input_shape)),
        freezing="\n".join([*normalization, *freezing_lines(at_first)]),
        input_shape=spec.input_shape,
        body="\n".join(_body(spec, architecture, len(classes), seed)),
    )
    compiled = _compile(spec.training, seed is not None)
    if not in_phases:
        return KerasParts(model, compiled)
    lower = spec.training.model_copy(
        update={"learning_rate": float(f"{spec.training.learning_rate * architecture.fine_tuning_rate:g}")}
    )
    return KerasParts(model, compiled, "\n".join(freezing_lines(architecture)), _compile(lower, seed is not None))


def _body(spec: RunSpec, architecture: Transfer, classes: int, seed: int | None) -> list[str]:
    """Lines from `inputs` to `outputs`."""
    made_ready = pixel_lines(architecture)
    head = [_layer(layer, seed, place) for place, layer in enumerate(head_of(architecture), 1)]
    if architecture.pooling == "max":
        head[0] = _call("GlobalMaxPooling2D")
    lines = [
        *made_ready,
        f"x = base({'x' if made_ready else 'inputs'}, training=False)",
        *(f"x = {line}(x)" for line in head),
    ]
    return [*lines, f"outputs = {_output_layer(spec, classes, seed)}(x)"]


def _layer(layer: AnyLayer, seed: int | None, place: int) -> str:
    """One layer; where there is a `seed`, seeded by it and by its 1-based place, as `core.learning.build` does."""
    initializer = _initializer(seed, place)
    match layer:
        case Conv2D():
            named = _unlike(layer, strides=1, padding="valid", activation="linear")
            return _call("Conv2D", layer.filters, layer.kernel_size, **named, **initializer)
        case MaxPool2D():
            named = _unlike(layer, strides=layer.pool_size, padding="valid")
            return _call("MaxPooling2D", layer.pool_size, **named)
        case AveragePool2D():
            named = _unlike(layer, strides=layer.pool_size, padding="valid")
            return _call("AveragePooling2D", layer.pool_size, **named)
        case BatchNormalization():
            return _call("BatchNormalization", **_unlike(layer, momentum=0.99))
        case Dropout():
            return _call("Dropout", layer.rate, **({} if seed is None else {"seed": seed + place}))
        case Flatten():
            return _call("Flatten")
        case GlobalAveragePool2D():
            return _call("GlobalAveragePooling2D")
        case Dense():
            return _call("Dense", layer.units, **_unlike(layer, activation="linear"), **initializer)


def _output_layer(spec: RunSpec, classes: int, seed: int | None) -> str:
    units, activation = output_layer(classes, spec.training.loss)
    return _call("Dense", units, activation=activation, **_initializer(seed, 0))


def _initializer(seed: int | None, place: int) -> dict[str, object]:
    return {} if seed is None else {"kernel_initializer": _Code(f"keras.initializers.GlorotUniform({seed + place})")}


def _unlike(layer: AnyLayer, **defaults: object) -> dict[str, object]:
    """Keep the settings of `layer` that differ from Keras's `defaults`."""
    return {name: getattr(layer, name) for name, default in defaults.items() if getattr(layer, name) != default}


def _call(name: str, *values: object, **named: object) -> str:
    arguments = [*map(_literal, values), *(f"{key}={_literal(value)}" for key, value in named.items())]
    return f"layers.{name}({', '.join(arguments)})"


def _literal(value: object) -> str:
    return value if isinstance(value, _Code) else json.dumps(value)


def _compile(training: TrainingSpec, repeatable: bool) -> str:
    more = "\n    jit_compile=False," if repeatable else ""
    return _COMPILE.format(optimizer=_optimizer(training), loss=training.loss, more=more)


def _optimizer(training: TrainingSpec) -> str:
    name, settings = KERAS_OPTIMIZERS[training.optimizer]
    arguments = ", ".join(f"{setting}={getattr(training, setting)}" for setting in settings)
    return f"keras.optimizers.{name}({arguments})"


def _class_names(classes: tuple[str, ...]) -> str:
    """Write the names as literals, whatever characters they hold: on one line if they fit, else one a line."""
    line = f"class_names = [{', '.join(map(repr, classes))}]"
    if len(line) <= _LINE_LENGTH:
        return line
    return "\n".join(["class_names = [", *(f"    {name!r}," for name in classes), "]"])
