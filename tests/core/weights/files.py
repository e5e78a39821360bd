"""Files with weights as Keras until version 2 writes them, written without Keras."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from core.architecture.backbones.graph import Shape, layers_of
from core.architecture.backbones.table import BackboneName

Arrays = list[list[NDArray[np.float32]]]
Write = Callable[..., Path]  # of the fixture `in_order`


def shapes_of(backbone: BackboneName) -> list[tuple[Shape, ...]]:
    return [layer.weights for layer in layers_of(backbone) if layer.weights]


def numbers_for(shapes: Sequence[tuple[Shape, ...]], seed: int = 0) -> Arrays:
    generator = np.random.default_rng(seed)
    return [[generator.normal(size=shape).astype(np.float32) for shape in layer] for layer in shapes]


def write_in_order(root: h5py.Group, arrays: Arrays) -> None:
    """As Keras until version 2 writes: names in attributes, layers without weights among them."""
    names = ["input_1"]
    root.create_group("input_1").attrs["weight_names"] = []
    for number, layer in enumerate(arrays):
        name = f"block/layer{number}"
        names.append(name)
        group = root.create_group(name)
        weights = [f"{name}/array{place}:0" for place in range(len(layer))]
        group.attrs["weight_names"] = weights
        for weight, array in zip(weights, layer, strict=True):
            group[weight] = array
    root.attrs["layer_names"] = [name.encode() for name in names]
