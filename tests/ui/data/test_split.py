"""Handles of the split slider, in whole per cent, and the fractions that they stand for."""

from __future__ import annotations

import pytest

from core.knobs import knob_of
from core.spec import DataSpec
from ui.data.split import fraction_at, fractions_of, handle_at, handles_of

RANGES = {name: knob_of(DataSpec, name) for name in ("validation_fraction", "test_fraction")}


def test_the_defaults_stand_at_64_and_80() -> None:
    data = DataSpec()
    assert handles_of(data.validation_fraction, data.test_fraction) == (64, 80)
    assert fractions_of(64, 80) == (0.2, 0.2)


def test_the_notebook_s_validation_split_is_exact() -> None:
    """0.2 and not a neighbour of it, so that the last fifth begins at the very picture where Keras cuts."""
    assert fraction_at(80) == 0.2
    assert handle_at(0.2) == 80
    assert [fraction_at(handle) for handle in (90, 70, 67)] == [0.1, 0.3, 0.33]


def test_every_allowed_place_of_two_handles_comes_back() -> None:
    places = [(learn, check) for check in range(10, 100) for learn in range(-(-check // 10), check)]
    assert len(places) > 4_000
    for place in places:
        assert handles_of(*fractions_of(*place)) == place


def test_every_allowed_place_of_one_handle_comes_back() -> None:
    for handle in range(10, 100):
        assert handle_at(fraction_at(handle)) == handle


@pytest.mark.parametrize(
    ("place", "allowed"),
    [((64, 100), (64, 99)), ((80, 80), (79, 80)), ((100, 100), (98, 99)), ((0, 0), (1, 10)), ((0, 80), (8, 80))],
)
def test_a_place_that_is_not_allowed_becomes_the_nearest_that_is(
    place: tuple[int, int], allowed: tuple[int, int]
) -> None:
    assert handles_of(*fractions_of(*place)) == allowed


def test_wherever_the_handles_stand_the_settings_take_the_fractions() -> None:
    for check in range(101):
        for learn in range(check + 1):
            for knob, fraction in zip(RANGES.values(), fractions_of(learn, check), strict=True):
                assert knob.low is not None
                assert knob.high is not None
                assert knob.low <= fraction <= knob.high
