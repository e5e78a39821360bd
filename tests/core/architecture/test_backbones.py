"""The layers, shapes and steps of backbones, held against Keras's own models."""

from __future__ import annotations

import json
import math
from functools import cache

import pytest

from core.architecture.backbones.graph import GRAPHS, Shape, layers_of, sized, steps_of
from core.architecture.backbones.table import BACKBONES, BackboneName

# A mistake in rounding would show at the smallest size or an odd one.
SIZES = [(name, size) for name, entry in BACKBONES.items() for size in (entry.smallest, 75, entry.native_size)]


@cache
def keras_model(name: BackboneName, size: int):
    import keras

    from core.learning.backbone import keras_backbone

    keras.backend.clear_session(free_memory=False)  # else Keras goes on counting in its names
    return keras_backbone(name, keras.Input((size, size, 3)))


def test_a_table_entry_has_a_graph() -> None:
    assert {path.stem for path in GRAPHS.iterdir()} == set(BACKBONES)


@pytest.mark.parametrize("name", BACKBONES)
def test_the_files_say_what_keras_builds(name: BackboneName) -> None:
    """Where this fails after an update of Keras: python -m core.learning.backbone_graphs."""
    from core.learning.backbone_graphs import rows_of

    assert rows_of(keras_model(name, BACKBONES[name].native_size)) == json.loads(
        (GRAPHS / f"{name}.json").read_text(encoding="utf-8")
    )


@pytest.mark.parametrize(("name", "size"), SIZES)
def test_shapes_and_parameters_are_those_of_keras(name: BackboneName, size: int) -> None:
    operations = keras_model(name, size).operations
    for operation, entry in zip(operations, sized(name, size), strict=True):
        ours: Shape = entry.output_shape
        theirs = tuple(operation.output.shape[1:])
        assert ours == (theirs if len(theirs) == 3 else (1, 1, *theirs)), entry.layer.name
        assert entry.layer.parameters == sum(math.prod(weight.shape) for weight in getattr(operation, "weights", ()))


@pytest.mark.parametrize("name", BACKBONES)
def test_the_table_states_the_parameters_and_the_smallest_size(name: BackboneName) -> None:
    import keras

    from core.learning.backbone import keras_backbone

    entry = BACKBONES[name]
    assert sum(layer.parameters for layer in layers_of(name)) == entry.parameters
    assert keras_model(name, entry.native_size).count_params() == entry.parameters
    with pytest.raises(ValueError, match="at least"):
        keras_backbone(name, keras.Input((entry.smallest - 1, entry.smallest - 1, 3)))


@pytest.mark.parametrize(("name", "size"), SIZES)
def test_steps_part_the_layers(name: BackboneName, size: int) -> None:
    steps, layers = steps_of(name, size), layers_of(name)
    assert not any(layer.can_learn for layer in layers[: steps[0].first])
    assert [step.end for step in steps] == [*(step.first for step in steps[1:]), len(layers)]
    assert len({step.name for step in steps}) == len(steps)
    for step in steps:
        own = layers[step.first : step.end]
        assert step.name == next(layer.name for layer in own if layer.can_learn)
        assert step.parameters == sum(layer.parameters for layer in own)
        assert step.learnable == sum(layer.parameters for layer in own if layer.can_learn)
        assert step.shape == sized(name, size)[step.end - 1].output_shape
    stages = [step.stage for step in steps]
    assert stages == sorted(stages)
    assert set(stages) == set(range(1, stages[-1] + 1))


@pytest.mark.parametrize("name", BACKBONES)
def test_in_front_of_every_step_the_network_is_one_map(name: BackboneName) -> None:
    """Keras refuses a model whose layers need something else than its input."""
    import keras

    model = keras_model(name, 75)
    steps = steps_of(name, 75)
    for step in {steps[place] for place in (1, len(steps) // 3, len(steps) // 2, -1)}:
        rest = keras.Model(model.operations[step.first - 1].output, model.output)
        behind = {operation.name for operation in model.operations[step.first :]}
        assert {operation.name for operation in rest.operations[1:]} == behind
        assert rest.output_shape == model.output_shape


def test_vgg16_has_a_step_a_convolution() -> None:
    steps = steps_of("vgg16", 224)
    assert len(steps) == 13
    assert steps[-1].name == "block5_conv3"
    assert [step.stage for step in steps] == [1, 1, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5]
    assert steps[-1].shape == (7, 7, 512)
    assert steps[-1].learnable == steps[-1].parameters == 3 * 3 * 512 * 512 + 512
    assert layers_of("vgg16")[steps[-1].first - 1].name == "block5_conv2"


def test_vgg16_multiplies_as_often_as_its_kernels_and_maps_say() -> None:
    """15,346,630,656 a picture of 224 px; the paper's 15.5 × 10⁹ count the three dense layers too."""
    assert sum(entry.multiply_adds for entry in sized("vgg16", 224)) == 15_346_630_656
