"""A specification as the Keras script that an expert would write by hand. No TensorFlow here: it is only text."""

from __future__ import annotations

import json

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
)
{compile}
model.summary()
"""

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
model = keras.Model(inputs, outputs)
{compile}
model.summary()
"""

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
    metrics=["accuracy"],
)"""


def keras_code(spec: RunSpec, classes: tuple[str, ...]) -> str:
    """Write the script that builds and compiles the network of `spec` for `classes`, in the order of their labels.

    Arguments with Keras's own default are left out. Layers that do not fit together are written as they stand:
    `describe` is what refuses them.
    """
    if isinstance(spec.architecture, Transfer):
        return _transfer_code(spec, spec.architecture, classes)
    lines = [*map(_layer, spec.architecture.layers), _output_layer(spec, len(classes))]
    return _SCRIPT.format(
        class_names=_class_names(classes),
        input_shape=spec.input_shape,
        layers="\n".join(f"        {line}," for line in lines),
        compile=_compile(spec.training),
    )


def _transfer_code(spec: RunSpec, architecture: Transfer, classes: tuple[str, ...]) -> str:
    in_phases = architecture.is_fine_tuning and architecture.head_epochs > 0
    at_first = architecture.model_copy(update={"train_from": NOTHING}) if in_phases else architecture
    normalization = normalization_lines(architecture)
    first = _TRANSFER.format(
        numpy="\nimport numpy as np" if normalization else "",
        class_names=_class_names(classes),
        backbone=BACKBONES[architecture.backbone].keras_name,
        arguments="\n".join(f"    {argument}," for argument in base_arguments(architecture, spec.input_shape)),
        freezing="\n".join([*normalization, *freezing_lines(at_first)]),
        input_shape=spec.input_shape,
        body="\n".join(_body(spec, architecture, len(classes))),
        compile=_compile(spec.training),
    )
    return first + (_second_phase(spec, architecture) if in_phases else "")


def _second_phase(spec: RunSpec, architecture: Transfer) -> str:
    lower = spec.training.model_copy(
        update={"learning_rate": float(f"{spec.training.learning_rate * architecture.fine_tuning_rate:g}")}
    )
    return _SECOND_PHASE.format(
        head_epochs=architecture.head_epochs,
        epochs=spec.training.epochs,
        batch_size=spec.training.batch_size,
        freezing="\n".join(freezing_lines(architecture)),
        compile=_compile(lower),
    )


def _body(spec: RunSpec, architecture: Transfer, classes: int) -> list[str]:
    """Lines from `inputs` to `outputs`."""
    made_ready = pixel_lines(architecture)
    head = [_layer(layer) for layer in head_of(architecture)]
    if architecture.pooling == "max":
        head[0] = _call("GlobalMaxPooling2D")
    lines = [
        *made_ready,
        f"x = base({'x' if made_ready else 'inputs'}, training=False)",
        *(f"x = {line}(x)" for line in head),
    ]
    return [*lines, f"outputs = {_output_layer(spec, classes)}(x)"]


def _layer(layer: AnyLayer) -> str:
    match layer:
        case Conv2D():
            named = _unlike(layer, strides=1, padding="valid", activation="linear")
            return _call("Conv2D", layer.filters, layer.kernel_size, **named)
        case MaxPool2D():
            named = _unlike(layer, strides=layer.pool_size, padding="valid")
            return _call("MaxPooling2D", layer.pool_size, **named)
        case AveragePool2D():
            named = _unlike(layer, strides=layer.pool_size, padding="valid")
            return _call("AveragePooling2D", layer.pool_size, **named)
        case BatchNormalization():
            return _call("BatchNormalization", **_unlike(layer, momentum=0.99))
        case Dropout():
            return _call("Dropout", layer.rate)
        case Flatten():
            return _call("Flatten")
        case GlobalAveragePool2D():
            return _call("GlobalAveragePooling2D")
        case Dense():
            return _call("Dense", layer.units, **_unlike(layer, activation="linear"))


def _output_layer(spec: RunSpec, classes: int) -> str:
    units, activation = output_layer(classes, spec.training.loss)
    return _call("Dense", units, activation=activation)


def _unlike(layer: AnyLayer, **defaults: object) -> dict[str, object]:
    """Keep the settings of `layer` that differ from Keras's `defaults`."""
    return {name: getattr(layer, name) for name, default in defaults.items() if getattr(layer, name) != default}


def _call(name: str, *values: object, **named: object) -> str:
    arguments = [*map(json.dumps, values), *(f"{key}={json.dumps(value)}" for key, value in named.items())]
    return f"layers.{name}({', '.join(arguments)})"


def _compile(training: TrainingSpec) -> str:
    return _COMPILE.format(optimizer=_optimizer(training), loss=training.loss)


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
