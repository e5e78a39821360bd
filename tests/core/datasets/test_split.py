from __future__ import annotations

import numpy as np
import pytest

from core.datasets.dataset import TEST
from core.datasets.split import make_split
from core.errors import DataError

LABELS = np.repeat([0, 1, 2], [100, 50, 10])
NONE_GIVEN = np.zeros(160, np.uint8)


def test_each_class_is_shared_out_by_itself() -> None:
    split = make_split(LABELS, NONE_GIVEN, 0.25, 0.2, seed=0)
    assert np.bincount(LABELS[split.test]).tolist() == [20, 10, 2]
    assert np.bincount(LABELS[split.validation]).tolist() == [20, 10, 2]  # a quarter of what is left
    assert np.bincount(LABELS[split.train]).tolist() == [60, 30, 6]


def test_every_picture_is_in_exactly_one_part() -> None:
    split = make_split(LABELS, NONE_GIVEN, 0.2, 0.2, seed=0)
    parts = [split.train, split.validation, split.test]
    np.testing.assert_array_equal(np.sort(np.concatenate(parts)), np.arange(160))
    for part in parts:
        assert part.dtype == np.int64
        assert (np.diff(part) > 0).all()


def test_the_seed_decides() -> None:
    first, again, other = (make_split(LABELS, NONE_GIVEN, 0.2, 0.2, seed=seed) for seed in (7, 7, 8))
    np.testing.assert_array_equal(first.train, again.train)
    assert not np.array_equal(first.test, other.test)


def test_the_test_part_does_not_depend_on_the_validation_share() -> None:
    few, many = (make_split(LABELS, NONE_GIVEN, share, 0.2, seed=0) for share in (0.05, 0.5))
    np.testing.assert_array_equal(few.test, many.test)


def test_a_given_test_part_stays() -> None:
    labels, parts = np.tile([0, 1], 10), np.zeros(20, np.uint8)
    parts[[3, 4, 5]] = TEST
    split = make_split(labels, parts, 0.2, 0.5, seed=0)
    assert split.test.tolist() == [3, 4, 5]
    assert len(split.validation) == 4


@pytest.mark.parametrize("share", [0.05, 0.5])
def test_the_smallest_class_is_in_every_part(share: float) -> None:
    split = make_split(np.array([0, 0, 0, 1, 1, 1]), np.zeros(6, np.uint8), share, share, seed=0)
    for part in (split.train, split.validation, split.test):
        assert len(part) == 2


def test_a_class_that_is_too_small_is_named() -> None:
    labels, parts = np.array([0, 0, 0, 1, 1]), np.zeros(5, np.uint8)
    with pytest.raises(DataError, match=r"Class dog has 2 pictures .* training, validation and test.* at least 3"):
        make_split(labels, parts, 0.2, 0.2, 0, ("cat", "dog"))
    with pytest.raises(DataError, match="Class 1 has 2 pictures"):
        make_split(labels, parts, 0.2, 0.2, 0)
    with pytest.raises(DataError, match="Class cow has 0 pictures"):
        make_split(np.zeros(5, int), parts, 0.2, 0.2, 0, ("cat", "cow"))


def test_a_class_without_a_given_test_picture_is_named() -> None:
    with pytest.raises(DataError, match="Class dog has no test picture"):
        make_split(np.array([0, 0, 0, 1, 1]), np.array([0, 0, TEST, 0, 0], np.uint8), 0.2, 0.2, 0, ("cat", "dog"))
