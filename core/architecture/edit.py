"""Changes to a stack of layers: tuple in, tuple out. Indices are 0-based; the output layer is not part of a stack."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

from core.architecture.layers import AnyLayer, Conv2D, Flatten, GlobalAveragePool2D, OwnCNN
from core.architecture.shapes import Shape, StackFacts, describe_stack

Layers = tuple[AnyLayer, ...]
Repair = Literal["flatten", "global_average_pool2d", "same", "remove"]

MAX_LAYERS = 60  # as OwnCNN.layers allows
WIDE = 10_000  # numbers; a longer row makes the dense layer after it huge


def insert(layers: Layers, index: int, layer: AnyLayer) -> Layers:
    """Put `layer` at place `index`; the stack's length puts it at the end."""
    return (*layers[:index], layer, *layers[index:])


def replace(layers: Layers, index: int, layer: AnyLayer) -> Layers:
    """Put `layer` where another was."""
    return (*layers[:index], layer, *layers[index + 1 :])


def remove(layers: Layers, index: int) -> Layers:
    """Take the layer at `index` out."""
    return (*layers[:index], *layers[index + 1 :])


def duplicate(layers: Layers, index: int) -> Layers:
    """Put a copy of the layer at `index` behind it."""
    return insert(layers, index, layers[index])


def move(layers: Layers, index: int, to: int) -> Layers:
    """Take the layer at `index` out and put it back at place `to`."""
    return insert(remove(layers, index), to, layers[index])


def find_repair(layers: Layers, facts: StackFacts, classes: int) -> tuple[Repair, Layers] | None:
    """The smallest change that gets a stack past its problem, with the stack it makes; None if no change helps.

    Args:
        facts: What `describe_stack` says about `layers`.
    """
    problem = facts.problem
    if problem is None:
        return None
    shape = facts.layers[-1].output_shape if facts.layers else facts.input_shape
    for repair, changed in _candidates(layers, problem.index, shape):
        found = describe_stack(OwnCNN(layers=changed), facts.input_shape, classes).problem
        if found is None or found.index > problem.index or len(changed) < len(layers):
            return repair, changed
    return None


def _candidates(layers: Layers, index: int, shape: Shape) -> Iterator[tuple[Repair, Layers]]:
    failing = layers[index] if index < len(layers) else None
    if len(layers) < MAX_LAYERS and len(shape) == 3 and getattr(failing, "kind", "dense") == "dense":
        if math.prod(shape) <= WIDE:
            yield "flatten", insert(layers, index, Flatten())
        else:
            yield "global_average_pool2d", insert(layers, index, GlobalAveragePool2D())
    if isinstance(failing, Conv2D) and failing.padding == "valid" and len(shape) == 3:
        yield "same", replace(layers, index, failing.model_copy(update={"padding": "same"}))
    if failing is not None:
        yield "remove", remove(layers, index)
