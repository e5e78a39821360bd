"""What goes into a convolution: found in own networks by place, in backbones by what Keras connected."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.architecture.layers import OwnCNN
from core.architecture.presets import PRESETS
from core.architecture.transfer import Transfer
from tests.ui.explain.made import layer_maps, product
from ui.explain.sources import channel_names, input_channel, inputs_of

ONE = np.ones((1, 1, 1))


def own() -> OwnCNN:
    architecture = next(iter(PRESETS.values())).architecture
    assert isinstance(architecture, OwnCNN)
    return architecture


def test_the_first_convolution_of_an_own_network_sees_the_picture_and_the_next_the_layer_before() -> None:
    maps = [layer_maps("conv2d_1"), layer_maps("max_pool2d_2", "pool"), layer_maps("conv2d_3")]
    first = inputs_of(own(), maps, product(ONE, ONE, layer="conv2d_1"))
    assert (first.is_picture, first.maps) == (True, None)
    second = inputs_of(own(), maps, product(ONE, ONE, layer="conv2d_3"))
    assert (second.is_picture, second.maps) == (False, maps[1])


def test_vgg_sees_blue_first_unless_it_gets_raw_pixels() -> None:
    made = product(np.ones((3, 3, 3)), np.ones((3, 3, 3)), layer="block1_conv1")
    inputs = inputs_of(Transfer(), [layer_maps("block1_conv1")], made)
    assert (inputs.is_picture, inputs.blue_first) == (True, True)
    assert channel_names(made, inputs, [0, 1, 2]) == ["blue", "green", "red"]
    raw = inputs_of(Transfer(preprocessing="none"), [layer_maps("block1_conv1")], made)
    assert channel_names(made, raw, [0, 2]) == ["red", "blue"]


def test_a_layer_of_a_backbone_has_its_parent_if_the_shapes_fit() -> None:
    maps = [layer_maps("block1_conv1"), layer_maps("block1_conv2")]
    made = product(np.ones((3, 3, 3)), np.ones((3, 3, 3)), layer="block1_conv2")
    assert inputs_of(Transfer(), maps, made).maps is maps[0]
    other = replace(made, input_shape=(9, 9, 3))
    assert inputs_of(Transfer(), maps, other).maps is None
    assert inputs_of(Transfer(), maps, replace(made, layer="add_7")).maps is None


def test_channels_are_named_after_what_goes_in() -> None:
    grey = product(ONE, ONE)
    maps = [layer_maps("conv2d_1"), layer_maps("conv2d_2")]
    assert channel_names(grey, inputs_of(own(), maps, grey), [0]) == [""]
    deep = product(np.ones((1, 1, 5)), np.ones((1, 1, 5)), layer="conv2d_2")
    assert channel_names(deep, inputs_of(own(), maps, deep), [4]) == ["channel 5"]


def test_a_depthwise_kernel_looks_at_the_channel_of_its_filter() -> None:
    made = replace(product(ONE, ONE), filter=7, input_shape=(4, 4, 32))
    assert input_channel(made, 0) == 7
