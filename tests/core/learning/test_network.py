"""Transfer networks: pixels as the backbone knows them, what trains and what does not, one network in two halves."""

import keras
import numpy as np
import pytest

from core.architecture.backbones.graph import layers_of, steps_of
from core.architecture.backbones.table import BACKBONES
from core.architecture.describe import describe
from core.architecture.transfer import Transfer
from core.learning.network import build_network
from core.spec import DataSpec, RunSpec, TrainingSpec
from core.weights.arrays import read_arrays

VGG16 = "weights/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"
SIZE = 32  # px, the smallest that most backbones take
SMALL = ("vgg16", "mobilenet_v2", "mobilenet_v3_small", "efficientnet_b0")


def spec(size=SIZE, seed=0, **architecture):
    return RunSpec(
        data=DataSpec(dataset="x", image_size=size, colour_mode="rgb"),
        architecture=Transfer(**architecture),
        training=TrainingSpec(seed=seed),
    )


def pixels(count=2, size=SIZE):
    return np.random.default_rng(0).integers(0, 256, (count, size, size, 3)).astype(np.uint8)


def floats(count=2, size=SIZE):
    return pixels(count, size).astype(np.float32)


def count_of(variables):
    return sum(int(np.prod(variable.shape)) for variable in variables)


def test_the_notebooks_fine_tuning_has_its_published_counts():
    network = build_network(spec(224, train_from="block5_conv3"), 3)
    network.cut("block5_conv3")
    assert network.whole.count_params() == 17_936_515
    assert count_of(network.whole.trainable_variables) == 5_581_635


@pytest.mark.parametrize("backbone", SMALL)
def test_counts_are_those_that_were_described(backbone):
    for train_from in ("", steps_of(backbone, SIZE)[-3].name):
        asked = spec(backbone=backbone, train_from=train_from, pooling="average", hidden=(8,), dropout=0.2)
        network = build_network(asked, 3)
        cut, facts = network.cut(train_from), describe(asked, 3)
        assert count_of(network.whole.weights) - count_of(seeds_of(network.whole)) == facts.parameters
        assert count_of(network.whole.trainable_variables) == facts.trainable_parameters
        assert count_of(cut.trained.trainable_variables) == facts.trainable_parameters


def seeds_of(model):
    """States of dropout's random streams, which Keras counts as weights in some versions."""
    return [weight for weight in model.weights if "seed" in weight.path]


@pytest.mark.parametrize("name", list(BACKBONES))
def test_pixels_are_made_ready_as_keras_does_it(name):
    entry = BACKBONES[name]
    module = getattr(keras.applications, entry.module)
    network = build_network(spec(entry.smallest, backbone=name, pooling="average", hidden=()), 3)
    seen = floats(size=entry.smallest)
    reached = keras.Model(network.whole.input, made_ready(network, name))(seen)
    if name == "efficientnet_b0":  # Keras's own function leaves it to layers; its authors: (x / 255 − mean) / spread
        expected = (seen / 255 - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])
    elif name == "mobilenet_v3_small":  # likewise: from −1 to 1
        expected = seen / 127.5 - 1
    else:
        expected = module.preprocess_input(seen.copy())
    np.testing.assert_allclose(reached, expected, atol=2e-5)


def made_ready(network, name):
    """What goes into the backbone's first layer of its own."""
    return network.body[2].output if name == "efficientnet_b0" else network.body[1].input


def test_raw_pixels_reach_the_backbone_as_they_are():
    for name in ("vgg16", "efficientnet_b0"):
        network = build_network(spec(backbone=name, preprocessing="none", pooling="average", hidden=()), 3)
        reached = keras.Model(network.whole.input, made_ready(network, name))(floats())
        np.testing.assert_allclose(reached, pixels(), atol=1e-3)


@pytest.mark.parametrize("backbone", SMALL)
def test_both_halves_together_are_the_whole_wherever_it_is_cut(backbone):
    steps = steps_of(backbone, SIZE)
    network = build_network(spec(backbone=backbone, pooling="max", hidden=(4,)), 3)
    whole = network.whole(floats())
    for train_from in ("", steps[-1].name, steps[len(steps) // 2].name):
        cut = network.cut(train_from)
        assert cut.frozen is not None
        np.testing.assert_allclose(cut.trained(cut.frozen(floats())), whole, atol=1e-6)
    np.testing.assert_allclose(cut.joined()(floats()), whole, atol=1e-6)
    assert network.cut(steps[0].name).frozen is None


def test_a_place_is_cut_once_and_each_time_what_lies_behind_it_learns():
    """A run of two phases asks for its last cut three times; each time two models of the whole network were made."""
    network = build_network(spec(train_from="block5_conv3", hidden=(4,)), 3)
    deep, head = network.cut("block5_conv3"), network.cut("")
    frozen = count_of(head.trained.trainable_variables)
    assert count_of(network.whole.trainable_variables) == frozen
    assert network.cut("block5_conv3") is deep
    assert count_of(network.whole.trainable_variables) == frozen + 2_359_808
    assert network.cut("") is head
    assert count_of(network.whole.trainable_variables) == frozen


def test_batch_normalisation_of_the_backbone_answers_as_outside_training():
    network = build_network(spec(backbone="mobilenet_v2", pooling="average", hidden=()), 3)
    train_from = steps_of("mobilenet_v2", SIZE)[-4].name
    cut = network.cut(train_from)
    assert cut.frozen is not None
    trained, middle = cut.trained, np.asarray(cut.frozen(floats(8)))
    before = [np.array(variable) for variable in trained.non_trainable_variables]
    np.testing.assert_allclose(trained(middle, training=True), trained(middle, training=False), atol=1e-6)
    trained.compile("sgd", "mse", jit_compile=False)
    trained.train_on_batch(middle, np.zeros((8, 3)))
    for old, variable in zip(before, trained.non_trainable_variables, strict=True):
        np.testing.assert_array_equal(old, variable)


def test_weights_come_from_the_file(assets):
    network = build_network(spec(), 3, assets / VGG16)
    rows = [row for row in layers_of("vgg16") if row.weights]
    for row, arrays in zip(rows, read_arrays(assets / VGG16, "vgg16"), strict=True):
        for expected, found in zip(arrays, network.whole.get_layer(row.name).get_weights(), strict=True):
            np.testing.assert_array_equal(found, expected)


def test_random_weights_are_a_function_of_the_seed():
    first, again, other = (
        build_network(spec(seed=seed, backbone="mobilenet_v3_small", hidden=(4,)), 3).whole.get_weights()
        for seed in (0, 0, 1)
    )
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(first, other, strict=True))


@pytest.mark.parametrize("backbone", SMALL)
def test_the_whole_network_can_be_kept_and_opened(backbone, tmp_path):
    network = build_network(spec(backbone=backbone, train_from=steps_of(backbone, SIZE)[-1].name), 3)
    network.cut(steps_of(backbone, SIZE)[-1].name)
    network.whole.save(tmp_path / "model.keras")
    opened = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(opened(floats()), network.whole(floats()), atol=1e-6)
