"""A backbone in a Keras script: how it is made, its pixels made ready, its first layers frozen. Only text."""

from __future__ import annotations

import json

from core.architecture.backbones.graph import layers_of
from core.architecture.backbones.table import BACKBONES
from core.architecture.transfer import IMAGENET, RANDOM, Transfer

_READY_INSIDE = ("mobilenet_v3_small", "efficientnet_b0")  # Keras's models of these make pixels ready themselves


def base_arguments(architecture: Transfer, input_shape: tuple[int, ...]) -> list[str]:
    """What the function of keras.applications is called with."""
    weights = None if architecture.weights == RANDOM else architecture.weights
    arguments = ["include_top=False", f"weights={json.dumps(weights) if weights else None}"]
    if architecture.backbone == "mobilenet_v3_small" and architecture.preprocessing == "none":
        arguments.append("include_preprocessing=False")
    return [*arguments, f"input_shape={input_shape}"]


def freezing_lines(architecture: Transfer) -> list[str]:
    """Lines that freeze what comes before the first layer that is trained, and batch normalisation behind it."""
    if not architecture.is_fine_tuning:
        return ["base.trainable = False"]
    lines = [
        "base.trainable = True",
        "for layer in base.layers:",
        f"    if layer.name == {json.dumps(architecture.train_from)}:",
        "        break",
        "    layer.trainable = False",
    ]
    if any(layer.kind == "BatchNormalization" for layer in layers_of(architecture.backbone)):
        lines += [
            "for layer in base.layers:",
            "    if isinstance(layer, layers.BatchNormalization):",
            "        layer.trainable = False  # few pictures would spoil its statistics",
        ]
    return lines


def pixel_lines(architecture: Transfer) -> list[str]:
    """Lines that make pixels ready in front of the backbone; none where it does so itself or takes them raw."""
    if architecture.preprocessing == "none" or architecture.backbone in _READY_INSIDE:
        return []
    return [f"x = keras.applications.{BACKBONES[architecture.backbone].module}.preprocess_input(inputs)"]


def normalization_lines(architecture: Transfer) -> list[str]:
    """Lines that set what EfficientNet itself does to pixels, where Keras leaves it undone or it is not wanted.

    Its files keep the spread where the layer takes the variance. Keras mends that with one more layer, a division by
    the root of the spread, for "imagenet" alone.
    """
    raw, imagenet = architecture.preprocessing == "none", architecture.weights == IMAGENET
    if architecture.backbone != "efficientnet_b0" or (imagenet and not raw):
        return []
    variance = "np.square(spread)"
    if raw:
        variance = "np.square(1 / 255) / spread" if imagenet else "np.full(3, np.square(1 / 255))"
    return [
        "mean, spread = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])",
        "normalization = base.layers[2]  # after the input and the division by 255",
        f"normalization.set_weights([{'0 * mean' if raw else 'mean'}, {variance}, np.array(0)])",
        "normalization.finalize_state()",
    ]
