"""Kernel × patch adds up to what Keras itself gives, wherever one looks."""

import keras
import numpy as np
import pytest

from core.architecture.layers import Conv2D, Dense, Flatten, MaxPool2D, OwnCNN
from core.architecture.transfer import Transfer
from core.errors import StudioError
from core.learning.explain.patch import box_of, cut_out, patch_product
from core.learning.predict import load_trained
from tests.core.learning.explain.conftest import VGG


def with_biases(model):
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D) and layer.use_bias:
            kernel, bias = layer.get_weights()
            layer.set_weights([kernel, np.linspace(-1, 1, len(bias))])


def assert_adds_up(run, seen, name, places):
    """At (row, column, filter): the products, the sum and the bias, and Keras's own number behind the activation."""
    model = load_trained(run).model
    layer = model.get_layer(name)
    goes_in, comes_out = keras.Model(model.inputs[0], [layer.input, layer.output]).predict(seen[None], verbose=0)
    for row, column, number in places:
        found = patch_product(run, None, seen, name, number, row, column)
        np.testing.assert_allclose(found.products, found.patch * found.kernel)
        assert found.total == pytest.approx(found.products.sum(dtype=np.float64))
        assert found.before == pytest.approx(found.total + found.bias)
        expected, scale = comes_out[0, row, column, number], float(np.abs(found.products).sum()) + abs(found.bias)
        assert found.after == pytest.approx(expected, rel=1e-4, abs=1e-6 * scale)
        assert found.output == pytest.approx(expected, rel=1e-4, abs=1e-6 * scale)
        assert found.input_shape == goes_in.shape[1:]
        assert found.patch.shape == found.kernel.shape


def corners_of(shape):
    """The four corners and the middle, through the filters."""
    height, width, filters = shape
    rows, columns = (0, height // 2, height - 1), (0, width // 2, width - 1)
    return [(row, column, (5 * row + 3 * column) % filters) for row in rows for column in columns]


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("strides", [1, 2, 3])
@pytest.mark.parametrize(("kernel_size", "activation"), [(3, "relu"), (2, "tanh"), (4, "gelu"), (1, "sigmoid")])
def test_own_networks_whatever_the_stride_padding_and_activation(
    run_of, picture_for, padding, strides, kernel_size, activation
):
    asked = Conv2D(filters=3, kernel_size=kernel_size, strides=strides, padding=padding, activation=activation)
    last = asked.model_copy(update={"strides": 1, "activation": "elu", "padding": "same"})
    run = run_of(OwnCNN(layers=(asked, last, Flatten())), with_biases, image_size=11)
    for name in ("conv2d_1", "conv2d_2"):
        shape = load_trained(run).model.get_layer(name).output.shape[1:]
        assert_adds_up(run, picture_for(run), name, corners_of(shape))


@pytest.mark.parametrize("activation", ["linear", "relu", "elu", "gelu", "silu", "tanh", "sigmoid"])
def test_every_activation_goes_by_its_name(run_of, picture_for, activation):
    run = run_of(OwnCNN(layers=(Conv2D(filters=2, activation=activation), Flatten())), with_biases)
    assert patch_product(run, None, picture_for(run), "conv2d_1", 0, 4, 4).activation == activation
    assert_adds_up(run, picture_for(run), "conv2d_1", corners_of((8, 8, 2)))


def test_deep_inside_vgg16(run_of, picture_for):
    run = run_of(VGG, with_biases)
    for name, shape in (("block1_conv1", (32, 32, 64)), ("block3_conv2", (8, 8, 256)), ("block5_conv3", (2, 2, 512))):
        assert_adds_up(run, picture_for(run), name, corners_of(shape)[::4])


@pytest.mark.parametrize(
    ("backbone", "size", "name", "looks_at"),
    [
        ("mobilenet_v2", 32, "expanded_conv_depthwise", 1),
        ("mobilenet_v2", 32, "block_1_depthwise", 1),
        ("xception", 72, "block2_sepconv1", 64),
    ],
)
def test_depthwise_and_separable_layers(run_of, picture_for, backbone, size, name, looks_at):
    """A depthwise filter looks at its own channel alone; a separable one is one kernel over all of them."""
    architecture = Transfer(backbone=backbone, weights="random", pooling="average", hidden=())
    run = run_of(architecture, image_size=size)
    assert_adds_up(run, picture_for(run), name, [(0, 0, 7), (5, 3, 7)])
    assert patch_product(run, None, picture_for(run), name, 7, 5, 3).patch.shape == (3, 3, looks_at)


def test_the_box_sticks_out_where_zeros_are_added():
    """8 px, kernel 3: stride 1 adds a row on each side, stride 2 only one at the end."""
    for strides, first, last in ((1, (-1, -1, 2, 2), (6, 6, 9, 9)), (2, (0, 0, 3, 3), (6, 6, 9, 9))):
        pixels = keras.Input((8, 8, 1))
        layer = keras.layers.Conv2D(1, 3, strides=strides, padding="same")
        side = layer(pixels).shape[1]
        assert box_of(layer, 0, 0) == first
        assert box_of(layer, side - 1, side - 1) == last


def test_a_dilated_kernel_takes_every_other_pixel():
    pixels = keras.Input((8, 8, 1))
    layer = keras.layers.Conv2D(1, 3, padding="same", dilation_rate=2)
    layer(pixels)
    values = np.arange(64, dtype=np.float32).reshape(8, 8, 1)
    box = box_of(layer, 3, 0)
    assert box == (1, -2, 6, 3)
    patch = cut_out(values, box, layer.dilation_rate)
    assert patch[..., 0].tolist() == [[0, 8, 10], [0, 24, 26], [0, 40, 42]]
    expected = float(layer(values[None])[0, 3, 0, 0])
    assert (patch * np.asarray(layer.kernel)[..., 0]).sum() == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("layer", "filter", "row", "column", "message"),
    [
        ("max_pool2d_2", 0, 0, 0, "no layer “max_pool2d_2” that can be asked this"),
        ("conv2d_1", 2, 0, 0, "“filter” is expected to be a number from 0 to 1; 2 came"),
        ("conv2d_1", 0, 8, 0, "“row” is expected to be a number from 0 to 7; 8 came"),
        ("conv2d_1", 0, 0, -1, "“column” is expected to be a number from 0 to 7; -1 came"),
        ("conv2d_1", 0, 0.5, 0, "“row” is expected to be a number from 0 to 7; 0.5 came"),
    ],
)
def test_what_is_not_there_is_refused_in_words(run_of, picture_for, layer, filter, row, column, message):
    run = run_of(OwnCNN(layers=(Conv2D(filters=2), MaxPool2D(), Flatten())))
    with pytest.raises(StudioError, match=message):
        patch_product(run, None, picture_for(run), layer, filter, row, column)


def test_networks_without_kernels_and_numbers_are_told_so(run_of, picture_for, diverged, stripes):
    flat = run_of(OwnCNN(layers=(Flatten(), Dense(units=4))))
    with pytest.raises(StudioError, match="no convolution, so no kernel"):
        patch_product(flat, None, picture_for(flat), "conv2d_1", 0, 0, 0)
    with pytest.raises(StudioError, match="training diverged"):
        patch_product(diverged, None, stripes, "conv2d_1", 0, 0, 0)
