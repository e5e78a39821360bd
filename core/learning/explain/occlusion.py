"""Occlusion: how a probability falls when parts of a picture are covered.

Source: Zeiler and Fergus 2014, arXiv:1311.2901.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from core.architecture.describe import describe
from core.explaining import Occlusion
from core.learning.explain.asked import asked_model, check_number
from core.learning.pipeline import evaluation_batch_size
from core.learning.predict import Trained, probabilities_of
from core.runs.folder import RunFolder

MOST_PLACES, FEWEST_PLACES = 14, 7  # a side
WORK = 2000e9  # multiply-adds in all; two cores do about 80e9 a second where nothing else runs
PATCH = 1 / 6  # of the picture's side
LEAST_PATCH = 2  # px
CLOSE_ENOUGH = 1 / 24  # of the side: so far the patch may be off for more places


def occlusion(
    run: RunFolder,
    epoch: int | None,
    seen: NDArray[np.uint8],
    class_number: int | None = None,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> Occlusion:
    """Cover `seen` with a square of its mean colour, place by place; arguments as in `core.explaining.occlusion`.

    Raises:
        StudioError: If there is no such model or class, or the model's answers are no numbers.
    """
    trained = asked_model(run, epoch, seen)
    whole = probabilities_of(trained.model, seen[None])[0]
    number = int(whole.argmax()) if class_number is None else check_number(class_number, len(whole), "class")
    patch, stride = squares(len(seen), _places(trained))
    after = _covered(trained, seen, number, patch, stride, tell)
    return Occlusion(whole[number] - after, patch, stride, float(whole[number]), number)


def squares(side: int, places: int) -> tuple[int, int]:
    """(patch, stride) in px: squares of about a sixth of the side, that reach from border to border without a gap.

    Args:
        side: Of the picture, in px, at least 4.
        places: At most so many a side, at least 6; where the patch may be close enough to a sixth, as many as can be.
    """
    ways = [(side - stride * steps, stride) for stride in range(1, side) for steps in range(1, places)]
    fitting = [(patch, stride) for patch, stride in ways if patch >= max(LEAST_PATCH, stride)]

    def badness(way: tuple[int, int]) -> tuple[float, int, float]:
        patch, stride = way
        off = abs(patch - side * PATCH)
        return max(off, CLOSE_ENOUGH * side), stride, off

    return min(fitting, key=badness)


def _places(trained: Trained) -> int:
    """Places a side that WORK allows."""
    cost = describe(trained.info.spec, len(trained.info.classes)).multiply_adds
    return int(np.clip(math.sqrt(WORK / max(cost, 1)), FEWEST_PLACES, MOST_PLACES))


def _covered(
    trained: Trained,
    seen: NDArray[np.uint8],
    number: int,
    patch: int,
    stride: int,
    tell: Callable[[int, int], None],
) -> NDArray[np.float32]:
    """(g, g) probabilities of the class `number` with the square at each place."""
    corners = range(0, len(seen) - patch + 1, stride)
    places = [(row, column) for row in corners for column in corners]
    grey = seen.mean(axis=(0, 1)).round().astype(np.uint8)
    batch, found = evaluation_batch_size(trained.model), []
    for begin in range(0, len(places), batch):
        tell(begin, len(places))
        now = places[begin : begin + batch]
        pictures = seen[None].repeat(len(now), axis=0)
        for picture, (row, column) in zip(pictures, now, strict=True):
            picture[row : row + patch, column : column + patch] = grey
        found.append(probabilities_of(trained.model, pictures)[:, number])
    return np.concatenate(found).reshape(len(corners), len(corners))
