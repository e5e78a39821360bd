"""Dealing pictures out to training, validation and test."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.datasets.dataset import TEST, TRAIN, VALIDATION
from core.errors import DataError
from core.i18n import N_, _

Indices = NDArray[np.int64]
Policy = Literal["stratified", "last"]
Shares = dict[int, float]  # part to be dealt out → its fraction of what is still free, in the order of dealing

NAMED = 5  # classes that an error names; the others are counted
PARTS = {TRAIN: N_("training"), VALIDATION: N_("validation"), TEST: N_("test")}
TOGETHER = {  # the parts to be dealt out → what shares the pictures
    (TEST, VALIDATION): N_("training, validation and test"),
    (VALIDATION,): N_("training and validation"),
    (TEST,): N_("training and test"),
}
MISSING = {
    TEST: N_("The last {share} of the pictures, kept for the test, hold no picture of {names}."),
    VALIDATION: N_("The last {share} of the training pictures, kept for validation, hold no picture of {names}."),
    TRAIN: N_("The first pictures, left for training, hold no picture of {names}."),
}
REMEDY = N_(
    "Where a set is sorted by class, its last pictures are all of the same classes. "
    "Choose the stratified split, or bring the pictures in mixed order."
)


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
    policy: Policy = "stratified",
) -> Split:
    """Deal out the pictures that the set does not give to a part itself; the same arguments deal the same.

    Validation and test pictures that the set brings stay what they are, and that part's fraction is then not used. The
    validation share is taken of what is left after the test, so moving it leaves the test as it is.

    Args:
        labels: (N,) class numbers.
        parts: (N,) `TRAIN`, `TEST` or `VALIDATION`.
        validation_fraction, test_fraction: Above 0, below 1.
        seed: Of the stratified dealing; "last" does not use it.
        classes: Names, for the error; without them a class is named by its number.
        policy: "stratified" deals every class by itself, so that its share is the same in each part. "last" takes the
            last pictures in stored order for the test, and the last of the others for validation.

    Raises:
        DataError: If a class would be missing in a part.
    """
    names = classes or [str(label) for label in range(int(labels.max()) + 1)]
    fractions = ((TEST, test_fraction), (VALIDATION, validation_fraction))
    shares = {part: fraction for part, fraction in fractions if not (parts == part).any()}
    _check_given(labels, parts, tuple(shares), names)
    dealt = np.array(parts)
    if policy == "last":
        _deal_last(dealt, shares)
        _check_dealt(labels, dealt, shares, names)
    else:
        _deal_stratified(dealt, labels, shares, seed)
    return Split(*(np.flatnonzero(dealt == part) for part in (TRAIN, VALIDATION, TEST)))


def _deal_stratified(dealt: NDArray[np.uint8], labels: NDArray[Any], shares: Shares, seed: int) -> None:
    """Mark the share of every class in `dealt`, (N,) parts; at least one picture of it is in each."""
    free = np.flatnonzero(dealt == TRAIN)
    by_class = free[np.argsort(labels[free], kind="stable")]
    ends = np.cumsum(np.bincount(labels[free]))
    for label, mine in enumerate(np.split(by_class, ends[:-1])):
        order = np.random.default_rng([seed, label]).permutation(mine)
        for place, (part, fraction) in enumerate(shares.items()):
            most = len(order) - (len(shares) - place)  # one is kept for each part that is still to come
            count = min(max(1, round(fraction * len(order))), most)
            dealt[order[:count]] = part
            order = order[count:]


def _deal_last(dealt: NDArray[np.uint8], shares: Shares) -> None:
    """Mark the last pictures in `dealt`, (N,) parts, cut where Keras's `train_validation_split` cuts them.

    Source: keras/src/trainers/data_adapters/array_slicing.py.
    """
    for part, fraction in shares.items():
        free = np.flatnonzero(dealt == TRAIN)
        dealt[free[math.floor(len(free) * (1.0 - fraction)) :]] = part


def _check_given(labels: NDArray[Any], parts: NDArray[np.uint8], dealt: tuple[int, ...], names: Sequence[str]) -> None:
    """Raise DataError for the first class that cannot be in every part, whatever is in the parts that are dealt."""
    counts = {part: np.bincount(labels[parts == part], minlength=len(names)) for part in PARTS}
    needed = 1 + len(dealt)
    for label, name in enumerate(names):
        if dealt and counts[TRAIN][label] < needed:
            raise DataError(
                _(
                    "Class {name} has {got} pictures to share between {parts}, and needs at least {needed}. Add some."
                ).format(name=name, got=counts[TRAIN][label], parts=_(TOGETHER[dealt]), needed=needed)
            )
        for part in PARTS:
            if part not in dealt and not counts[part][label]:
                raise DataError(
                    _(
                        "Class {name} has no {part} picture, and the other classes have. Add one, or remove the class."
                    ).format(name=name, part=_(PARTS[part]))
                )


def _check_dealt(labels: NDArray[Any], dealt: NDArray[np.uint8], shares: Shares, names: Sequence[str]) -> None:
    """Raise DataError for the first part of `dealt`, (N,), that some classes are missing in."""
    for part in (*shares, TRAIN):
        counts = np.bincount(labels[dealt == part], minlength=len(names))
        missing = [name for name, count in zip(names, counts, strict=True) if not count]
        if missing:
            share = f"{100 * shares.get(part, 0):.3g} %"
            text = _(MISSING[part]).format(share=share, names=_listed(missing))
            raise DataError(f"{text} {_(REMEDY)}")


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:NAMED])
    if len(names) <= NAMED:
        return shown
    return _("{names} and {count} more").format(names=shown, count=len(names) - NAMED)
