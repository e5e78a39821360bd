"""Dealing pictures out to training, validation and test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.datasets.dataset import TEST, TRAIN
from core.errors import DataError
from core.i18n import _

Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Split:
    """Which pictures are for what: three sorted index arrays without overlap."""

    train: Indices
    validation: Indices
    test: Indices


def make_split(
    labels: NDArray[Any],
    parts: NDArray[np.uint8],
    validation_fraction: float,
    test_fraction: float,
    seed: int,
    classes: Sequence[str] = (),
) -> Split:
    """Deal out every class by itself, so that its share is the same in each part; the same seed deals the same.

    Test pictures that the set brings stay test pictures, and `test_fraction` is then not used. The validation share is
    taken of what is left after the test, so moving it leaves the test as it is.

    Args:
        labels: (N,) class numbers.
        parts: (N,) `TRAIN` or `TEST`.
        classes: Names, for the error; without them a class is named by its number.

    Raises:
        DataError: If a class has too few pictures to be in every part.
    """
    given = bool((parts == TEST).any())
    shares: list[tuple[Indices, Indices, Indices]] = []
    for label in range(max(int(labels.max()) + 1, len(classes))):
        mine = np.flatnonzero((labels == label) & (parts == TRAIN))
        exam = np.flatnonzero((labels == label) & (parts == TEST))
        _check(classes[label] if classes else str(label), len(mine), len(exam), given=given)
        dealt = np.random.default_rng([seed, label]).permutation(mine)
        tests = 0 if given else _share(test_fraction, len(mine), keep=2)
        validations = _share(validation_fraction, len(mine) - tests, keep=1)
        test, validation, train = np.split(dealt, [tests, tests + validations])
        shares.append((train, validation, exam if given else test))
    return Split(*(np.sort(np.concatenate(part)) for part in zip(*shares, strict=True)))


def _share(fraction: float, count: int, *, keep: int) -> int:
    """Pictures in `fraction` of `count`: at least one, and at least `keep` left."""
    return min(max(1, round(fraction * count)), count - keep)


def _check(name: str, mine: int, exam: int, *, given: bool) -> None:
    needed = 2 if given else 3
    if mine < needed:
        parts = _("training and validation") if given else _("training, validation and test")
        raise DataError(
            _(
                "Class {name} has {got} pictures to share between {parts}, and needs at least {needed}. Add some."
            ).format(name=name, got=mine, parts=parts, needed=needed)
        )
    if given and not exam:
        raise DataError(
            _("Class {name} has no test picture, and the other classes have. Add one, or remove the class.").format(
                name=name
            )
        )
