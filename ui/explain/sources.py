"""What goes into a convolution, as far as it can be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.architecture.backbones.graph import layers_of
from core.architecture.backbones.table import BACKBONES
from core.architecture.transfer import Transfer
from core.explaining import LayerMaps, PatchProduct
from core.i18n import _
from core.spec import ArchitectureSpec

MAKES_READY = ("InputLayer", "Rescaling", "Normalization")
FEW = 3  # channels that are shown all at once


@dataclass(frozen=True, eq=False)
class Inputs:
    """What goes into a convolution.

    Attributes:
        maps: Of the layer before; None where it is the picture, gives no maps, or has a name that Keras made up.
        is_picture: Whether it is the picture itself, made ready.
        blue_first: Whether the picture's colours come as blue, green and red.
    """

    maps: LayerMaps | None
    is_picture: bool = False
    blue_first: bool = False


def inputs_of(architecture: ArchitectureSpec, maps: Sequence[LayerMaps], product: PatchProduct) -> Inputs:
    """What goes into the layer of `product`, which is one of `maps`, all those of the network."""
    if not isinstance(architecture, Transfer):
        place = [each.layer for each in maps].index(product.layer)
        return Inputs(maps[place - 1]) if place else Inputs(None, is_picture=True)
    rows = layers_of(architecture.backbone)
    parents = [rows[parent] for row in rows if row.name == product.layer for parent in row.parents]
    if parents and all(parent.kind in MAKES_READY for parent in parents):
        is_raw = architecture.preprocessing == "none"
        return Inputs(None, True, BACKBONES[architecture.backbone].pixels == "caffe" and not is_raw)
    names = {parent.name for parent in parents}
    return Inputs(next((each for each in maps if each.layer in names and each.shape == product.input_shape), None))


def channel_names(product: PatchProduct, inputs: Inputs, channels: Sequence[int]) -> list[str]:
    """What channels of a patch are called: the colours of a picture, or the maps of the layer before; "" for grey."""
    count = product.patch.shape[2]
    if inputs.is_picture and count == 1:
        return [""] * len(channels)
    if inputs.is_picture and count == 3:
        colours = [_("red"), _("green"), _("blue")]
        return [(colours[::-1] if inputs.blue_first else colours)[channel] for channel in channels]
    return [_("channel {number}").format(number=input_channel(product, channel) + 1) for channel in channels]


def input_channel(product: PatchProduct, channel: int) -> int:
    """The number among all that goes in; a depthwise kernel looks at the one that belongs to its filter."""
    inside, outside = product.patch.shape[2], product.input_shape[2]
    if inside == outside:
        return channel
    return product.filter  # each channel has one filter in all networks here
