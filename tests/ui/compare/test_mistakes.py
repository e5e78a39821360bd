"""Mistakes in common and each one's own."""

import numpy as np

from ui.compare.mistakes import in_common, own

WRONG = np.array([[1, 1, 0, 0, 1], [1, 0, 1, 0, 1], [1, 0, 0, 0, 0]], dtype=bool)


def test_in_common_are_those_that_all_make():
    assert in_common(WRONG).tolist() == [0]
    assert in_common(WRONG[:2]).tolist() == [0, 4]


def test_ones_own_are_those_that_nobody_else_makes():
    assert [own(WRONG, row).tolist() for row in range(3)] == [[1], [2], []]
