"""Stacks to start from, without their output layer (which follows from the data)."""

from __future__ import annotations

from dataclasses import dataclass

from core.architecture.layers import (
    AveragePool2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool2D,
    MaxPool2D,
    OwnCNN,
)
from core.i18n import N_


@dataclass(frozen=True)
class Preset:
    """A named stack with one sentence on when to take it and where it comes from."""

    title: str
    help: str
    architecture: OwnCNN


PRESETS: dict[str, Preset] = {
    "small": Preset(
        N_("Small CNN"),
        N_("A small modern network: two stages of convolutions with batch normalisation, then one mean per channel."),
        OwnCNN(
            layers=(
                Conv2D(filters=32, activation="linear"),
                BatchNormalization(),
                Conv2D(filters=32),
                MaxPool2D(),
                Conv2D(filters=64),
                GlobalAveragePool2D(),
                Dropout(rate=0.2),
            )
        ),
    ),
    "mnist": Preset(
        N_("MNIST notebook"),
        N_("The course's CNN for digits: 50,186 parameters on 28×28 grey pictures with 10 classes."),
        OwnCNN(layers=(Conv2D(filters=32), MaxPool2D(), Conv2D(filters=64), MaxPool2D(), Flatten())),
    ),
    "animals": Preset(
        N_("Animals notebook"),
        N_("The course's CNN for photos: 2,283,779 parameters on 224×224 colour pictures with 3 classes."),
        OwnCNN(
            layers=(
                Conv2D(filters=128),
                MaxPool2D(),
                Conv2D(filters=256),
                MaxPool2D(),
                Conv2D(filters=128),
                MaxPool2D(),
                Conv2D(filters=64),
                MaxPool2D(),
                Flatten(),
                Dense(units=128),
                Dense(units=64),
                Dense(units=32),
            )
        ),
    ),
    "lenet5": Preset(
        N_("LeNet-5"),
        N_("The classic of 1998 (LeCun et al., Gradient-based learning applied to document recognition), for 28×28."),
        OwnCNN(
            layers=(
                Conv2D(filters=6, kernel_size=5, activation="tanh"),
                AveragePool2D(),
                Conv2D(filters=16, kernel_size=5, padding="valid", activation="tanh"),
                AveragePool2D(),
                Flatten(),
                Dense(units=120, activation="tanh"),
                Dense(units=84, activation="tanh"),
            )
        ),
    ),
}
DEFAULT_PRESET = "small"
