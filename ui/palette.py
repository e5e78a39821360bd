"""Colours that mean something: the same class, verdict or kind of layer has the same colour on every page.

Source: Okabe and Ito, "Color Universal Design" (2008), eight colours that colour-blind readers can tell apart. Their
black is left out, since it vanishes on a dark page; grey stands in for it.
"""

from __future__ import annotations

BLUE = "#0072B2"
ORANGE = "#E69F00"
GREEN = "#009E73"
PURPLE = "#CC79A7"
SKY = "#56B4E9"
VERMILLION = "#D55E00"
YELLOW = "#F0E442"
GREY = "#999999"

CLASS_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILLION, YELLOW, GREY)

# A sign always goes with these: colour alone says nothing to some readers.
RIGHT = GREEN
WRONG = VERMILLION

# One hue, since the two curves belong together; draw validation dashed. Both reach 3:1 on white and on #0E1117.
TRAIN = BLUE
VALIDATION = "#3391D1"

# kind of a layer (core.architecture.layers), "input" and "backbone" → colour. Vermillion is kept for what failed.
KIND_COLOURS = {
    "input": GREY,
    "backbone": PURPLE,
    "conv2d": BLUE,
    "max_pool2d": ORANGE,
    "average_pool2d": ORANGE,
    "global_average_pool2d": ORANGE,
    "batch_normalization": SKY,
    "dropout": GREY,
    "flatten": PURPLE,
    "dense": GREEN,
}


def class_colour(index: int) -> str:
    """The colour "#RRGGBB" of the class with this index (0-based); after eight classes the colours come again."""
    return CLASS_COLOURS[index % len(CLASS_COLOURS)]
