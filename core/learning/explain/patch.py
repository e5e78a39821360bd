"""Kernel × patch: how one number of a convolution's map comes about."""

from __future__ import annotations

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from core.errors import StudioError
from core.explaining import Floats, PatchProduct
from core.i18n import _
from core.learning.evaluate import check_finite
from core.learning.explain.asked import (
    CONVOLUTIONS,
    asked_model,
    check_number,
    chosen,
    kept_with,
    map_layers,
)
from core.runs.folder import RunFolder

Box = tuple[int, int, int, int]


def patch_product(
    run: RunFolder, epoch: int | None, seen: NDArray[np.uint8], layer: str, filter: int, row: int, column: int
) -> PatchProduct:
    """How the number at (row, column, filter) of what comes out of a convolution is made of what goes in.

    Raises:
        StudioError: If there is no such model, convolution or place in its map, or the numbers are not finite.
    """
    model = asked_model(run, epoch, seen).model
    asked = _convolution(model, layer)
    height, width, filters = asked.output.shape[1:]
    for number, of, what in ((filter, filters, "filter"), (row, height, "row"), (column, width, "column")):
        check_number(number, of, what)
    around = kept_with(model, f"around {asked.name}", lambda: keras.Model(model.inputs[0], [asked.input, asked.output]))
    goes_in, comes_out = (np.asarray(values)[0] for values in around(seen[None].astype(np.float32), training=False))
    check_finite(goes_in, comes_out, *asked.get_weights())  # ReLU may make 0 of what is no number
    return _product(asked, goes_in, float(comes_out[row, column, filter]), filter, row, column)


def _product(layer: keras.Layer, goes_in: Floats, output: float, filter: int, row: int, column: int) -> PatchProduct:
    if isinstance(layer, layers.DepthwiseConv2D):
        goes_in = goes_in[..., [filter // layer.depth_multiplier]]
    box, kernel = box_of(layer, row, column), _kernel(layer, filter)
    patch = cut_out(goes_in, box, layer.dilation_rate)
    products = patch * kernel
    total = float(products.sum(dtype=np.float64))
    bias = float(layer.bias[filter]) if layer.use_bias else 0.0
    return PatchProduct(
        layer=layer.name,
        filter=filter,
        row=row,
        column=column,
        patch=patch,
        kernel=kernel,
        products=products,
        total=total,
        bias=bias,
        before=total + bias,
        activation=keras.activations.serialize(layer.activation),
        after=float(layer.activation(np.float32(total + bias))),
        output=output,
        box=box,
        input_shape=tuple(layer.input.shape[1:]),
    )


def box_of(layer: keras.Layer, row: int, column: int) -> Box:
    """(top, left, bottom, right) of what a convolution looks at for (row, column) of its map; it may stick out.

    With "same", TensorFlow adds as many zeros as the last window needs, the smaller half above and on the left.
    Source: https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
    """
    starts, ends = [], []
    for axis, place in enumerate((row, column)):
        side, outputs = layer.input.shape[1 + axis], layer.output.shape[1 + axis]
        stride, reach = layer.strides[axis], (layer.kernel_size[axis] - 1) * layer.dilation_rate[axis] + 1
        zeros = max((outputs - 1) * stride + reach - side, 0) if layer.padding == "same" else 0
        starts.append(place * stride - zeros // 2)
        ends.append(starts[-1] + reach)
    return starts[0], starts[1], ends[0], ends[1]


def cut_out(values: Floats, box: Box, dilation: tuple[int, int]) -> Floats:
    """(kh, kw, C): each `dilation`-th row and column of (h, w, C) values in the box, 0 where it sticks out."""
    top, left, bottom, right = box
    height, width, channels = values.shape
    patch = np.zeros((bottom - top, right - left, channels), np.float32)
    rows, columns = slice(max(top, 0), min(bottom, height)), slice(max(left, 0), min(right, width))
    patch[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left] = values[rows, columns]
    return patch[:: dilation[0], :: dilation[1]]


def _convolution(model: keras.Model, name: str) -> keras.Layer:
    among = [layer for layer in map_layers(model) if isinstance(layer, CONVOLUTIONS)]
    if not among:
        raise StudioError(_("This network has no convolution, so no kernel. Choose a run of a network that has one."))
    return chosen(among, name)


def _kernel(layer: keras.Layer, filter: int) -> Floats:
    """(kh, kw, C): what one filter multiplies its patch with; C is 1 for a depthwise layer."""
    if isinstance(layer, layers.SeparableConv2D):  # each channel by its own kernel, then summed with weights
        depthwise, pointwise = np.asarray(layer.depthwise_kernel), np.asarray(layer.pointwise_kernel)
        kernel: Floats = depthwise[..., 0] * pointwise[0, 0, :, filter]
    elif isinstance(layer, layers.DepthwiseConv2D):
        channel, multiple = divmod(filter, layer.depth_multiplier)
        kernel = np.asarray(layer.kernel)[:, :, [channel], multiple]
    else:
        kernel = np.asarray(layer.kernel)[..., filter]
    return kernel
