"""Facts about a data set, cheap enough for a page."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.datasets.dataset import Dataset, Fit
from core.datasets.split import Indices, Split

SAMPLE = 1_000  # pictures measured
POINTS = 32  # points a side measured in each, so that large photos cost no more than small ones


@dataclass(frozen=True)
class DatasetFacts:
    """What is in a data set after it was split.

    Attributes:
        counts: Class name → pictures in training, validation, test.
        shape: (N, S, S, C).
        value_range: Lowest and highest value among `sample_size` training pictures.
    """

    counts: dict[str, tuple[int, int, int]]
    shape: tuple[int, ...]
    dtype: str
    value_range: tuple[int, int]
    sample_size: int


@dataclass(frozen=True)
class SizeFacts:
    """How large the photos of a set were before they became squares.

    Attributes:
        known: Photos whose size is known; the rest of this is about them.
        widths, heights: Smallest, median and largest, in px.
        not_square: Photos that were not square.
        overhang: Their mean share of the long side that reaches beyond the short one, 0–1: of a photo what a crop cuts
            off, of the square what a pad leaves black.
        enlarged: Photos that had fewer pixels than are kept.
    """

    known: int
    widths: tuple[int, int, int]
    heights: tuple[int, int, int]
    not_square: int
    overhang: float
    enlarged: int


def describe(dataset: Dataset, split: Split) -> DatasetFacts:
    """Count every class in every part, and measure at most `SAMPLE` training pictures, evenly spread."""
    step = math.ceil(dataset.meta.size / POINTS)
    sample = dataset.images[split.train[:: math.ceil(len(split.train) / SAMPLE)], ::step, ::step]
    return DatasetFacts(
        counts=_counts(dataset, split),
        shape=dataset.images.shape,
        dtype=str(dataset.images.dtype),
        value_range=(int(sample.min()), int(sample.max())),
        sample_size=len(sample),
    )


def sample_indices(labels: NDArray[Any], class_id: int, page: int, per_page: int) -> Indices:
    """Where the pictures of a class are, one page at a time, `page` counting from 0; empty past the last page."""
    return np.flatnonzero(labels == class_id)[page * per_page : (page + 1) * per_page]


def size_facts(sizes: NDArray[np.int32], side: int, fit: Fit) -> SizeFacts | None:
    """Measure (N, 2) widths and heights, (0, 0) where unknown; None where all are.

    Args:
        side: Of the squares that are kept, in px.
        fit: How the photos became squares.
    """
    known = sizes[(sizes > 0).all(axis=1)]
    if not len(known):
        return None
    short, long = known.min(axis=1), known.max(axis=1)
    oblong = short < long
    return SizeFacts(
        known=len(known),
        widths=_range(known[:, 0]),
        heights=_range(known[:, 1]),
        not_square=int(oblong.sum()),
        overhang=float((1 - short / long)[oblong].mean()) if oblong.any() else 0.0,
        enlarged=int(((long if fit == "pad" else short) < side).sum()),
    )


def size_points(sizes: NDArray[np.int32], groups: NDArray[np.int32], most: int) -> tuple[NDArray[np.int64], int]:
    """Count the photos of the same size and group.

    Args:
        sizes: (N, 2) widths and heights in px; (0, 0) where unknown, and then left out.
        groups: (N,) numbers from 0.
        most: Points wanted at most, no fewer than there are groups.

    Returns:
        (P, 4): width, height, group, photos; and the step in px, a power of 2, in which sizes were gathered, each step
        standing at its middle, so that there are not more points. 1 where they are exact.
    """
    known = (sizes > 0).all(axis=1)
    rows = np.column_stack([sizes[known], groups[known]]).astype(np.int64)
    step = 1
    while True:
        points, counts = _unique(rows // (step, step, 1))
        if len(points) <= most:
            return np.column_stack([points * (step, step, 1) + (step // 2, step // 2, 0), counts]), step
        step *= 2


def _unique(rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The different rows of (N, 3), and how often each is there; numpy's own takes ten times longer for rows."""
    _first, second, third = rows.max(axis=0, initial=0) + 1
    keys, counts = np.unique((rows[:, 0] * second + rows[:, 1]) * third + rows[:, 2], return_counts=True)
    rest, last = np.divmod(keys, third)
    return np.column_stack([*np.divmod(rest, second), last]), counts


def _range(values: NDArray[np.int32]) -> tuple[int, int, int]:
    return int(values.min()), int(np.median(values)), int(values.max())


def _counts(dataset: Dataset, split: Split) -> dict[str, tuple[int, int, int]]:
    names = dataset.meta.classes
    columns = [
        np.bincount(dataset.labels[part], minlength=len(names)) for part in (split.train, split.validation, split.test)
    ]
    return {name: (int(a), int(b), int(c)) for name, a, b, c in zip(names, *columns, strict=True)}
