"""The script of a transfer network, executed without its weights: the network is what `describe` says it is."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from core.architecture.backbones.graph import steps_of
from core.architecture.backbones.table import BACKBONES, BackboneName
from core.architecture.describe import describe
from core.architecture.keras_code import keras_code
from core.architecture.transfer import RANDOM, Transfer
from core.spec import DataSpec, RunSpec, TrainingSpec

CLASSES = ("cat", "dog", "owl")


def spec_of(architecture: Transfer, size: int = 64) -> RunSpec:
    return RunSpec(data=DataSpec(image_size=size, colour_mode="rgb"), architecture=architecture)


def run(spec: RunSpec) -> Any:
    """The model that the script of `spec` makes, with first weights in place of a download."""
    code = keras_code(spec, CLASSES)
    assert 'weights="imagenet"' in code
    scope: dict[str, Any] = {}
    exec(code.replace('weights="imagenet"', "weights=None"), scope)
    return scope["model"]


def trainable(model: Any) -> int:
    return sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)


def assert_as_described(spec: RunSpec) -> Any:
    model, facts = run(spec), describe(spec, len(CLASSES))
    assert model.count_params() == facts.parameters
    assert trainable(model) == facts.trainable_parameters
    return model


def test_reads_like_written_by_hand() -> None:
    assert keras_code(spec_of(Transfer(train_from="block5_conv3", dropout=0.5)), CLASSES) == (
        """\
import keras
from keras import layers

class_names = ['cat', 'dog', 'owl']

base = keras.applications.VGG16(
    include_top=False,
    weights="imagenet",
    input_shape=(64, 64, 3),
)
base.trainable = True
for layer in base.layers:
    if layer.name == "block5_conv3":
        break
    layer.trainable = False

inputs = keras.Input((64, 64, 3))  # pixels from 0 to 255
x = keras.applications.vgg16.preprocess_input(inputs)
x = base(x, training=False)
x = layers.Flatten()(x)
x = layers.Dropout(0.5)(x)
x = layers.Dense(128, activation="relu")(x)
x = layers.Dropout(0.5)(x)
x = layers.Dense(64, activation="relu")(x)
x = layers.Dropout(0.5)(x)
x = layers.Dense(32, activation="relu")(x)
outputs = layers.Dense(3, activation="softmax")(x)
model = keras.Model(inputs, outputs)
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=0.001),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.summary()
"""
    )


@pytest.mark.parametrize("train_from", ["", "block5_conv3", "block1_conv1"])
def test_vgg16_trains_what_is_described(train_from: str) -> None:
    assert_as_described(spec_of(Transfer(train_from=train_from)))


@pytest.mark.parametrize("backbone", ["mobilenet_v2", "mobilenet_v3_small", "xception"])
def test_batch_normalisation_stays_frozen(backbone: BackboneName) -> None:
    size = 72
    middle = steps_of(backbone, size)[-3].name
    architecture = Transfer(backbone=backbone, train_from=middle, pooling="average", hidden=())
    model = assert_as_described(spec_of(architecture, size))
    base = next(layer for layer in model.layers if isinstance(layer, keras.Model))
    assert not any(layer.trainable for layer in base.layers if isinstance(layer, keras.layers.BatchNormalization))


@pytest.mark.parametrize(("pooling", "layer"), [("average", "GlobalAveragePooling2D"), ("max", "GlobalMaxPooling2D")])
def test_the_head_is_that_of_the_settings(pooling: Any, layer: str) -> None:
    model = assert_as_described(spec_of(Transfer(pooling=pooling, hidden=(7,))))
    assert [type(entry).__name__ for entry in model.layers[-3:]] == [layer, "Dense", "Dense"]


def test_the_head_first_is_a_second_part_at_a_lower_rate() -> None:
    architecture = Transfer(train_from="block5_conv3", head_epochs=5, fine_tuning_rate=0.1)
    spec = spec_of(architecture).model_copy(update={"training": TrainingSpec(epochs=20)})
    code = keras_code(spec, CLASSES)
    first, second = code.split("# The head alone for 5 epochs")
    assert "base.trainable = False\n" in first
    assert "learning_rate=0.001)" in first
    assert "learning_rate=0.0001)" in second
    assert "initial_epoch=5, epochs=20" in second
    assert_as_described(spec)
    assert "The head alone" not in keras_code(spec_of(Transfer(head_epochs=5)), CLASSES)


@pytest.mark.parametrize(
    ("architecture", "line"),
    [
        (Transfer(weights=RANDOM), "weights=None,"),
        (Transfer(weights="mine.h5"), 'weights="mine.h5",'),
        (Transfer(backbone="densenet121"), "x = keras.applications.densenet.preprocess_input(inputs)"),
        (Transfer(preprocessing="none"), "x = base(inputs, training=False)"),
        (Transfer(backbone="mobilenet_v3_small"), "x = base(inputs, training=False)"),
        (Transfer(backbone="mobilenet_v3_small", preprocessing="none"), "include_preprocessing=False,"),
    ],
)
def test_a_setting_is_a_line(architecture: Transfer, line: str) -> None:
    assert line in [written.strip() for written in keras_code(spec_of(architecture), CLASSES).splitlines()]


@pytest.mark.parametrize(
    ("preprocessing", "expected"),
    [("its_own", [(0.2 - 0.485) / 0.229, (0.4 - 0.456) / 0.224]), ("none", [51.0, 102.0])],
)
def test_efficientnet_does_to_pixels_what_is_said(preprocessing: Any, expected: list[float]) -> None:
    """`set_weights` alone changes nothing: Keras's layer keeps a copy of its numbers."""
    architecture = Transfer(backbone="efficientnet_b0", weights=RANDOM, preprocessing=preprocessing)
    scope: dict[str, Any] = {}
    exec(keras_code(spec_of(architecture), CLASSES), scope)
    base = scope["base"]
    inside = keras.Model(base.input, base.layers[2].output)
    pixels = np.broadcast_to(np.array([51, 102, 153], np.float32), (1, 64, 64, 3))
    np.testing.assert_allclose(np.asarray(inside(pixels))[0, 5, 5, :2], expected, rtol=1e-5)


def test_every_backbone_has_a_script() -> None:
    for name, entry in BACKBONES.items():
        assert f"keras.applications.{entry.keras_name}(" in keras_code(spec_of(Transfer(backbone=name)), CLASSES)
        assert callable(getattr(keras.applications, entry.keras_name))
