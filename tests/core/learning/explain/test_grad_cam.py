"""Grad-CAM, held against a plain computation with a gradient tape over the whole model."""

import gc
import weakref

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.architecture.layers import (
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool2D,
    MaxPool2D,
    OwnCNN,
)
from core.architecture.transfer import Transfer
from core.errors import StudioError
from core.learning.explain import asked
from core.learning.explain.grad_cam import CamProbe, grad_cam, probe_of
from core.learning.network import build_network
from core.learning.predict import load_trained
from core.spec import DataSpec, RunSpec, TrainingSpec
from tests.core.learning.explain.conftest import VGG

DEEP = OwnCNN(
    layers=(
        Conv2D(filters=4, activation="elu"),
        MaxPool2D(),
        Conv2D(filters=6, activation="linear"),
        BatchNormalization(),
        Dropout(rate=0.5),
        Flatten(),
        Dense(units=5, activation="tanh"),
    )
)


def plainly(model, seen, number, name):
    """Grad-CAM by its formula, under a tape that records the whole model from the pixels on."""
    output = model.get_layer("output")
    inside = keras.Model(model.inputs[0], [model.get_layer(name).output, output.input])
    with tf.GradientTape() as tape:
        pixels = tf.constant(seen[None], tf.float32)
        tape.watch(pixels)
        maps, features = inside(pixels, training=False)
        scores = features @ output.kernel + output.bias
        score = scores[0, number] if scores.shape[1] > 1 else (scores[0, 0] if number else -scores[0, 0])
    weights = tape.gradient(score, maps).numpy()[0].mean(axis=(0, 1))
    heat = np.maximum((weights * maps.numpy()[0]).sum(axis=-1), 0)
    return heat / max(heat.max(), 1e-30)


def shown(heat):
    assert heat.dtype == np.float32
    assert heat.min() >= 0
    assert heat.max() in (0, 1)
    return heat


@pytest.mark.parametrize("name", ["conv2d_1", "conv2d_3", "batch_normalization_4"])
def test_an_own_network_as_by_the_formula(run_of, picture_for, name):
    run = run_of(DEEP)
    seen, model = picture_for(run), load_trained(run).model
    heats = []
    for number in range(10):
        found = grad_cam(run, None, seen, number, name)
        np.testing.assert_allclose(shown(found.heat), plainly(model, seen, number, name), atol=1e-4)
        heats.append(found.heat)
    assert np.ptp(heats, axis=0).max() > 0.5, "classes differ"
    np.testing.assert_allclose(found.probabilities, model.predict(seen[None], verbose=0)[0], atol=1e-6)
    assert found.layers == ("conv2d_1", "conv2d_3", "batch_normalization_4")


@pytest.mark.parametrize("name", ["block1_conv2", "block3_conv1", "block5_conv3"])
def test_vgg16_as_by_the_formula(run_of, picture_for, name):
    run = run_of(VGG)
    seen, model = picture_for(run), load_trained(run).model
    heats = [grad_cam(run, None, seen, number, name).heat for number in range(4)]
    for number, heat in enumerate(heats):
        np.testing.assert_allclose(shown(heat), plainly(model, seen, number, name), atol=1e-3)
    assert np.any(heats)


def test_one_number_for_two_classes_speaks_for_either():
    spec = RunSpec(architecture=DEEP, training=TrainingSpec(loss="binary_crossentropy"))
    model = build_network(spec, 2).whole
    seen = np.random.default_rng(0).integers(0, 256, (8, 8, 1)).astype(np.uint8)
    for number in (0, 1):
        probabilities, heats = CamProbe(model, "conv2d_1").answers(seen[None], np.array([number]))
        np.testing.assert_allclose(heats[0], plainly(model, seen, number, "conv2d_1"), atol=1e-4)
    one = model.predict(seen[None], verbose=0)[0, 0]
    np.testing.assert_allclose(probabilities, [[1 - one, one]], atol=1e-6)


def test_the_heat_lies_where_the_class_is_seen(stripes_run, stripes):
    upright, lying = (grad_cam(stripes_run, None, stripes, number).heat for number in (0, 1))
    assert upright.shape == (7, 7)
    assert (upright[:, :3].max(axis=0) == 1).any()
    assert upright[:, 4:].max() == 0
    assert lying[:, :3].max() == 0
    assert lying[:, 4:].max() == 1


def test_without_a_class_it_is_about_the_one_named(stripes_run, stripes):
    found = grad_cam(stripes_run, None, stripes)
    assert found.class_number == found.probabilities.argmax()
    np.testing.assert_array_equal(found.heat, grad_cam(stripes_run, None, stripes, found.class_number).heat)


def test_where_nothing_speaks_for_a_class_there_is_no_heat(stripes_run, stripes):
    assert not grad_cam(stripes_run, None, stripes, 7).heat.any()
    assert not grad_cam(stripes_run, None, np.zeros_like(stripes), 0).heat.any()


def test_the_end_of_the_last_convolutions_work_is_asked_unless_said_otherwise():
    """That is what a network reads on from; maps of one place show nothing and are not offered."""
    ends = {"vgg16": "block5_conv3", "densenet121": "relu"}
    for backbone, end in ends.items():
        model = build_network(transfer(backbone, 64), 3).whole
        assert asked.heat_layers(model)[-1].name == end
    small = build_network(transfer("mobilenet_v3_small", 64), 3).whole
    names = [layer.name for layer in asked.heat_layers(small)]
    assert "expanded_conv_depthwise" in names
    assert not [name for name in names if "squeeze" in name]


def transfer(backbone, size):
    architecture = Transfer(backbone=backbone, weights="random", pooling="average", hidden=())
    return RunSpec(data=DataSpec(dataset="x", image_size=size, colour_mode="rgb"), architecture=architecture)


def test_shortcuts_and_gates_are_no_hindrance():
    model = build_network(transfer("mobilenet_v3_small", 64), 3).whole
    pictures = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3)).astype(np.uint8)
    for name in ("expanded_conv_4_expand", asked.heat_layers(model)[-1].name):
        probabilities, heats = CamProbe(model, name).answers(pictures, np.arange(2))
        np.testing.assert_allclose(probabilities, model.predict(pictures, verbose=0), atol=1e-5)
        for number in range(2):
            np.testing.assert_allclose(heats[number], plainly(model, pictures[number], number, name), atol=1e-3)
        assert heats.any()


def test_many_pictures_are_answered_as_one_by_one(run_of, picture_for):
    run = run_of(DEEP)
    pictures = np.stack([picture_for(run, seed) for seed in range(5)])
    probe = CamProbe(load_trained(run).model)
    probe._most = 2
    probabilities, heats = probe.answers(pictures)
    assert (probabilities.shape, heats.shape) == ((5, 10), (5, 4, 4))
    for place, seen in enumerate(pictures):
        found = grad_cam(run, None, seen)
        np.testing.assert_allclose(heats[place], found.heat, atol=1e-5)
        np.testing.assert_allclose(probabilities[place], found.probabilities, atol=1e-6)


def test_from_kept_outputs_of_a_frozen_part_it_is_the_same():
    spec = transfer("vgg16", 32)
    network = build_network(spec, 3)
    cut = network.cut("block5_conv3")
    assert cut.frozen is not None
    pictures = np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3)).astype(np.uint8)
    kept = cut.frozen.predict(pictures, verbose=0)
    for whole, late in zip(
        CamProbe(network.whole).answers(pictures),
        CamProbe(network.whole, start=cut.frozen.output).answers(kept),
        strict=True,
    ):
        np.testing.assert_allclose(late, whole, atol=1e-4)


def test_weights_that_change_are_seen_by_the_same_probe(stripes_run, stripes):
    model = load_trained(stripes_run).model
    probe = probe_of(model)
    before = probe.answers(stripes[None], np.array([0]))[1]
    kernel, bias = model.get_layer("output").get_weights()
    model.get_layer("output").set_weights([kernel[:, [1, 0, *range(2, 10)]], bias])
    assert probe_of(model) is probe
    after = probe.answers(stripes[None], np.array([0]))[1]
    assert before[0, :, :3].max() == after[0, :, 4:].max() == 1


def test_a_probe_goes_with_its_model():
    model = build_network(RunSpec(architecture=DEEP), 10).whole
    probe_of(model).answers(np.zeros((1, 8, 8, 1), np.uint8))
    still_there = weakref.ref(model)
    assert model in asked._kept
    del model
    gc.collect()
    assert still_there() is None


@pytest.mark.parametrize(
    ("number", "layer", "message"),
    [
        (10, "", "“class” is expected to be a number from 0 to 9; 10 came"),
        (-1, "", "from 0 to 9; -1 came"),
        ("3", "", "from 0 to 9; 3 came"),
        (None, "output", "no layer “output” .* from “conv2d_1” to “batch_normalization_4”"),
        (None, "<b>" * 99, "no layer “<b>"),
    ],
)
def test_what_is_not_there_is_refused_in_words(run_of, picture_for, number, layer, message):
    run = run_of(DEEP)
    with pytest.raises(StudioError, match=message):
        grad_cam(run, None, picture_for(run), number, layer)


def test_pictures_of_another_size_are_refused(run_of):
    with pytest.raises(StudioError, match="takes pictures of 8×8×1; one of 9×8×1 came"):
        grad_cam(run_of(DEEP), None, np.zeros((9, 8, 1), np.uint8))


def test_networks_without_a_convolution_are_told_so(run_of, picture_for):
    run = run_of(OwnCNN(layers=(Flatten(), Dense(units=4))))
    with pytest.raises(StudioError, match="no convolution"):
        grad_cam(run, None, picture_for(run))
    pooled = run_of(OwnCNN(layers=(MaxPool2D(), GlobalAveragePool2D())))
    with pytest.raises(StudioError, match="no convolution"):
        grad_cam(pooled, None, picture_for(pooled))


def test_answers_that_are_no_numbers_are_said_in_words(diverged, stripes):
    with pytest.raises(StudioError, match="training diverged"):
        grad_cam(diverged, None, stripes)
