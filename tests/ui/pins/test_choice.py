"""Which photos a run watches."""

from __future__ import annotations

import numpy as np
import pytest

from ui.pins.choice import toggled

SIX = (9, 1, 2, 3, 4, 5)


@pytest.mark.parametrize(
    ("pinned", "number", "after"),
    [
        ((), 3, (3,)),
        ((3,), 5, (3, 5)),
        ((3, 5), 3, (5,)),
        (SIX, 9, SIX[1:]),
        (SIX, 6, SIX),
        ((3,), 100, (3,)),
        ((3,), None, (3,)),
    ],
    ids=["first", "second", "let go", "of six", "a seventh", "no validation picture", "nonsense"],
)
def test_a_click_pins_or_lets_go(pinned: tuple[int, ...], number: int | None, after: tuple[int, ...]) -> None:
    assert toggled(pinned, number, np.arange(20)) == after
