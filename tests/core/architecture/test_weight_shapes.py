"""Shapes of weights by arithmetic, against those of Keras's own models."""

from __future__ import annotations

import pytest

from core.architecture.backbones.table import BACKBONES, BackboneName
from core.architecture.layers import AveragePool2D, BatchNormalization, Conv2D, Dense, Dropout, Flatten, OwnCNN
from core.architecture.transfer import RANDOM, Transfer
from core.architecture.weight_shapes import weight_shapes
from core.errors import ArchitectureError
from core.learning.network import build_network, layer_weights
from core.spec import DataSpec, RunSpec, TrainingSpec


def assert_same_shapes(spec: RunSpec, classes: int) -> None:
    model = build_network(spec, classes).whole
    assert weight_shapes(spec, classes) == tuple(tuple(weight.shape) for weight in layer_weights(model))


def test_of_a_stack() -> None:
    layers = (
        Conv2D(filters=3, kernel_size=2, strides=2),
        BatchNormalization(),
        AveragePool2D(pool_size=2),
        Flatten(),
        Dropout(rate=0.5),
        Dense(units=5),
    )
    spec = RunSpec(architecture=OwnCNN(layers=layers))
    assert weight_shapes(spec, 4) == (
        *((2, 2, 1, 3), (3,)),
        *[(3,)] * 4,
        *((12, 5), (5,)),
        *((5, 4), (4,)),
    )
    assert_same_shapes(spec, 4)


def test_of_one_number_for_two_classes() -> None:
    assert_same_shapes(RunSpec(training=TrainingSpec(loss="binary_crossentropy")), 2)


@pytest.mark.parametrize("backbone", BACKBONES)
def test_of_a_backbone_and_its_head(backbone: BackboneName) -> None:
    """Where branches run beside each other, Keras's order of layers is held against ours as well."""
    data = DataSpec(image_size=max(32, BACKBONES[backbone].smallest), colour_mode="rgb")
    architecture = Transfer(backbone=backbone, weights=RANDOM, hidden=(7, 5), dropout=0.1, pooling="average")
    assert_same_shapes(RunSpec(data=data, architecture=architecture), 3)


def test_of_a_network_that_cannot_be_built() -> None:
    with pytest.raises(ArchitectureError, match="row of numbers"):
        weight_shapes(RunSpec(architecture=OwnCNN(layers=(Conv2D(filters=1),))), 3)
