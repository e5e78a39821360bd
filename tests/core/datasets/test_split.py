from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.datasets.dataset import TEST, TRAIN, VALIDATION
from core.datasets.split import Policy, make_split
from core.errors import DataError

POLICIES: tuple[Policy, ...] = get_args(Policy)
ANIMALS = ("cat", "dog", "emu", "fox", "gnu", "hen", "ibis", "jay")
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


def test_a_seed_deals_as_it_always_did() -> None:
    """A link or a file of an earlier version must give the very split that it gave then."""
    split = make_split(np.repeat([0, 1], [6, 4]), np.zeros(10, np.uint8), 0.25, 0.25, seed=7)
    parts = [part.tolist() for part in (split.train, split.validation, split.test)]
    assert parts == [[1, 3, 4, 7, 9], [0, 6], [2, 5, 8]]


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


def test_given_validation_pictures_stay_and_the_test_is_dealt_out() -> None:
    labels, parts = np.tile([0, 1], 10), np.zeros(20, np.uint8)
    parts[[3, 4]] = VALIDATION
    split = make_split(labels, parts, 0.5, 0.2, seed=0)
    assert split.validation.tolist() == [3, 4]
    assert np.bincount(labels[split.test]).tolist() == [2, 2]
    assert len(split.train) == 14


@pytest.mark.parametrize("policy", POLICIES)
def test_a_set_that_brings_all_parts_keeps_them(policy: Policy) -> None:
    parts = np.array([TEST, TRAIN, VALIDATION, VALIDATION, TEST, TRAIN], np.uint8)
    split = make_split(np.array([0, 0, 0, 1, 1, 1]), parts, 0.5, 0.5, 0, policy=policy)
    assert [split.train.tolist(), split.validation.tolist(), split.test.tolist()] == [[1, 5], [2, 3], [0, 4]]


@pytest.mark.parametrize("fraction", [0.01, 0.1, 0.2, 0.3, 1 / 3, 0.7, 0.9])
@pytest.mark.parametrize("count", [960, 997])
def test_the_last_pictures_are_those_that_keras_takes(count: int, fraction: float) -> None:
    from keras.src.trainers.data_adapters.array_slicing import train_validation_split

    labels = np.tile([0, 1, 2], count)[: count + 240]
    parts = np.repeat([TRAIN, TEST], [count, 240]).astype(np.uint8)
    split = make_split(labels, parts, fraction, 0.2, seed=0, policy="last")
    train, validation = train_validation_split(np.arange(count), fraction)
    np.testing.assert_array_equal(split.train, train[:])
    np.testing.assert_array_equal(split.validation, validation[:])


def test_the_last_pictures_of_a_set_without_parts_are_its_test() -> None:
    split = make_split(np.tile([0, 1], 10), np.zeros(20, np.uint8), 0.25, 0.2, seed=0, policy="last")
    assert [part.tolist() for part in (split.train, split.validation, split.test)] == [
        [*range(12)],
        [*range(12, 16)],
        [*range(16, 20)],
    ]


def test_the_last_pictures_are_counted_among_training_pictures_in_stored_order() -> None:
    """Test pictures may lie between them, as in a set whose class folders hold both."""
    labels, parts = np.tile([0, 0, 1, 1], 5), np.tile([TRAIN, TEST], 10).astype(np.uint8)
    split = make_split(labels, parts, 0.2, 0.5, seed=0, policy="last")
    assert split.validation.tolist() == [16, 18]
    assert split.test.tolist() == [*range(1, 20, 2)]


@pytest.mark.parametrize(
    ("classes", "given_test", "message"),
    [
        (3, False, r"The last 20 % of the pictures, kept for the test, hold no picture of cat, dog\. "),
        (3, True, r"The last 25 % of the training pictures, kept for validation, hold no picture of cat, dog\. "),
        (8, False, r"hold no picture of cat, dog, emu, fox, gnu and 1 more\. "),
    ],
)
def test_a_set_sorted_by_class_cannot_give_its_last_pictures(classes: int, given_test: bool, message: str) -> None:
    labels, parts = np.repeat(np.arange(classes), 10), np.zeros(10 * classes, np.uint8)
    if given_test:
        parts[::10] = TEST
    with pytest.raises(DataError, match=message + "Where a set is sorted .* Choose the stratified split, or bring"):
        make_split(labels, parts, 0.25, 0.2, 0, ANIMALS[:classes], "last")


def test_a_class_that_only_comes_last_is_missing_in_training() -> None:
    labels = np.array([0] * 12 + [0, 0, 1, 1] + [0, 1, 0, 1])
    with pytest.raises(DataError, match=r"The first pictures, left for training, hold no picture of dog\."):
        make_split(labels, np.zeros(20, np.uint8), 0.25, 0.2, 0, ("cat", "dog"), "last")


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([TRAIN, TRAIN, VALIDATION, TRAIN, VALIDATION], "Class dog has 1 pictures .* training and test, .* at least 2"),
        ([TRAIN, TRAIN, VALIDATION, TRAIN, TRAIN], "Class dog has no validation picture"),
        ([TRAIN, TEST, VALIDATION, TEST, VALIDATION], "Class dog has no training picture"),
    ],
)
@pytest.mark.parametrize("policy", POLICIES)
def test_what_given_parts_lack_is_named(parts: list[int], message: str, policy: Policy) -> None:
    labels = np.array([0, 0, 0, 1, 1])
    with pytest.raises(DataError, match=message):
        make_split(labels, np.array(parts, np.uint8), 0.2, 0.2, 0, ("cat", "dog"), policy)


@st.composite
def labelled_parts(draw: st.DrawFn) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Labels, each of 2 to 5 classes three times or more, and parts of any mixture."""
    classes, count = draw(st.integers(2, 5)), draw(st.integers(0, 60))
    more = draw(st.lists(st.integers(0, classes - 1), min_size=count, max_size=count))
    labels = draw(st.permutations([*range(classes)] * 3 + more))
    kinds = draw(
        st.sampled_from([[TRAIN], [TRAIN, TRAIN, TEST], [TRAIN, VALIDATION], [TRAIN, TRAIN, VALIDATION, TEST]])
    )
    parts = draw(st.lists(st.sampled_from(kinds), min_size=len(labels), max_size=len(labels)))
    return np.array(labels), np.array(parts, np.uint8)


@settings(deadline=None)
@given(
    pictures=labelled_parts(),
    validation=st.floats(0.01, 0.9),
    test=st.floats(0.01, 0.9),
    seed=st.integers(0, 9999),
    policy=st.sampled_from(POLICIES),
)
def test_every_split_is_whole_and_keeps_what_is_given(
    pictures: tuple[NDArray[np.int64], NDArray[np.uint8]], validation: float, test: float, seed: int, policy: Policy
) -> None:
    labels, parts = pictures
    before = parts.copy()
    try:
        split = make_split(labels, parts, validation, test, seed, policy=policy)
    except DataError:
        assert policy == "last" or (parts != TRAIN).any(), "three pictures a class are enough"
        return
    again = make_split(labels, parts, validation, test, seed if policy == "stratified" else seed + 1, policy=policy)
    np.testing.assert_array_equal(parts, before)
    shares = {TRAIN: split.train, VALIDATION: split.validation, TEST: split.test}
    np.testing.assert_array_equal(np.sort(np.concatenate([*shares.values()])), np.arange(len(labels)))
    for part, share in shares.items():
        assert (np.diff(share) > 0).all()
        assert set(labels[share]) == set(labels)
        if part != TRAIN and (parts == part).any():
            np.testing.assert_array_equal(share, np.flatnonzero(parts == part))
    for mine, same in zip(shares.values(), (again.train, again.validation, again.test), strict=True):
        np.testing.assert_array_equal(mine, same)
