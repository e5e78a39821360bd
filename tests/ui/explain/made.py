"""Answers of a worker, made by hand."""

from __future__ import annotations

import numpy as np

from core.explaining import LayerMaps, PatchProduct


def layer_maps(layer: str, kind: str = "conv", side: int = 4, count: int = 3) -> LayerMaps:
    """Maps whose brightest pixel is the last one; the first map is quiet."""
    maps = np.zeros((count, side, side), np.uint8)
    maps[1:, -1, -1] = 255
    quiet = np.arange(count) == 0
    low, high = np.zeros(count, np.float32), np.where(quiet, 0, 2).astype(np.float32)
    return LayerMaps(layer, kind, (side, side, count), maps, low, high, quiet)


def product(
    patch: np.ndarray, kernel: np.ndarray, bias: float = 0.0, activation: str = "relu", layer: str = "conv2d_1"
) -> PatchProduct:
    """The number at row 0, column 0 of filter 0, with "same" padding around a map of 4 px."""
    products = (patch * kernel).astype(np.float32)
    total = float(products.sum(dtype=np.float64))
    before = total + bias
    after = max(before, 0.0) if activation == "relu" else before
    side = (patch.shape[0] - 1) // 2
    box = (-side, -side, patch.shape[0] - side, patch.shape[1] - side)
    return PatchProduct(
        layer=layer,
        filter=0,
        row=0,
        column=0,
        patch=patch.astype(np.float32),
        kernel=kernel.astype(np.float32),
        products=products,
        total=total,
        bias=bias,
        before=before,
        activation=activation,
        after=after,
        output=after,
        box=box,
        input_shape=(4, 4, patch.shape[2]),
    )
