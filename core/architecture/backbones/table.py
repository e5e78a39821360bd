"""The backbones, one entry each. What its layers are is in `graphs/`, written from Keras's own model.

Sources: keras.applications (Keras 3.15) for addresses, MD5 sums and what each does to pixels; licences as the authors
of the weights state them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.i18n import N_

BackboneName = Literal[
    "vgg16", "vgg19", "mobilenet_v2", "mobilenet_v3_small", "efficientnet_b0", "resnet50_v2", "densenet121", "xception"
]
Pixels = Literal["caffe", "tf", "torch"]

_ADDRESS = "https://storage.googleapis.com/tensorflow/keras-applications/"
PIXELS: dict[Pixels, str] = {
    "caffe": N_("blue, green, red, each minus its mean in ImageNet"),
    "tf": N_("scaled from −1 to 1"),
    "torch": N_("scaled to 0–1, minus ImageNet's mean, divided by its spread"),
}


@dataclass(frozen=True)
class Backbone:
    """What there is to know about a backbone before it is built.

    Attributes:
        title: Its name.
        keras_name: Of the function in keras.applications.
        module: Of keras.applications that has its `preprocess_input`.
        parameters: Numbers it holds without its top.
        native_size: Side in px of the pictures that it was trained with.
        smallest: Side in px that Keras accepts at least.
        pixels: What it expects of pixels from 0 to 255.
        licence: Of the weights.
        url: Where the file without top comes from.
        md5: Of that file.
        size_mb: Of that file, rounded.
        about: One sentence on when to take it.
        source: The paper.
    """

    title: str
    keras_name: str
    module: str
    parameters: int
    native_size: int
    smallest: int
    pixels: Pixels
    licence: str
    url: str
    md5: str | None
    size_mb: int
    about: str
    source: str

    @property
    def file_name(self) -> str:
        """Of the downloaded file, as Keras's cache names it."""
        return self.url.rpartition("/")[2]


BACKBONES: dict[BackboneName, Backbone] = {
    "vgg16": Backbone(
        "VGG16",
        "VGG16",
        "vgg16",
        14_714_688,
        224,
        32,
        "caffe",
        "CC BY 4.0",
        _ADDRESS + "vgg16/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
        "6d6bbae143d832006294945121d1f1fc",
        59,
        N_("The course's network: five blocks of plain 3×3 convolutions. Easy to understand, slow to compute."),
        "Simonyan and Zisserman 2015, arXiv:1409.1556",
    ),
    "vgg19": Backbone(
        "VGG19",
        "VGG19",
        "vgg19",
        20_024_384,
        224,
        32,
        "caffe",
        "CC BY 4.0",
        _ADDRESS + "vgg19/vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5",
        "253f8cb515780f3b799900260a226db6",
        80,
        N_("VGG16 with three more convolutions: a little slower still, seldom better."),
        "Simonyan and Zisserman 2015, arXiv:1409.1556",
    ),
    "mobilenet_v2": Backbone(
        "MobileNetV2",
        "MobileNetV2",
        "mobilenet_v2",
        2_257_984,
        224,
        32,
        "tf",
        "Apache-2.0",
        _ADDRESS + "mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5",
        None,
        9,
        N_("Made for phones: 50 times fewer multiplications than VGG16. The one to take on a laptop."),
        "Sandler et al. 2018, arXiv:1801.04381",
    ),
    "mobilenet_v3_small": Backbone(
        "MobileNetV3 Small",
        "MobileNetV3Small",
        "mobilenet_v3",
        939_120,
        224,
        32,
        "tf",
        "Apache-2.0",
        _ADDRESS + "mobilenet_v3/weights_mobilenet_v3_small_224_1.0_float_no_top_v2.h5",
        "d3e8ec802a04aa4fc771ee12a9a9b836",
        4,
        N_("The smallest and fastest here; a little less accurate than MobileNetV2."),
        "Howard et al. 2019, arXiv:1905.02244",
    ),
    "efficientnet_b0": Backbone(
        "EfficientNetB0",
        "EfficientNetB0",
        "efficientnet",
        4_049_571,
        224,
        32,
        "torch",
        "Apache-2.0",
        "https://storage.googleapis.com/keras-applications/efficientnetb0_notop.h5",
        "50bc09e76180e00e4465e1a485ddc09d",
        17,
        N_("Balanced between depth, width and picture size: accurate for its size."),
        "Tan and Le 2019, arXiv:1905.11946",
    ),
    "resnet50_v2": Backbone(
        "ResNet50V2",
        "ResNet50V2",
        "resnet_v2",
        23_564_800,
        224,
        32,
        "tf",
        "MIT",
        _ADDRESS + "resnet/resnet50v2_weights_tf_dim_ordering_tf_kernels_notop.h5",
        "fac2f116257151a9d068a22e544a4917",
        94,
        N_("Shortcuts past each block let it be 50 layers deep."),
        "He et al. 2016, arXiv:1603.05027",
    ),
    "densenet121": Backbone(
        "DenseNet121",
        "DenseNet121",
        "densenet",
        7_037_504,
        224,
        32,
        "torch",
        "BSD-3-Clause",
        _ADDRESS + "densenet/densenet121_weights_tf_dim_ordering_tf_kernels_notop.h5",
        "30ee3e1110167f948a6b9946edeeb738",
        29,
        N_("Each layer sees the output of all layers before it in its block: few weights, much memory."),
        "Huang et al. 2017, arXiv:1608.06993",
    ),
    "xception": Backbone(
        "Xception",
        "Xception",
        "xception",
        20_861_480,
        299,
        71,
        "tf",
        "MIT",
        _ADDRESS + "xception/xception_weights_tf_dim_ordering_tf_kernels_notop.h5",
        "b0042744bf5b25fce3cb969f33bebb97",
        84,
        N_("Separable convolutions, trained with larger photos (299 px)."),
        "Chollet 2017, arXiv:1610.02357",
    ),
}
