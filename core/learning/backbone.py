"""Backbones as Keras makes them, with their pixels made ready inside the model."""

from __future__ import annotations

import keras
from keras import layers

from core.architecture.backbones.table import BACKBONES, BackboneName
from core.architecture.transfer import Preprocessing

CAFFE_MEANS = (103.939, 116.779, 123.68)  # of blue, green and red in ImageNet, as in keras.applications
TORCH_MEANS, TORCH_SPREADS = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of red, green and blue


def keras_backbone(name: BackboneName, pixels: keras.KerasTensor) -> keras.Model:
    """The backbone without its top on a tensor of pixels that are ready for it; first weights as Keras draws them.

    It is one flat graph: its layers are layers of any model made from `pixels` to its output.
    """
    entry = BACKBONES[name]
    make = getattr(keras.applications, entry.keras_name)
    more = {"include_preprocessing": False} if name == "mobilenet_v3_small" else {}
    return make(include_top=False, weights=None, input_tensor=pixels, input_shape=pixels.shape[1:], name=name, **more)


def made_ready(name: BackboneName, pixels: keras.KerasTensor, preprocessing: Preprocessing) -> keras.KerasTensor:
    """Pixels from 0 to 255, red, green and blue, as the backbone has learned them; or as they are, for "none".

    EfficientNet does it in layers of its own, see `network._set_normalization`.
    """
    if preprocessing == "none" or name == "efficientnet_b0":
        return pixels
    match BACKBONES[name].pixels:
        case "caffe":
            offsets = [-mean for mean in CAFFE_MEANS]
            return layers.Rescaling(1.0, offset=offsets, name="preprocessing")(keras.ops.flip(pixels, axis=-1))
        case "tf":
            return layers.Rescaling(1 / 127.5, offset=-1.0, name="preprocessing")(pixels)
        case "torch":
            scales = [1 / (255 * spread) for spread in TORCH_SPREADS]
            offsets = [-mean / spread for mean, spread in zip(TORCH_MEANS, TORCH_SPREADS, strict=True)]
            return layers.Rescaling(scales, offset=offsets, name="preprocessing")(pixels)
