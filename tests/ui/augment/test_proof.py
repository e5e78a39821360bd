"""The sentence that the proof ends with."""

import pytest

from ui.augment.proof import verdict


@pytest.mark.parametrize(
    ("without", "turned", "sentence"),
    [
        (0.6125, 0.925, "Turned copies in training: from 61 of 100 right to 92."),
        (0.5, 1.0, "Turned copies in training: from 50 of 100 right to 100."),
        (0.7, 0.7, "Turned copies did not help this time: 70 of 100 right without them, 70 with them."),
        (0.7, 0.25, "Turned copies did not help this time: 70 of 100 right without them, 25 with them."),
    ],
)
def test_the_sentence_follows_from_the_two_numbers(without: float, turned: float, sentence: str) -> None:
    assert verdict(without, turned) == sentence
