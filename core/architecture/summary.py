"""A layer in a few words: its settings for a card, its parameters as a sum that a learner can follow."""

from __future__ import annotations

from core.architecture.layers import (
    ACTIVATIONS,
    PADDINGS,
    Activation,
    AnyLayer,
    AveragePool2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    MaxPool2D,
)
from core.architecture.shapes import LayerFacts, Shape
from core.i18n import _


def summary(layer: AnyLayer) -> str:
    """The settings in one line, such as "32 · 3×3 · same · ReLU"; empty for a layer without settings."""
    match layer:
        case Conv2D():
            words = [str(layer.filters), _square(layer.kernel_size), _stride(layer.strides, 1)]
            return _joined(*words, _(PADDINGS[layer.padding]), _activation(layer.activation))
        case MaxPool2D() | AveragePool2D():
            border = _(PADDINGS[layer.padding]) if layer.padding == "same" else ""
            return _joined(_square(layer.pool_size), _stride(layer.strides, layer.pool_size), border)
        case BatchNormalization():
            return _("momentum {number}").format(number=f"{layer.momentum:g}")
        case Dropout():
            return f"{100 * layer.rate:.4g} %"
        case Dense():
            return _joined(str(layer.units), _activation(layer.activation))
    return ""


def shape_text(shape: Shape) -> str:
    """(8, 8, 32) → "8×8×32"; a dash for a shape that cannot be known."""
    return "×".join(map(str, shape)) or "–"


def parameter_sum(layer: AnyLayer | None, facts: LayerFacts) -> str:
    """How the parameters come about, such as "(3·3·1 + 1) · 32"; empty without parameters.

    Args:
        layer: None for the output layer.
    """
    if not facts.parameters:
        return ""
    if isinstance(layer, Conv2D):
        return f"({layer.kernel_size}·{layer.kernel_size}·{facts.input_shape[-1]} + 1) · {layer.filters}"
    if isinstance(layer, BatchNormalization):
        return f"4 · {facts.input_shape[-1]}"
    return f"({facts.input_shape[0]} + 1) · {facts.output_shape[0]}"


def _joined(*words: str) -> str:
    return " · ".join(word for word in words if word)


def _square(side: int) -> str:
    return f"{side}×{side}"


def _stride(strides: int, usual: int) -> str:
    return "" if strides == usual else _("stride {number}").format(number=strides)


def _activation(activation: Activation) -> str:
    return _("linear") if activation == "linear" else _(ACTIVATIONS[activation])
