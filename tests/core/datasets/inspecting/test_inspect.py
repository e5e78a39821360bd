from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from core.datasets.dataset import Dataset, Fit
from core.datasets.inspecting import inspect
from core.datasets.inspecting.inspect import SizeFacts, describe, sample_indices, size_facts, size_points
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
    assert facts.value_range == (9, 20)


def test_the_sample_is_bounded(tiny: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspect, "SAMPLE", 2)
    assert describe(tiny, split_of([0, 1, 2, 3], [], [])).sample_size == 2


def test_pictures_of_a_class_come_a_page_at_a_time() -> None:
    labels = np.array([0, 1, 1, 0, 1])
    assert sample_indices(labels, 1, page=0, per_page=2).tolist() == [1, 2]
    assert sample_indices(labels, 1, page=1, per_page=2).tolist() == [4]
    assert sample_indices(labels, 1, page=2, per_page=2).tolist() == []


def sizes(*pairs: tuple[int, int]) -> NDArray[np.int32]:
    return np.array(pairs, np.int32).reshape(-1, 2)


def test_photo_sizes_before_they_became_squares() -> None:
    facts = size_facts(sizes((100, 50), (0, 0), (30, 40), (20, 20)), side=40, fit="crop")
    assert facts == SizeFacts(
        known=3,
        widths=(20, 30, 100),
        heights=(20, 40, 50),
        not_square=2,
        overhang=(0.5 + 0.25) / 2,
        enlarged=2,
    )


@pytest.mark.parametrize(("fit", "enlarged"), [("crop", 1), ("stretch", 1), ("pad", 0)])
def test_a_photo_is_enlarged_where_the_side_that_counts_is_too_short(fit: Fit, enlarged: int) -> None:
    facts = size_facts(sizes((100, 50)), side=60, fit=fit)
    assert facts is not None
    assert facts.enlarged == enlarged


def test_square_photos_have_no_overhang() -> None:
    facts = size_facts(sizes((5, 5)), side=5, fit="crop")
    assert facts is not None
    assert (facts.not_square, facts.overhang, facts.enlarged) == (0, 0.0, 0)


def test_without_a_known_size_there_are_no_facts() -> None:
    assert size_facts(sizes((0, 0), (0, 0)), side=5, fit="crop") is None
    points, step = size_points(sizes((0, 0)), np.zeros(1, np.int32), most=5)
    assert (points.shape, step) == ((0, 4), 1)


def test_photos_of_a_size_and_class_are_counted() -> None:
    groups = np.array([0, 1, 0, 0, 1], np.int32)
    points, step = size_points(sizes((9, 4), (9, 4), (9, 4), (4, 9), (0, 0)), groups, most=10)
    assert (points.tolist(), step) == ([[4, 9, 0, 1], [9, 4, 0, 2], [9, 4, 1, 1]], 1)


def test_too_many_sizes_are_gathered_in_steps_at_their_middle() -> None:
    points, step = size_points(sizes((1, 1), (2, 2), (3, 3), (4, 4)), np.zeros(4, np.int32), most=2)
    assert (points.tolist(), step) == ([[2, 2, 0, 3], [6, 6, 0, 1]], 4)
