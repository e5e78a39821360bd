from __future__ import annotations

import numpy as np
import pytest

from core.datasets import inspect
from core.datasets.dataset import Dataset
from core.datasets.inspect import describe, sample_indices
from core.datasets.split import Split


def split_of(train: list[int], validation: list[int], test: list[int]) -> Split:
    return Split(*(np.array(part, np.int64) for part in (train, validation, test)))


def test_facts_are_counted_over_parts_and_measured_on_training_pictures(tiny: Dataset) -> None:
    tiny.images[:] = 9
    tiny.images[0, ..., 0] = 10
    tiny.images[2, ..., 0] = 20
    facts = describe(tiny, split_of([0, 2], [1], [3]))
    assert facts.counts == {"cat": (1, 1, 0), "dog": (1, 0, 1)}
    assert (facts.shape, facts.dtype, facts.sample_size) == ((4, 4, 4, 3), "uint8", 2)
    assert (facts.value_range, facts.mean, facts.std) == ((9, 20), (15.0, 9.0, 9.0), (5.0, 0.0, 0.0))


def test_the_sample_is_bounded(tiny: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspect, "SAMPLE", 2)
    assert describe(tiny, split_of([0, 1, 2, 3], [], [])).sample_size == 2


def test_pictures_of_a_class_come_a_page_at_a_time() -> None:
    labels = np.array([0, 1, 1, 0, 1])
    assert sample_indices(labels, 1, page=0, per_page=2).tolist() == [1, 2]
    assert sample_indices(labels, 1, page=1, per_page=2).tolist() == [4]
    assert sample_indices(labels, 1, page=2, per_page=2).tolist() == []
