"""What tests of explanations share: runs whose weights are as a test wants them, without any training."""

import numpy as np
import pytest

from core.architecture.layers import Conv2D, GlobalAveragePool2D, OwnCNN
from core.architecture.transfer import Transfer
from core.learning.checkpoint import Position, save_checkpoint
from core.learning.network import build_network
from core.phases import phases
from core.runs.submit import submit_run
from core.spec import DataSpec, RunSpec

VGG = Transfer(weights="random", train_from="block5_conv2", hidden=(8,))
STRIPES = OwnCNN(layers=(Conv2D(filters=2, kernel_size=2, padding="valid"), GlobalAveragePool2D()))


@pytest.fixture
def run_of(home):
    """Makes a run of digits with these layers, its first weights changed by `change`."""

    def make(architecture, change=lambda model: None, **data):
        if isinstance(architecture, Transfer):
            data = {"image_size": 32, "colour_mode": "rgb", **data}
        spec = RunSpec(data=DataSpec(**data), architecture=architecture)
        run = submit_run(home, spec)
        network = build_network(spec, 10)
        change(network.whole)
        learnt = network.cut(phases(spec)[-1].train_from).trained
        save_checkpoint(run.checkpoint, learnt, None, Position())
        return run

    return make


@pytest.fixture
def picture_for():
    """A picture that a run's model can see, of random pixels."""

    def make(run, seed=0):
        shape = run.info().spec.input_shape
        return np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)

    return make


def knows_stripes(model):
    """Class 0 is seen by upright edges, class 1 by lying ones; where they are does not matter."""
    edges = np.zeros((2, 2, 1, 2), np.float32)
    edges[:, 0, 0, 0] = edges[0, :, 0, 1] = 1
    edges[:, 1, 0, 0] = edges[1, :, 0, 1] = -1
    model.get_layer("conv2d_1").set_weights([edges, np.zeros(2, np.float32)])
    decides = np.zeros((2, 10), np.float32)
    decides[0, 0] = decides[1, 1] = 4
    model.get_layer("output").set_weights([decides, np.zeros(10, np.float32)])


@pytest.fixture
def stripes_run(run_of):
    return run_of(STRIPES, knows_stripes)


@pytest.fixture
def stripes():
    """(8, 8, 1): upright stripes on the left, lying ones on the right."""
    seen = np.zeros((8, 8, 1), np.uint8)
    seen[:, 0:4:2] = 255
    seen[0:8:2, 4:] = 255
    return seen


@pytest.fixture
def diverged(run_of):
    """A run whose weights are no numbers, as a training that diverged leaves them."""

    def spoil(model):
        model.set_weights([np.full_like(values, np.nan) for values in model.get_weights()])

    return run_of(STRIPES, spoil)
