from __future__ import annotations

import pytest

from core.architecture.describe import memory_needed
from core.architecture.edit import Layers, duplicate, find_repair, insert, move, remove, replace
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
from core.architecture.memory import largest_batch
from core.architecture.presets import PRESETS
from core.architecture.shapes import Shape, describe_stack
from core.architecture.summary import parameter_sum, shape_text, summary
from core.architecture.transfer import Transfer
from core.spec import DataSpec, RunSpec, TrainingSpec

A, B, C = Conv2D(), MaxPool2D(), Flatten()


def test_a_stack_is_changed_at_one_place() -> None:
    assert insert((A, B), 0, C) == (C, A, B)
    assert insert((A, B), 2, C) == (A, B, C)
    assert insert((), 0, A) == (A,)
    assert replace((A, B), 1, C) == (A, C)
    assert remove((A, B, C), 1) == (A, C)
    assert duplicate((A, B, C), 1) == (A, B, B, C)


def test_a_layer_moves_either_way() -> None:
    assert move((A, B, C), 0, 1) == (B, A, C)
    assert move((A, B, C), 2, 1) == (A, C, B)
    assert move((A, B, C), 0, 2) == (B, C, A)
    assert move((A, B, C), 1, 1) == (A, B, C)


@pytest.mark.parametrize(
    ("layers", "input_shape", "repair", "changed"),
    [
        ((A,), (8, 8, 1), "flatten", (A, Flatten())),
        ((A, Dense()), (8, 8, 1), "flatten", (A, Flatten(), Dense())),
        ((A,), (224, 224, 3), "global_average_pool2d", (A, GlobalAveragePool2D())),
        ((Conv2D(kernel_size=9, padding="valid"), C), (8, 8, 1), "same", (Conv2D(kernel_size=9), C)),
        ((C, A), (8, 8, 1), "remove", (C,)),
        ((B, B, B, B, C), (8, 8, 1), "remove", (B, B, B, C)),
    ],
)
def test_the_smallest_repair(layers: Layers, input_shape: Shape, repair: str, changed: Layers) -> None:
    facts = describe_stack(OwnCNN(layers=layers), input_shape, 10)
    assert find_repair(layers, facts, 10) == (repair, changed)


def test_a_sound_stack_and_a_wrong_loss_need_no_repair_here() -> None:
    assert find_repair((C,), describe_stack(OwnCNN(layers=(C,)), (8, 8, 1), 10), 10) is None
    assert find_repair((C,), describe_stack(OwnCNN(layers=(C,)), (8, 8, 1), 10, "binary_crossentropy"), 10) is None


def test_a_full_stack_is_not_made_longer() -> None:
    full: Layers = (A,) * 60
    assert find_repair(full, describe_stack(OwnCNN(layers=full), (8, 8, 1), 10), 10) is None


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (Conv2D(), "32 · 3×3 · same · ReLU"),
        (Conv2D(filters=6, kernel_size=5, strides=2, activation="linear"), "6 · 5×5 · stride 2 · same · linear"),
        (MaxPool2D(), "2×2"),
        (AveragePool2D(pool_size=3, padding="same"), "3×3 · stride 2 · same"),
        (BatchNormalization(momentum=0.99), "momentum 0.99"),
        (Dropout(rate=0.25), "25 %"),
        (Flatten(), ""),
        (GlobalAveragePool2D(), ""),
        (Dense(units=84, activation="tanh"), "84 · tanh"),
    ],
)
def test_a_layer_in_a_few_words(layer: AnyLayer, words: str) -> None:
    assert summary(layer) == words


def test_shapes_are_written_with_crosses() -> None:
    assert [shape_text(shape) for shape in ((8, 8, 32), (10,), ())] == ["8×8×32", "10", "–"]


def test_the_sum_gives_the_parameters() -> None:
    layers = (Conv2D(kernel_size=5, filters=6), BatchNormalization(), MaxPool2D(), Flatten(), Dense(units=84))
    facts = describe_stack(OwnCNN(layers=layers), (28, 28, 3), 10).layers
    sums = [parameter_sum(layer, fact) for layer, fact in zip((*layers, None), facts, strict=True)]
    assert sums == ["(5·5·3 + 1) · 6", "4 · 6", "", "", "(1176 + 1) · 84", "(84 + 1) · 10"]
    for text, fact in zip(sums, facts, strict=True):
        assert eval(text.replace("·", "*") or "0") == fact.parameters


def test_the_largest_batch_that_fits() -> None:
    def spec(batch_size: int) -> RunSpec:
        data = DataSpec(image_size=224, colour_mode="rgb")
        training = TrainingSpec(batch_size=batch_size)
        return RunSpec(data=data, architecture=PRESETS["animals"].architecture, training=training)

    assert largest_batch(spec(32), 3, memory_needed(spec(8), 3)) == 8
    assert largest_batch(spec(33), 3, 10**15) == 32
    assert largest_batch(spec(32), 3, memory_needed(spec(1), 3) - 1) is None
    assert largest_batch(spec(1), 3, 10**15) is None


def test_the_largest_batch_of_a_transfer_network() -> None:
    data = DataSpec(image_size=64, colour_mode="rgb")
    spec = RunSpec(data=data, architecture=Transfer(train_from="block1_conv1"))
    smaller = spec.model_copy(update={"training": TrainingSpec(batch_size=4)})
    assert largest_batch(spec, 3, memory_needed(smaller, 3)) == 4
