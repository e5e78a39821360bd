from __future__ import annotations

from typing import Any

import keras
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from core.architecture.describe import describe
from core.architecture.keras_code import keras_code
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
from core.architecture.presets import PRESETS
from core.architecture.shapes import LayerFacts, Shape, StackFacts, describe_stack, training_memory
from core.learning.build import build_model
from core.spec import DataSpec, Optimizer, RunSpec


def stack(*layers: AnyLayer) -> OwnCNN:
    return OwnCNN(layers=layers)


def problem_of(*layers: AnyLayer, side: int = 8) -> tuple[int, str]:
    problem = describe_stack(stack(*layers), (side, side, 1), 10).problem
    assert problem
    return problem.index, problem.message


def test_every_layer_of_a_small_stack() -> None:
    facts = describe_stack(
        stack(Conv2D(filters=2), BatchNormalization(), MaxPool2D(), Dropout(), Flatten(), Dense(units=5)), (4, 4, 3), 10
    )
    assert facts.problem is None
    assert facts.layers == (
        LayerFacts("conv2d", "Conv2D", (4, 4, 3), (4, 4, 2), 56, 56, 864),
        LayerFacts("batch_normalization", "BatchNormalization", (4, 4, 2), (4, 4, 2), 8, 4),
        LayerFacts("max_pool2d", "MaxPool2D", (4, 4, 2), (2, 2, 2)),
        LayerFacts("dropout", "Dropout", (2, 2, 2), (2, 2, 2)),
        LayerFacts("flatten", "Flatten", (2, 2, 2), (8,)),
        LayerFacts("dense", "Dense", (8,), (5,), 45, 45, 40),
        LayerFacts("output", "Output", (5,), (10,), 60, 60, 50),
    )
    assert (facts.parameters, facts.trainable_parameters, facts.multiply_adds) == (169, 165, 954)


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (Conv2D(kernel_size=3, strides=2, padding="same", filters=1), (4, 3, 1)),
        (Conv2D(kernel_size=3, strides=2, padding="valid", filters=1), (3, 2, 1)),
        (Conv2D(kernel_size=5, strides=8, padding="valid", filters=1), (1, 1, 1)),
        (MaxPool2D(pool_size=3, strides=2, padding="same"), (4, 3, 1)),
        (AveragePool2D(pool_size=2, strides=1), (6, 4, 1)),
        (GlobalAveragePool2D(), (1,)),
    ],
)
def test_sizes_of_a_map_that_is_not_square(layer: AnyLayer, expected: Shape) -> None:
    assert describe_stack(stack(layer), (7, 5, 1), 10).layers[0].output_shape == expected


def test_binary_loss_has_one_output() -> None:
    facts = describe_stack(stack(Flatten()), (2, 2, 1), 2, "binary_crossentropy")
    assert facts.layers[-1] == LayerFacts("output", "Output", (4,), (1,), 5, 5, 4)


def test_binary_loss_needs_two_classes() -> None:
    problem = describe_stack(stack(Flatten()), (2, 2, 1), 3, "binary_crossentropy").problem
    assert problem
    assert problem.index == 1
    assert "there are 3 here" in problem.message


def test_one_pool_too_many_is_named_and_the_layers_before_it_are_told() -> None:
    facts = describe_stack(stack(MaxPool2D(), MaxPool2D(), MaxPool2D(pool_size=3), Flatten()), (8, 8, 1), 10)
    assert [layer.output_shape for layer in facts.layers] == [(4, 4, 1), (2, 2, 1)]
    assert facts.problem
    assert facts.problem.index == 2
    assert facts.problem.message == (
        "The picture is 2×2 here; this 3×3 pool with stride 2 was one too many. "
        "Remove it, make it smaller, or shrink the picture less before it."
    )


def test_kernel_larger_than_the_map() -> None:
    index, message = problem_of(Conv2D(kernel_size=9, padding="valid"))
    assert index == 0
    assert message.startswith("The picture is 8×8 here, too small for this 9×9 kernel without a border.")


@pytest.mark.parametrize("layer", [Conv2D(), MaxPool2D(), AveragePool2D(), GlobalAveragePool2D()])
def test_layers_of_maps_refuse_a_row(layer: AnyLayer) -> None:
    index, message = problem_of(Flatten(), layer)
    assert index == 1
    assert "needs a map (height × width × channels), but gets a row of numbers (length 64)." in message


def test_dense_and_the_output_layer_refuse_a_map() -> None:
    advice = "needs a row of numbers but gets a 8×8×1 map: put Flatten or global average pooling before it."
    assert problem_of(Dense()) == (0, f"Dense {advice}")
    assert problem_of() == (0, f"The output layer {advice}")


windows = {"strides": st.integers(1, 4), "padding": st.sampled_from(["same", "valid"])}
map_layers = st.one_of(
    st.builds(Conv2D, filters=st.integers(1, 4), kernel_size=st.integers(1, 6), **windows),
    st.builds(MaxPool2D, pool_size=st.integers(1, 6), **windows),
    st.builds(AveragePool2D, pool_size=st.integers(1, 6), **windows),
    st.builds(BatchNormalization),
)
row_layers = st.one_of(
    st.builds(Dense, units=st.integers(1, 6)), st.builds(Dropout), st.builds(BatchNormalization), st.builds(Flatten)
)


@st.composite
def specs(draw: st.DrawFn) -> RunSpec:
    """Small pictures and up to six layers; in about a quarter of them a window finds no place."""
    ends = draw(st.sampled_from([Flatten(), GlobalAveragePool2D()]))
    layers = (*draw(st.lists(map_layers, max_size=3)), ends, *draw(st.lists(row_layers, max_size=2)))
    colour = draw(st.sampled_from(["grey", "rgb"]))
    return RunSpec(
        data=DataSpec(image_size=draw(st.integers(4, 12)), colour_mode=colour), architecture=OwnCNN(layers=layers)
    )


@settings(deadline=None, max_examples=60)
@given(specs())
def test_keras_agrees_on_random_stacks(spec: RunSpec) -> None:
    facts = describe(spec, 3)
    code = keras_code(spec, ("a", "b", "c"))
    scope: dict[str, Any] = {}
    if facts.problem:
        with pytest.raises(ValueError, match="zero or negative"):
            exec(code, scope)
    else:
        exec(code, scope)
        assert_like_keras(facts, scope["model"])


def assert_like_keras(facts: StackFacts, model: Any) -> None:
    rescaling, *layers = model.layers
    assert rescaling.output.shape[1:] == facts.input_shape
    assert [layer.output.shape[1:] for layer in layers] == [layer.output_shape for layer in facts.layers]
    assert [layer.count_params() for layer in layers] == [layer.parameters for layer in facts.layers]
    trainable = [sum(keras.ops.size(weight) for weight in layer.trainable_weights) for layer in layers]
    assert trainable == [layer.trainable_parameters for layer in facts.layers]


def test_multiply_adds_are_half_of_the_float_operations_that_tensorflow_counts() -> None:
    layers = (
        Conv2D(filters=4, strides=2),
        Conv2D(filters=5, kernel_size=2, padding="valid"),
        Flatten(),
        Dense(units=7),
    )
    spec = RunSpec(data=DataSpec(image_size=9, colour_mode="rgb"), architecture=OwnCNN(layers=layers))
    model = tf.function(build_model(spec, 3)).get_concrete_function(tf.TensorSpec((1, *spec.input_shape)))
    options = tf.compat.v1.profiler.ProfileOptionBuilder(tf.compat.v1.profiler.ProfileOptionBuilder.float_operation())
    counted = tf.compat.v1.profiler.profile(model.graph, cmd="op", options=options.with_empty_output().build())
    operations = {}
    while counted.children:  # each kind of operation is the only child of the one before it
        counted = counted.children[0]
        operations[counted.name] = counted.float_ops
    facts = describe(spec, 3)
    assert 2 * facts.multiply_adds == operations["Conv2D"] + operations["MatMul"]


def test_memory_of_a_stack_counted_by_hand() -> None:
    facts = describe_stack(stack(BatchNormalization(), Flatten()), (4, 4, 1), 10)
    activations = 2 * 8 * (16 + 16 + 10)  # pixels, batch normalisation, output; Flatten is free
    weights = 174 + 172 * 3  # two of the numbers of batch normalisation are not trained
    assert training_memory(facts, 8, "adam") == 780_000_000 + int(4 * (1.2 * activations + 1.75 * weights))


@pytest.mark.parametrize(
    ("architecture", "side", "batch_size", "optimizer", "measured"),
    [
        (stack(Conv2D(filters=64), Conv2D(filters=128), GlobalAveragePool2D()), 64, 128, "adam", 1428),
        (PRESETS["animals"].architecture, 112, 32, "adam", 1584),
        (PRESETS["animals"].architecture, 112, 128, "adam", 4166),
        (PRESETS["small"].architecture, 96, 64, "sgd", 1339),
        (stack(Flatten(), Dense(units=4096), Dense(units=1024)), 64, 32, "rmsprop", 2646),
    ],
)
def test_memory_is_near_what_was_measured(
    architecture: OwnCNN, side: int, batch_size: int, optimizer: Optimizer, measured: int
) -> None:
    """`measured` is the peak resident memory in MiB of a process that made four training steps."""
    facts = describe_stack(architecture, (side, side, 3), 3)
    assert training_memory(facts, batch_size, optimizer) / 2**20 == pytest.approx(measured, rel=0.2)
