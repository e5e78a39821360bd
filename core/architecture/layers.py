"""The layer table: every layer a learner can stack, with its settings. No TensorFlow here.

A new layer is one class here, one case in `shapes.py`, one in `keras_code.py` and one in `core/learning/build.py`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from core.i18n import N_
from core.knobs import Kinded, knob

Padding = Literal["same", "valid"]
Activation = Literal["linear", "relu", "elu", "gelu", "silu", "tanh", "sigmoid"]

PADDINGS = {"same": N_("same"), "valid": N_("valid")}
ACTIVATIONS = {
    "linear": N_("none (linear)"),
    "relu": "ReLU",
    "elu": "ELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "tanh": "tanh",
    "sigmoid": N_("sigmoid"),
}

_PADDING = N_("same: zeros are added at the border so that stride 1 keeps the size. valid: no border, the map shrinks.")
_STRIDES = N_("How far the window moves at each step, in pixels. 2 halves height and width.")
_ACTIVATION = N_("What is done to each output number. ReLU keeps positive numbers and turns negative ones into 0.")


class Conv2D(Kinded):
    """A 2-D convolution: (h, w, c) → (h', w', filters). Source: keras.layers.Conv2D."""

    kind: Literal["conv2d"] = "conv2d"
    filters: int = knob(
        32, N_("Filters"), N_("How many patterns this layer looks for."), low=1, high=1024, scale="half_powers"
    )
    kernel_size: int = knob(
        3, N_("Kernel size"), N_("Side of the square window, in pixels."), low=1, high=15, step=1, unit=N_("px")
    )
    strides: int = knob(1, N_("Strides"), _STRIDES, low=1, high=8, step=1, unit=N_("px"), advanced=True)
    padding: Padding = knob("same", N_("Padding"), _PADDING, choices=PADDINGS)
    activation: Activation = knob("relu", N_("Activation"), _ACTIVATION, choices=ACTIVATIONS)


class MaxPool2D(Kinded):
    """Keeps the largest number of each window: (h, w, c) → (h', w', c). Source: keras.layers.MaxPooling2D."""

    kind: Literal["max_pool2d"] = "max_pool2d"
    pool_size: int = knob(
        2, N_("Pool size"), N_("Side of the square window, in pixels."), low=1, high=15, step=1, unit=N_("px")
    )
    strides: int = knob(2, N_("Strides"), _STRIDES, low=1, high=8, step=1, unit=N_("px"))
    padding: Padding = knob("valid", N_("Padding"), _PADDING, choices=PADDINGS)


class AveragePool2D(Kinded):
    """Keeps the mean of each window: (h, w, c) → (h', w', c). Source: keras.layers.AveragePooling2D."""

    kind: Literal["average_pool2d"] = "average_pool2d"
    pool_size: int = knob(
        2, N_("Pool size"), N_("Side of the square window, in pixels."), low=1, high=15, step=1, unit=N_("px")
    )
    strides: int = knob(2, N_("Strides"), _STRIDES, low=1, high=8, step=1, unit=N_("px"))
    padding: Padding = knob("valid", N_("Padding"), _PADDING, choices=PADDINGS)


class BatchNormalization(Kinded):
    """Centres and scales each channel by its running statistics. Source: keras.layers.BatchNormalization."""

    kind: Literal["batch_normalization"] = "batch_normalization"
    momentum: float = knob(
        0.9,
        N_("Momentum"),
        N_("How slowly the running mean and variance follow the batches. 0.99 needs thousands of batches to settle."),
        low=0.5,
        high=0.999,
        step=0.001,
    )


class Dropout(Kinded):
    """Sets a share of its inputs to 0, in training only. Source: keras.layers.Dropout."""

    kind: Literal["dropout"] = "dropout"
    rate: float = knob(
        0.3,
        N_("Rate"),
        N_("Share of the inputs switched off at random in each training step."),
        low=0.0,
        high=0.9,
        step=0.05,
    )


class Flatten(Kinded):
    """Lays a map out as one row of numbers: (h, w, c) → (h·w·c). Source: keras.layers.Flatten."""

    kind: Literal["flatten"] = "flatten"


class GlobalAveragePool2D(Kinded):
    """Keeps one mean for each channel: (h, w, c) → (c). Source: keras.layers.GlobalAveragePooling2D."""

    kind: Literal["global_average_pool2d"] = "global_average_pool2d"


class Dense(Kinded):
    """Every output is connected to every input: (n) → (units). Source: keras.layers.Dense."""

    kind: Literal["dense"] = "dense"
    units: int = knob(64, N_("Units"), N_("How many numbers this layer gives."), low=1, high=4096, scale="half_powers")
    activation: Activation = knob("relu", N_("Activation"), _ACTIVATION, choices=ACTIVATIONS)


LayerSpec = Annotated[
    Conv2D | MaxPool2D | AveragePool2D | BatchNormalization | Dropout | Flatten | GlobalAveragePool2D | Dense,
    Field(discriminator="kind"),
]
AnyLayer = Conv2D | MaxPool2D | AveragePool2D | BatchNormalization | Dropout | Flatten | GlobalAveragePool2D | Dense

# kind → (class, name on a card, one sentence on what it does)
LAYERS: dict[str, tuple[type[AnyLayer], str, str]] = {
    "conv2d": (Conv2D, "Conv2D", N_("Looks for small patterns everywhere in the picture.")),
    "max_pool2d": (MaxPool2D, "MaxPool2D", N_("Makes the map smaller and keeps the strongest answers.")),
    "average_pool2d": (AveragePool2D, "AveragePool2D", N_("Makes the map smaller and keeps the mean.")),
    "batch_normalization": (
        BatchNormalization,
        "BatchNormalization",
        N_("Keeps the numbers in a good range, so that training is faster."),
    ),
    "dropout": (Dropout, "Dropout", N_("Switches off inputs at random, so that the network cannot learn by heart.")),
    "flatten": (Flatten, "Flatten", N_("Lays the map out as one row of numbers.")),
    "global_average_pool2d": (
        GlobalAveragePool2D,
        "GlobalAveragePool2D",
        N_("Keeps one number for each channel: how much of it there is."),
    ),
    "dense": (Dense, "Dense", N_("Combines all numbers to decide.")),
}


class OwnCNN(Kinded):
    """A hand-designed stack. The output layer is not part of it: it follows from the classes and the loss."""

    kind: Literal["own"] = "own"
    layers: tuple[LayerSpec, ...] = Field(max_length=60)
