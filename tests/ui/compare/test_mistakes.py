"""Mistakes in common and each one's own."""

import numpy as np

from ui.compare.mistakes import in_common, in_part, own

WRONG = np.array([[1, 1, 0, 0, 1], [1, 0, 1, 0, 1], [1, 0, 0, 0, 0]], dtype=bool)


def test_in_common_are_those_that_all_make():
    assert in_common(WRONG).tolist() == [0]
    assert in_common(WRONG[:2]).tolist() == [0, 4]


def test_ones_own_are_those_that_nobody_else_makes():
    assert [own(WRONG, row).tolist() for row in range(3)] == [[1], [2], []]


def test_each_mistake_is_in_one_group_and_only_one():
    groups = [in_common(WRONG), in_part(WRONG), *(own(WRONG, row) for row in range(3))]
    assert in_part(WRONG).tolist() == [4]
    assert sorted(np.concatenate(groups).tolist()) == np.flatnonzero(WRONG.any(axis=0)).tolist()
    assert in_part(WRONG[:2]).tolist() == [], "of two runs several are all"
