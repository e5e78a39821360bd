"""What a backbone's layers come to at a picture size, and where training may begin in it. No TensorFlow here."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from core.architecture.backbones.table import BackboneName

GRAPHS = Path(__file__).with_name("graphs")
Shape = tuple[int, ...]


@dataclass(frozen=True)
class GraphLayer:
    """One layer as Keras makes it.

    Attributes:
        parents: Places of the layers whose outputs it takes.
        weights: Shapes of its arrays, in Keras's order.
        window, strides: Of a convolution or pool, in px.
        padding: "same" or "valid".
        pad: Rows that zero padding adds in all, for a picture of even size.
    """

    name: str
    kind: str
    parents: tuple[int, ...] = ()
    weights: tuple[Shape, ...] = ()
    window: int = 1
    strides: int = 1
    padding: str = "valid"
    pad: int = 0

    @property
    def parameters(self) -> int:
        """Numbers it holds."""
        return sum(math.prod(shape) for shape in self.weights)

    @property
    def can_learn(self) -> bool:
        """Whether training may change it. Batch normalisation never is: few pictures would spoil its statistics."""
        return bool(self.weights) and self.kind not in ("BatchNormalization", "Normalization")


@dataclass(frozen=True)
class Step:
    """A part of a backbone that is trained or frozen as a whole: training may begin with it, not within it.

    In front of it the whole network is one map, so everything up to there can be computed once. Where shortcuts run
    beside a block, the block is one step.

    Attributes:
        name: Of its first layer with weights that can learn; what `Transfer.train_from` names.
        first: Place of its first layer; `first - 1` is the last of the frozen part where training begins here.
        end: Place behind its last layer.
        stage: 1-based number of the picture sizes so far: each stage halves the map.
        side: In px, of the map that its convolutions make; what follows them may pool it or give it a border.
        shape: (height, width, channels) that comes out of it.
        parameters, learnable: Numbers it holds, and those that training may change.
    """

    name: str
    first: int
    end: int
    stage: int
    side: int
    shape: Shape
    parameters: int
    learnable: int


@dataclass(frozen=True)
class SizedLayer:
    """A layer at a picture size: what goes in and comes out, and multiplications with additions for one picture."""

    layer: GraphLayer
    input_shape: Shape
    output_shape: Shape
    multiply_adds: int = field(default=0)


@cache
def layers_of(name: BackboneName) -> tuple[GraphLayer, ...]:
    """All layers of the backbone in Keras's order, the input first."""
    rows = json.loads((GRAPHS / f"{name}.json").read_text(encoding="utf-8"))
    return tuple(_layer(row) for row in rows)


@lru_cache(maxsize=64)
def sized(name: BackboneName, size: int) -> tuple[SizedLayer, ...]:
    """All layers for pictures of `size` px, which is at least the backbone's `smallest`."""
    shapes: list[Shape] = []
    found = []
    for layer in layers_of(name):
        inputs = [shapes[parent] for parent in layer.parents]
        shape = _output(layer, inputs) if inputs else (size, size, 3)
        shapes.append(shape)
        found.append(SizedLayer(layer, inputs[0] if inputs else shape, shape, _multiply_adds(layer, shape)))
    return tuple(found)


@lru_cache(maxsize=64)
def steps_of(name: BackboneName, size: int) -> tuple[Step, ...]:
    """The steps of the backbone from the picture on, for pictures of `size` px."""
    everything = sized(name, size)
    starts = _starts(layers_of(name))
    ends = [*starts[1:], len(everything)]
    steps, stage, side = [], 0, 2 * size
    for first, end in zip(starts, ends, strict=True):
        own = everything[first:end]
        here = _side(own, side)
        if here <= 0.75 * side:  # not where a border was merely cut off
            stage += 1
        side = here
        learning = [entry.layer for entry in own if entry.layer.can_learn]
        steps.append(
            Step(
                learning[0].name,
                first,
                end,
                stage,
                side,
                own[-1].output_shape,
                sum(entry.layer.parameters for entry in own),
                sum(layer.parameters for layer in learning),
            )
        )
    return tuple(steps)


def _side(own: tuple[SizedLayer, ...], before: int) -> int:
    """Side in px of the map that the convolutions of a step make; those on a single pixel only weigh channels."""
    sides = [entry.output_shape[0] for entry in own if entry.layer.kind.endswith("Conv2D")]
    return min((side for side in sides if side > 1), default=before)


def _starts(layers: tuple[GraphLayer, ...]) -> list[int]:
    """Places p at which a step begins: the layers before p reach those from p on through layer p - 1 alone.

    Of places with no learnable layer between them the last one counts, so that a frozen part is as long as it can be.
    """
    taken_last = [0] * len(layers)  # the last place that takes this layer's output
    for place, layer in enumerate(layers):
        for parent in layer.parents:
            taken_last[parent] = place
    starts: list[int] = []
    open_place, farthest = 1, 0  # the last place that could begin a step; how far outputs of layers before reach
    for place in range(1, len(layers)):
        if farthest < place:
            open_place = place
        if layers[place].can_learn and open_place not in starts:
            starts.append(open_place)
        farthest = max(farthest, taken_last[place - 1])
    return starts


def _output(layer: GraphLayer, inputs: list[Shape]) -> Shape:
    """(height, width, channels) that come out of a layer; a mean over the map counts as a map of one pixel."""
    height, width, channels = inputs[0]
    match layer.kind:
        case "Conv2D" | "SeparableConv2D":
            channels = layer.weights[-1][-1]
            height, width = (_slide(side, layer) for side in (height, width))
        case "DepthwiseConv2D" | "MaxPooling2D" | "AveragePooling2D":
            height, width = (_slide(side, layer) for side in (height, width))
        case "ZeroPadding2D":
            height, width = (side + _padding(side, layer) for side in (height, width))
        case "GlobalAveragePooling2D" | "Reshape":
            height = width = 1
        case "Concatenate":
            channels = sum(shape[-1] for shape in inputs)
        case "Multiply" | "Add":
            height, width = max(shape[0] for shape in inputs), max(shape[1] for shape in inputs)
    return height, width, channels


def _slide(side: int, layer: GraphLayer) -> int:
    border = layer.window - 1 if layer.padding == "same" else 0
    return (side + border - layer.window) // layer.strides + 1


def _padding(side: int, layer: GraphLayer) -> int:
    """Keras pads so that stride 2 halves any size: one row more where the size is odd, unless rows are alike."""
    return layer.pad + (side % 2 if layer.pad % 2 else 0)


def _multiply_adds(layer: GraphLayer, shape: Shape) -> int:
    """One for each weight of a kernel and place on the map; biases are not counted, as in `shapes.py`."""
    if not layer.kind.endswith("Conv2D"):
        return 0
    return sum(math.prod(weight) for weight in layer.weights if len(weight) == 4) * shape[0] * shape[1]


def _layer(row: dict[str, Any]) -> GraphLayer:
    return GraphLayer(
        row["name"],
        row["kind"],
        tuple(row.get("from", ())),
        tuple(map(tuple, row.get("weights", ()))),
        row.get("window", 1),
        row.get("strides", 1),
        row.get("padding", "valid"),
        row.get("pad", 0),
    )
