"""What the tab "Through time" makes of a film."""

from __future__ import annotations

import numpy as np

from core.pins import START, Film
from ui.pins.film import BARS, bars_of, time_name


def film(*rows: tuple[float, ...]) -> Film:
    """One photo of class 2, with the probabilities of each time."""
    probabilities = np.array(rows, np.float32)[:, None]
    return Film((7,), (2,), tuple(range(len(rows))), probabilities, None)


def test_the_true_class_comes_first_and_then_what_it_was_closest_to() -> None:
    kept = film((0.5, 0.1, 0.2, 0.2, 0.0, 0.0), (0.0, 0.0, 0.1, 0.0, 0.9, 0.0))
    assert bars_of(kept, 0) == [2, 4, 0, 3]
    assert len(bars_of(kept, 0)) == BARS


def test_two_classes_have_two_bars() -> None:
    kept = Film((7,), (1,), (0,), np.array([[[0.4, 0.6]]], np.float32), None)
    assert bars_of(kept, 0) == [1, 0]


def test_epochs_count_from_one_on_pages() -> None:
    assert [time_name(epoch) for epoch in (START, 0, 9)] == ["before training", "epoch 1", "epoch 10"]
