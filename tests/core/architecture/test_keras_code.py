from __future__ import annotations

import ast
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.architecture.keras_code import keras_code
from core.architecture.layers import AveragePool2D, BatchNormalization, Conv2D, Dense, Flatten, MaxPool2D, OwnCNN
from core.architecture.presets import PRESETS
from core.learning.build import build_model, compile_model
from core.spec import DataSpec, Loss, Optimizer, RunSpec, TrainingSpec

LENET = RunSpec(data=DataSpec(image_size=28), architecture=PRESETS["lenet5"].architecture)


def run(code: str) -> Any:
    scope: dict[str, Any] = {}
    exec(code, scope)
    return scope["model"]


def description(part: Any) -> tuple[type, dict[str, Any]]:
    """Class and settings of a layer or an optimizer."""
    return type(part), without_names_and_seeds(part.get_config())


def without_names_and_seeds(config: dict[str, Any]) -> dict[str, Any]:
    return {
        key: without_names_and_seeds(value) if isinstance(value, dict) else value
        for key, value in config.items()
        if key not in ("name", "seed")
    }


def assert_same_model(spec: RunSpec, classes: tuple[str, ...]) -> None:
    ours = build_model(spec, len(classes))
    compile_model(ours, spec)
    theirs = run(keras_code(spec, classes))
    assert theirs.count_params() == ours.count_params()
    assert theirs.input_shape == ours.input_shape
    assert [*map(description, theirs.layers)] == [*map(description, ours.layers)]
    assert theirs.loss == ours.loss
    assert description(theirs.optimizer) == description(ours.optimizer)


def test_reads_like_written_by_hand() -> None:
    assert keras_code(LENET, ("zero", "one")) == (
        """\
import keras
from keras import layers

class_names = ['zero', 'one']

model = keras.Sequential(
    [
        keras.Input((28, 28, 1)),  # pixels from 0 to 255
        layers.Rescaling(1 / 255),
        layers.Conv2D(6, 5, padding="same", activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.Flatten(),
        layers.Dense(120, activation="tanh"),
        layers.Dense(84, activation="tanh"),
        layers.Dense(2, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=0.001),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.summary()
"""
    )


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_the_model_that_is_trained(preset: str) -> None:
    spec = RunSpec(data=DataSpec(image_size=32, colour_mode="rgb"), architecture=PRESETS[preset].architecture)
    assert_same_model(spec, ("cat", "dog", "owl"))


@pytest.mark.parametrize("optimizer", get_args(Optimizer))
def test_every_optimizer_is_the_one_that_trains(optimizer: Optimizer) -> None:
    training = TrainingSpec(optimizer=optimizer, learning_rate=3e-5, momentum=0.8, weight_decay=0.01)
    assert_same_model(RunSpec(training=training), ("cat", "dog"))


@pytest.mark.parametrize("loss", get_args(Loss))
def test_every_loss_has_its_output_layer(loss: Loss) -> None:
    assert_same_model(RunSpec(training=TrainingSpec(loss=loss)), ("cat", "dog"))


def test_settings_that_are_not_keras_defaults_are_written() -> None:
    layers = (
        Conv2D(filters=3, kernel_size=2, strides=2, padding="valid", activation="linear"),
        BatchNormalization(momentum=0.99),
        MaxPool2D(pool_size=3, strides=1, padding="same"),
        AveragePool2D(pool_size=1, strides=2),
        Flatten(),
        Dense(units=4, activation="linear"),
    )
    spec = RunSpec(architecture=OwnCNN(layers=layers))
    assert_same_model(spec, ("cat", "dog"))
    lines = keras_code(spec, ("cat", "dog")).splitlines()
    assert [line.strip() for line in lines[9:15]] == [
        "layers.Conv2D(3, 2, strides=2),",
        "layers.BatchNormalization(),",
        'layers.MaxPooling2D(3, strides=1, padding="same"),',
        "layers.AveragePooling2D(1, strides=2),",
        "layers.Flatten(),",
        "layers.Dense(4),",
    ]


@given(st.lists(st.text(max_size=30), min_size=2, max_size=6, unique=True))
def test_class_names_may_hold_any_characters(names: list[str]) -> None:
    """A class is named after a folder, and a folder's name may hold quotes, braces and line ends."""
    module = ast.parse(keras_code(RunSpec(), tuple(names)))
    assigned = next(node for node in module.body if isinstance(node, ast.Assign))
    assert ast.literal_eval(assigned.value) == names


def test_many_class_names_stand_one_a_line() -> None:
    code = keras_code(RunSpec(), tuple(f"class number {number}" for number in range(10)))
    assert "class_names = [\n    'class number 0',\n" in code
    assert max(map(len, code.splitlines())) <= 88
