"""The shapes of all arrays that a network holds, by arithmetic: what is offered as its weights must have them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.architecture.backbones.graph import layers_of, steps_of
from core.architecture.describe import describe, head_of
from core.architecture.layers import AnyLayer, BatchNormalization, Conv2D, OwnCNN
from core.architecture.shapes import LayerFacts, Shape, describe_stack
from core.architecture.transfer import Transfer
from core.errors import ArchitectureError
from core.spec import RunSpec


def weight_shapes(spec: RunSpec, classes: int) -> tuple[Shape, ...]:
    """One shape for each array, layer by layer, the output layer last; a layer's arrays in Keras's order.

    Raises:
        ArchitectureError: If the network cannot be built.
    """
    problem = describe(spec, classes).problem
    if problem:
        raise ArchitectureError(problem.message)
    architecture, shape = spec.architecture, spec.input_shape
    body: tuple[Shape, ...] = ()
    stack = architecture
    if isinstance(architecture, Transfer):
        body = tuple(shape for layer in layers_of(architecture.backbone) for shape in layer.weights)
        shape = steps_of(architecture.backbone, spec.data.image_size)[-1].shape  # type: ignore[assignment]
        stack = OwnCNN(layers=head_of(architecture))
    assert isinstance(stack, OwnCNN)
    facts = describe_stack(stack, shape, classes, spec.training.loss).layers
    return (*body, *_of_stack(stack.layers, facts))


def _of_stack(layers: Sequence[AnyLayer], facts: Sequence[LayerFacts]) -> Iterator[Shape]:
    """Shapes for the layers and the output layer behind them; `facts` has one entry more."""
    for layer, fact in zip((*layers, None), facts, strict=True):
        channels_in, channels_out = fact.input_shape[-1], fact.output_shape[-1]
        if isinstance(layer, Conv2D):
            yield layer.kernel_size, layer.kernel_size, channels_in, channels_out
            yield (channels_out,)
        elif isinstance(layer, BatchNormalization):  # scale, shift, running mean and variance
            yield from [(channels_out,)] * 4
        elif fact.parameters:  # dense
            yield channels_in, channels_out
            yield (channels_out,)
