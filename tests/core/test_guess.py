"""Predictions held against an exam."""

import numpy as np
import pytest
from pydantic import ValidationError

from core.evaluation import Exam
from core.guess import Guess, scored


def exam(labels, said, classes=3):
    probabilities = np.eye(classes, dtype=np.float32)[said]
    return Exam(np.arange(len(labels)), np.array(labels), probabilities, 0.1, {})


def test_a_pair_counts_in_both_directions_together():
    score = scored(Guess(accuracy=0.5, pair=(2, 0)), exam([0, 0, 1, 2, 1, 1], [0, 2, 0, 0, 1, 1]))
    assert score.pairs == ((0, 2),)
    assert score.is_pair_right
    assert (score.accuracy, score.off, score.is_close) == (0.5, 0.0, True)


def test_pairs_mixed_up_equally_often_all_count():
    taken = exam([0, 1, 2], [1, 2, 2])
    assert scored(Guess(accuracy=0, pair=(0, 1)), taken).is_pair_right
    assert scored(Guess(accuracy=0, pair=(1, 2)), taken).is_pair_right
    missed = scored(Guess(accuracy=0, pair=(0, 2)), taken)
    assert (missed.pairs, missed.is_pair_right) == (((0, 1), (1, 2)), False)


def test_without_mistakes_there_is_no_pair_and_without_a_prediction_none_is_judged():
    score = scored(Guess(accuracy=0.9, pair=(0, 1)), exam([0, 1, 2], [0, 1, 2]))
    assert (score.pairs, score.is_pair_right, score.is_close) == ((), False, False)
    assert score.off == pytest.approx(0.1)
    assert scored(Guess(accuracy=0.99), exam([0, 1], [0, 1])).is_pair_right is None


def test_two_of_a_hundred_are_close():
    assert scored(Guess(accuracy=0.98), exam([0], [0])).is_close
    assert not scored(Guess(accuracy=0.979), exam([0], [0])).is_close


@pytest.mark.parametrize("accuracy", [-0.01, 1.01, float("nan")])
def test_an_accuracy_lies_between_none_and_all(accuracy):
    with pytest.raises(ValidationError):
        Guess(accuracy=accuracy)
