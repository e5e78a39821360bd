"""Feature maps of every layer, and the filters of the first."""

import keras
import numpy as np
import pytest

from core.architecture.layers import BatchNormalization, Conv2D, Dense, Dropout, Flatten, MaxPool2D, OwnCNN
from core.architecture.transfer import Transfer
from core.errors import StudioError
from core.learning.explain import maps as maps_module
from core.learning.explain.maps import feature_maps, first_filters
from core.learning.predict import load_trained
from tests.core.learning.explain.conftest import VGG

OWN = OwnCNN(
    layers=(Conv2D(filters=3), MaxPool2D(), BatchNormalization(), Dropout(), Conv2D(filters=70), Flatten(), Dense())
)


def real(model, name, seen):
    """(h, w, channels) that Keras itself gives there."""
    return keras.Model(model.inputs[0], model.get_layer(name).output).predict(seen[None], verbose=0)[0]


def test_every_layer_with_maps_in_order(run_of, picture_for):
    run = run_of(OWN)
    found = feature_maps(run, None, picture_for(run))
    assert [(maps.layer, maps.kind, maps.shape) for maps in found] == [
        ("conv2d_1", "conv", (8, 8, 3)),
        ("max_pool2d_2", "pool", (4, 4, 3)),
        ("batch_normalization_3", "normalisation", (4, 4, 3)),
        ("dropout_4", "dropout", (4, 4, 3)),
        ("conv2d_5", "conv", (4, 4, 70)),
    ]
    assert found[4].maps.shape == (64, 4, 4)


def test_maps_are_stretched_between_the_numbers_that_are_told(run_of, picture_for):
    run = run_of(OWN)
    seen = picture_for(run)
    for maps in feature_maps(run, None, seen):
        values = real(load_trained(run).model, maps.layer, seen).transpose(2, 0, 1)[: len(maps.maps)]
        np.testing.assert_allclose(maps.low, values.min(axis=(1, 2)), atol=1e-5)
        np.testing.assert_allclose(maps.high, values.max(axis=(1, 2)), atol=1e-5)
        spread = (maps.high - maps.low)[:, None, None]
        again = maps.low[:, None, None] + maps.maps / np.float32(255) * spread
        np.testing.assert_allclose(again, values, atol=spread.max() / 500)
        awake = maps.maps[~maps.quiet]
        assert (awake.min(axis=(1, 2)) == 0).all()
        assert (awake.max(axis=(1, 2)) == 255).all()


def test_a_map_that_is_the_same_everywhere_is_quiet(run_of, picture_for):
    def silence(model):
        layer = model.get_layer("conv2d_1")
        kernel, bias = layer.get_weights()
        kernel[..., :2], bias[:2] = 0, (-1, 2)  # ReLU makes 0 of the first
        layer.set_weights([kernel, bias])

    run = run_of(OWN, silence)
    maps = feature_maps(run, None, picture_for(run))[0]
    assert maps.quiet.tolist() == [True, True, False]
    assert maps.low[:2].tolist() == maps.high[:2].tolist() == [0, 2]
    assert not maps.maps[:2].any()


def test_large_maps_are_averaged_over_areas(run_of, picture_for):
    """112 px become 56: means of 2 by 2; 60 px become 56 as well."""
    stack = OwnCNN(layers=(Conv2D(filters=2), Conv2D(filters=2, kernel_size=5, padding="valid", strides=2), Flatten()))
    run = run_of(stack, image_size=112)
    seen = picture_for(run)
    first, second = feature_maps(run, None, seen)
    assert (first.maps.shape, first.shape) == ((2, 56, 56), (112, 112, 2))
    values = real(load_trained(run).model, "conv2d_1", seen).reshape(56, 2, 56, 2, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(first.high, values.max(axis=(0, 1)), rtol=1e-5)
    np.testing.assert_allclose(first.low, values.min(axis=(0, 1)), atol=1e-5)
    assert (second.maps.shape, second.shape) == ((2, 54, 54), (54, 54, 2))


def test_inside_a_backbone_and_not_what_makes_pixels_ready(run_of, picture_for):
    run = run_of(VGG)
    found = feature_maps(run, None, picture_for(run))
    assert [maps.layer for maps in found][:3] == ["block1_conv1", "block1_conv2", "block1_pool"]
    assert (found[-1].layer, found[-1].shape, len(found)) == ("block5_pool", (1, 1, 512), 18)
    assert found[-1].quiet.all(), "one number has no pattern"


def test_networks_of_hundreds_of_layers_show_fewer_maps_of_each():
    assert maps_module._maps_shown((1, 56, 56, 256), 18) == 64
    assert maps_module._maps_shown((1, 112, 112, 256), 400) == 16
    assert maps_module._maps_shown((1, 112, 112, 3), 400) == 3
    assert maps_module._maps_shown((1, 7, 7, 256), 400) == 64


def test_the_first_filters_are_those_of_the_model(run_of):
    run = run_of(OWN)
    filters = first_filters(run)
    kernel, bias = load_trained(run).model.get_layer("conv2d_1").get_weights()
    np.testing.assert_array_equal(filters.kernels, kernel)
    np.testing.assert_array_equal(filters.biases, bias)
    assert (filters.layer, filters.kernels.shape) == ("conv2d_1", (3, 3, 1, 3))


def test_the_first_filters_of_a_backbone_are_told_as_red_green_and_blue(run_of):
    for preprocessing, turned in (("its_own", True), ("none", False)):
        run = run_of(VGG.model_copy(update={"preprocessing": preprocessing}))
        kernel = load_trained(run).model.get_layer("block1_conv1").get_weights()[0]
        np.testing.assert_array_equal(first_filters(run).kernels, kernel[:, :, ::-1] if turned else kernel)
    mobile = run_of(Transfer(backbone="mobilenet_v2", weights="random", pooling="average", hidden=()))
    filters = first_filters(mobile)
    np.testing.assert_array_equal(filters.kernels, load_trained(mobile).model.get_layer("Conv1").get_weights()[0])
    assert filters.biases.tolist() == [0] * 32, "it has no bias"


def test_what_is_not_there_is_refused_in_words(run_of, picture_for, diverged, stripes):
    flat = run_of(OwnCNN(layers=(Flatten(), Dense(units=4))))
    with pytest.raises(StudioError, match="no convolution, so no filters"):
        first_filters(flat)
    with pytest.raises(StudioError, match="no layer that gives maps"):
        feature_maps(flat, None, picture_for(flat))
    with pytest.raises(StudioError, match="training diverged"):
        feature_maps(diverged, None, stripes)
    with pytest.raises(StudioError, match="training diverged"):
        first_filters(diverged)
    with pytest.raises(StudioError, match="weights of epoch 8 were not kept"):
        first_filters(flat, 7)
