"""Numbers that add up as they are shown, whatever they are."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from ui.explain.sums import adding_up, digits_for, rounded, text


@pytest.mark.parametrize(
    ("values", "digits"),
    [([1.27, -0.2], 3), ([0.0213], 5), ([4111.93], 1), ([], 3), ([0.0], 3), ([1e-9], 6), ([9.99], 3)],
)
def test_the_largest_number_has_four_digits(values: list[float], digits: int) -> None:
    assert digits_for(values) == digits


def test_three_thirds_are_one() -> None:
    """Each rounded to the nearest they would be 0.333 + 0.333 + 0.333 = 0.999."""
    units = adding_up([1 / 3, 1 / 3, 1 / 3], 1000, 3)
    assert sorted(units.tolist()) == [333, 333, 334]


def test_what_is_next_to_a_half_is_rounded_the_other_way() -> None:
    assert adding_up([0.26, 0.24], 6, 1).tolist() == [3, 3]
    assert adding_up([0.26, 0.14], 4, 1).tolist() == [3, 1]
    assert adding_up([-0.26, -0.14], -5, 1).tolist() == [-3, -2]


@pytest.mark.parametrize("seed", range(20))
def test_shown_texts_add_up_and_are_near_the_truth(seed: int) -> None:
    draw = np.random.default_rng(seed)
    values = draw.normal(size=(3, 3)) * 10.0 ** draw.integers(-3, 4)
    digits = digits_for(values.ravel().tolist())
    total = rounded(float(values.sum()), digits)
    shown = [Decimal(text(int(units), digits).replace("−", "-")) for units in adding_up(values, total, digits).ravel()]
    assert sum(shown) == Decimal(text(total, digits).replace("−", "-"))
    off = np.abs(np.array(shown, float).reshape(3, 3) - values)
    assert off.max() < 1.01 * 10.0**-digits, "less than one of the last digit"


@pytest.mark.parametrize(
    ("units", "digits", "expected"), [(1282, 3, "1.282"), (-5, 1, "−0.5"), (0, 2, "0.00"), (41119, 1, "4111.9")]
)
def test_numbers_are_shown_with_all_their_digits(units: int, digits: int, expected: str) -> None:
    assert text(units, digits) == expected
