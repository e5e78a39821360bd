"""What a run's network comes to, whatever its kind: shapes, parameters, what trains, memory. No TensorFlow here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from core.architecture.backbones.graph import Step, sized, steps_of
from core.architecture.backbones.table import BACKBONES, BackboneName
from core.architecture.layers import AnyLayer, Dense, Dropout, Flatten, GlobalAveragePool2D, OwnCNN
from core.architecture.shapes import (
    LayerFacts,
    Shape,
    StackFacts,
    StackProblem,
    describe_stack,
    training_memory,
)
from core.architecture.transfer import Transfer
from core.i18n import _
from core.spec import Loss, RunSpec

EXTRACTION_BATCH = 16  # pictures that go through a frozen part at a time
_FLOAT_BYTES = 4


@dataclass(frozen=True)
class TransferFacts:
    """A transfer network, cut where training begins.

    Attributes:
        steps: Of the backbone, from the picture on.
        begin: How many of the steps are frozen.
        whole: Every layer of the network, as `describe` gives it.
        trained: From the map at the cut on: what a training step works through when the frozen part is kept.
    """

    steps: tuple[Step, ...]
    begin: int
    whole: StackFacts
    trained: StackFacts

    @property
    def frozen_multiply_adds(self) -> int:
        """Of the frozen part, for one picture."""
        return self.whole.multiply_adds - self.trained.multiply_adds


def describe(spec: RunSpec, classes: int, loss: Loss | None = None) -> StackFacts:
    """What the network of `spec` does to one picture; where it cannot be built, `problem` says why.

    Args:
        loss: Another loss than that of `spec`.
    """
    loss = loss or spec.training.loss
    if isinstance(spec.architecture, OwnCNN):
        return describe_stack(spec.architecture, spec.input_shape, classes, loss)
    return describe_transfer(spec.architecture, spec.input_shape, classes, loss).whole


def head_of(architecture: Transfer) -> tuple[AnyLayer, ...]:
    """The layers between the backbone and the output layer, as cards of a stack would say them."""
    layers: list[AnyLayer] = [Flatten() if architecture.pooling == "flatten" else GlobalAveragePool2D()]
    for units in architecture.hidden:
        layers += [Dropout(rate=architecture.dropout)] * bool(architecture.dropout) + [Dense(units=units)]
    if architecture.dropout and not architecture.hidden:
        layers.append(Dropout(rate=architecture.dropout))
    return tuple(layers)


def describe_transfer(architecture: Transfer, input_shape: Shape, classes: int, loss: Loss) -> TransferFacts:
    """Follow a picture of `input_shape` (h, w, c) through the backbone and the head."""
    problem = _objection(architecture, input_shape)
    if problem:
        nothing = StackFacts(input_shape, (), StackProblem(0, problem))
        return TransferFacts((), 0, nothing, nothing)
    backbone, size = architecture.backbone, input_shape[0]
    steps, cut = steps_of(backbone, size), _cut_place(backbone, size, architecture.train_from)
    begin = sum(step.first < cut for step in steps)
    body = _body(backbone, size, architecture.train_from)
    head = describe_stack(OwnCNN(layers=head_of(architecture)), steps[-1].shape, classes, loss)
    whole = StackFacts(input_shape, (*body, *head.layers), head.problem)
    return TransferFacts(steps, begin, whole, StackFacts(body[cut - 1].output_shape, (*body[cut:], *head.layers)))


@lru_cache(maxsize=64)
def _body(backbone: BackboneName, size: int, train_from: str) -> tuple[LayerFacts, ...]:
    """Every layer of the backbone; those behind the cut that can learn count as trained."""
    cut = _cut_place(backbone, size, train_from)
    return tuple(
        LayerFacts(
            "backbone",
            entry.layer.name,
            entry.input_shape,
            entry.output_shape,
            entry.layer.parameters,
            entry.layer.parameters if place >= cut and entry.layer.can_learn else 0,
            entry.multiply_adds,
        )
        for place, entry in enumerate(sized(backbone, size))
    )


def _cut_place(backbone: BackboneName, size: int, train_from: str) -> int:
    """Place of the first layer behind the cut; behind the last one where nothing of the backbone is trained."""
    starts = {step.name: step.first for step in steps_of(backbone, size)}
    return starts.get(train_from, len(sized(backbone, size)))


def memory_needed(spec: RunSpec, classes: int) -> int:
    """Peak memory of training `spec`, in bytes, without the pictures, which stay on disk. See `training_memory`.

    For transfer: the part that trains, the weights of the frozen part, and the two largest neighbouring maps of a
    batch that goes through it.
    """
    facts = describe(spec, classes)
    if isinstance(spec.architecture, OwnCNN) or facts.problem:
        return training_memory(facts, spec.training.batch_size, spec.training.optimizer)
    cut = describe_transfer(spec.architecture, spec.input_shape, classes, spec.training.loss)
    frozen = cut.whole.layers[: len(cut.whole.layers) - len(cut.trained.layers)]
    batch = spec.training.batch_size if is_exact(spec) else EXTRACTION_BATCH
    maps = [math.prod(layer.input_shape) + math.prod(layer.output_shape) for layer in frozen]
    weights = sum(layer.parameters for layer in frozen)
    passing = _FLOAT_BYTES * (weights + 2 * batch * max(maps, default=0))
    return training_memory(cut.trained, spec.training.batch_size, spec.training.optimizer) + passing


def is_exact(spec: RunSpec) -> bool:
    """Whether every epoch works through the frozen part again, because augmentation draws each copy anew."""
    varied = not spec.augmentation.is_off
    return isinstance(spec.architecture, Transfer) and varied and spec.architecture.augmented == "exact"


def _objection(architecture: Transfer, input_shape: Shape) -> str:
    """Why the backbone cannot take the pictures, or empty."""
    entry, (size, _width, channels) = BACKBONES[architecture.backbone], input_shape
    if channels != 3:
        return _(
            "{backbone} has learned from colour photos and takes three channels; the pictures are grey here. "
            "Choose colour on the Data page: grey pictures are then shown to it as three equal channels."
        ).format(backbone=entry.title)
    if size < entry.smallest:
        return _(
            "{backbone} takes pictures of at least {smallest} px; they are {size} px here. "
            "Choose a larger picture size on the Data page."
        ).format(backbone=entry.title, smallest=entry.smallest, size=size)
    known = {step.name for step in steps_of(architecture.backbone, size)}
    if architecture.is_fine_tuning and architecture.train_from not in known:
        return _("{backbone} has no layer {layer} at which training could begin. Choose one in the drawing.").format(
            backbone=entry.title, layer=architecture.train_from
        )
    return ""
