"""The rows of the table of a pile."""

from __future__ import annotations

import numpy as np

from core.novelty import Strangeness
from core.piles import PileAnswer
from ui.classify.pile_table import pile_rows


def test_doubts_of_both_kinds_stand_beside_the_answer_and_a_reason_in_its_place() -> None:
    nan = float("nan")
    said = np.array([(0.9, 0.1), (0.6, 0.4), (0.9, 0.1), (0.4, 0.6), (nan, nan)], np.float32)
    none, ends = np.empty(0, np.uint8), np.zeros(5, np.int64)
    errors = ("", "", "", "", "No number.")
    answer = PileAnswer(("a", "b", "c", "d", "e"), errors, said, said, np.zeros(5, np.bool_), none, ends, 5)
    distances = np.array([(1, 1), (1, 1), (3, 1), (1, 3), (nan, nan)], np.float32)
    strange = Strangeness(distances, np.array([2, 2], np.float32))
    rows = pile_rows(answer, ("cat", "dog"), range(5), strange)
    assert rows["unlike"] == ["", "? not sure", "? unlike training", "? unlike training, not sure", ""]
    assert rows["answer"] == ["cat", "cat", "cat", "dog", ""]
    assert rows["reason"] == ["", "", "", "", "No number."]
