"""The sentence that holds a prediction against what came."""

import pytest

from core.guess import Guess, Score
from ui.guess import in_words

CLASSES = ("cat", "*dog*", "fox", "owl")


@pytest.mark.parametrize(
    ("off", "sentence"),
    [
        (0.01, "well judged."),
        (0.05, "5.0 points better than you thought."),
        (-0.1234, "12.3 points less than you thought."),
    ],
)
def test_the_accuracy(off, sentence):
    score = Score(0.8 + off, off, (), None)
    assert in_words(Guess(accuracy=0.8), score, CLASSES).endswith(sentence)


@pytest.mark.parametrize(
    ("pairs", "right", "sentence"),
    [
        ((), False, " It mixed up nothing, so there is no pair to predict."),
        (((0, 1),), True, " cat and \\*dog\\* are mixed up most, counting both ways, as you said."),
        (((2, 3),), False, " You said cat and \\*dog\\* would be mixed up most; counting both ways it is fox and owl."),
        (((0, 2), (2, 3)), False, " would be mixed up most; counting both ways it is cat and fox or fox and owl."),
    ],
)
def test_the_pair(pairs, right, sentence):
    guess = Guess(accuracy=0.8, pair=(0, 1))
    assert in_words(guess, Score(0.8, 0.0, pairs, right), CLASSES).endswith(sentence)
