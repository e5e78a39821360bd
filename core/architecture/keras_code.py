"""A specification as the Keras script that an expert would write by hand. No TensorFlow here: it is only text."""

from __future__ import annotations

import json

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
model.compile(
    optimizer={optimizer},
    loss="{loss}",
    metrics=["accuracy"],
)
model.summary()
"""


def keras_code(spec: RunSpec, classes: tuple[str, ...]) -> str:
    """Write the script that builds and compiles the network of `spec` for `classes`, in the order of their labels.

    Arguments with Keras's own default are left out. Layers that do not fit together are written as they stand:
    `describe_stack` is what refuses them.
    """
    lines = [*map(_layer, spec.architecture.layers), _output_layer(spec, len(classes))]
    return _SCRIPT.format(
        class_names=_class_names(classes),
        input_shape=spec.input_shape,
        layers="\n".join(f"        {line}," for line in lines),
        optimizer=_optimizer(spec.training),
        loss=spec.training.loss,
    )


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
