"""The grids and the line of one number, as a person reads them."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from tests.ui.explain.made import product
from ui.explain.grids import activation_name, grids_html, line_html, output_text, strongest_channel, sum_of


def numbers(markup: str) -> list[Decimal]:
    """The numbers in cells or terms, in their order."""
    return [Decimal(found.replace("−", "-")) for found in re.findall(r">([−0-9.]+)<", markup)]


def test_the_line_adds_up_with_every_channel_and_the_bias() -> None:
    made = product(np.full((1, 1, 3), 1.0), np.array([[[0.3333, 0.3333, 0.3334]]]), bias=0.25)
    line = line_html(made, sum_of(made, [0, 1, 2]), ["red", "green", "blue"])
    *terms, before, after = numbers(line)
    assert sum(terms) == before == Decimal("1.250")
    assert after == before
    assert [word in line for word in ("red", "blue", "bias", "ReLU", "other")] == [True, True, True, True, False]


@pytest.mark.parametrize("seed", range(10))
def test_shown_products_add_up_to_their_channel_and_this_to_the_sum(seed: int) -> None:
    draw = np.random.default_rng(seed)
    made = product(draw.normal(size=(3, 3, 8)), draw.normal(size=(3, 3, 8)), bias=float(draw.normal()))
    channel = strongest_channel(made)
    shown = sum_of(made, [channel])
    assert shown.products.sum() == shown.parts[0]
    assert shown.parts[0] + shown.rest + shown.bias == shown.before
    scale = 10.0**shown.digits
    assert shown.before / scale == pytest.approx(made.before, abs=0.51 / scale)
    assert shown.parts[0] / scale == pytest.approx(made.products[..., channel].sum(), abs=1.01 / scale)
    cells = numbers(grids_html(made, shown, ["channel 1"]).rpartition("<table>")[2])
    assert sum(cells) == numbers(line_html(made, shown, ["channel 1"]))[0]


def test_a_bias_of_zero_stays_zero() -> None:
    """Where the rounding is off by one, a layer without a bias would show one."""
    thirds = product(np.full((1, 1, 4), 1.0), np.full((1, 1, 4), 1 / 3))
    shown = sum_of(thirds, [0])
    assert (shown.bias, shown.parts[0] + shown.rest) == (0, shown.before)


def test_all_channels_leave_no_rest() -> None:
    made = product(np.full((1, 1, 2), 1.0), np.full((1, 1, 2), 1 / 3), bias=1 / 3)
    assert sum_of(made, [0, 1]).rest == 0


def test_the_strongest_channel_may_be_a_negative_one() -> None:
    assert strongest_channel(product(np.ones((1, 1, 3)), np.array([[[0.5, -0.9, 0.1]]]))) == 1


def test_zeros_beyond_the_border_are_told_apart() -> None:
    made = product(np.zeros((3, 3, 1)), np.ones((3, 3, 1)))  # at the upper left corner
    markup = grids_html(made, sum_of(made, [0]), [""])
    patch, kernel, _products = markup.split("</table>")[:3]
    assert patch.count("class='outside'") == 5
    assert "outside" not in kernel


def test_relu_makes_a_negative_sum_zero_and_a_linear_layer_ends_with_the_sum() -> None:
    negative = product(np.ones((1, 1, 1)), np.full((1, 1, 1), -0.5))
    assert numbers(line_html(negative, sum_of(negative, [0]), [""]))[-2:] == [Decimal("-0.5000"), Decimal("0.0000")]
    linear = product(np.ones((1, 1, 1)), np.full((1, 1, 1), -0.5), activation="linear")
    assert numbers(line_html(linear, sum_of(linear, [0]), [""]))[-1] == Decimal("-0.5000")


def test_what_relu_keeps_has_the_digits_of_the_sum() -> None:
    """Its own four would be more where large terms cancel: 6.1 in the sum, but 6.117 behind it."""
    exact = product(np.ones((1, 1, 2)), np.array([[[101.117, -95.0]]]))
    made = replace(exact, after=float(np.float32(exact.before)) + 1e-6)  # as of 32-bit floats
    assert output_text(made, sum_of(made, [0]), made.after) == "6.1"


def test_what_an_activation_makes_small_keeps_digits_of_its_own() -> None:
    large = replace(product(np.ones((1, 1, 1)), np.full((1, 1, 1), -1234.0), activation="elu"), after=-0.0567)
    assert output_text(large, sum_of(large, [0]), large.after) == "−0.05670"


def test_a_hostile_name_is_text() -> None:
    made = product(np.ones((1, 1, 2)), np.ones((1, 1, 2)))
    for markup in (
        grids_html(made, sum_of(made, [0, 1]), ["<b>", "x"]),
        line_html(made, sum_of(made, [0, 1]), ["<b>", "x"]),
    ):
        assert "&lt;b&gt;" in markup


def test_activations_are_written_as_in_a_formula() -> None:
    assert [activation_name(name) for name in ("relu", "tanh")] == ["ReLU", "tanh"]
