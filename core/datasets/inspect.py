"""Facts about a data set, cheap enough for a page."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.datasets.dataset import Dataset
from core.datasets.split import Indices, Split

SAMPLE = 1_000  # pictures measured; their mean is within one or two grey levels of the whole set's
POINTS = 32  # points a side measured in each, so that large photos cost no more than small ones


@dataclass(frozen=True)
class DatasetFacts:
    """What is in a data set after it was split.

    Attributes:
        counts: Class name → pictures in training, validation, test.
        shape: (N, S, S, C).
        value_range: Lowest and highest value among `sample_size` training pictures.
        mean, std: One number a channel, 0–255, over those pictures.
    """

    counts: dict[str, tuple[int, int, int]]
    shape: tuple[int, ...]
    dtype: str
    value_range: tuple[int, int]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    sample_size: int


def describe(dataset: Dataset, split: Split) -> DatasetFacts:
    """Count every class in every part, and measure at most `SAMPLE` training pictures, evenly spread."""
    step = math.ceil(dataset.meta.size / POINTS)
    sample = dataset.images[split.train[:: math.ceil(len(split.train) / SAMPLE)], ::step, ::step]
    return DatasetFacts(
        counts=_counts(dataset, split),
        shape=dataset.images.shape,
        dtype=str(dataset.images.dtype),
        value_range=(int(sample.min()), int(sample.max())),
        mean=tuple(float(value) for value in sample.mean(axis=(0, 1, 2))),
        std=tuple(float(value) for value in sample.std(axis=(0, 1, 2))),
        sample_size=len(sample),
    )


def sample_indices(labels: NDArray[Any], class_id: int, page: int, per_page: int) -> Indices:
    """Where the pictures of a class are, one page at a time, `page` counting from 0; empty past the last page."""
    return np.flatnonzero(labels == class_id)[page * per_page : (page + 1) * per_page]


def _counts(dataset: Dataset, split: Split) -> dict[str, tuple[int, int, int]]:
    names = dataset.meta.classes
    columns = [
        np.bincount(dataset.labels[part], minlength=len(names)) for part in (split.train, split.validation, split.test)
    ]
    return {name: (int(a), int(b), int(c)) for name, a, b, c in zip(names, *columns, strict=True)}
