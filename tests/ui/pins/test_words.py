"""The sentence below a watched photo."""

from __future__ import annotations

import pytest

from core.pins import START
from ui.pins.words import story


@pytest.mark.parametrize(
    ("rights", "sentence"),
    [
        ("", ""),
        ("1", "Right from the first epoch on."),
        ("111", "Right from the first epoch on."),
        ("0", "Wrong after the only epoch."),
        ("000", "Wrong after each of 3 epochs."),
        ("0011", "First right in epoch 3, and right ever since."),
        ("001", "Right for the first time in the last epoch, 3."),
        ("0100011", "First right in epoch 2, then wrong again; right since epoch 6."),
        ("10", "Right only after epoch 1, and wrong in the end."),
        ("0110", "Right after 2 of 4 epochs, the last time after epoch 3, and wrong in the end."),
    ],
)
@pytest.mark.parametrize("start", [None, False, True])
def test_what_became_of_it(rights: str, sentence: str, start: bool | None) -> None:
    """An untrained network that is right by chance has learnt nothing yet."""
    epochs = [] if start is None else [START]
    epochs += range(len(rights))
    assert story(epochs, [*([] if start is None else [start]), *(sign == "1" for sign in rights)]) == sentence


def test_an_epoch_that_was_not_kept_is_not_counted_but_numbers_stay() -> None:
    assert story([0, 4, 5], [False, True, True]) == "First right in epoch 5, and right ever since."
