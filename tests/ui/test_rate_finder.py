"""The curve of a sweep."""

from core.rate_sweep import Sweep, rates_of, swept
from ui.rate_finder import _plain, rounded, sweep_curve

RATES = tuple(rates_of(40))


def found(suggestion: float | None = RATES[20]) -> Sweep:
    losses = (*[2.0] * 15, *[1.0] * 15, *[9.0] * 10)
    return Sweep(RATES, losses, losses, suggestion, "rose")


def test_rates_are_written_as_people_write_them() -> None:
    assert [_plain(rate) for rate in (1e-6, 2e-5, 0.001, 0.3, 1.0)] == ["0.000001", "0.00002", "0.001", "0.3", "1"]
    assert rounded(0.00283) == 0.003


def test_the_suggestion_is_marked_on_the_running_mean() -> None:
    figure = sweep_curve(found())
    mark = figure["data"][2]
    assert (mark["x"], mark["y"], mark["text"]) == ([RATES[20]], [1.0], [_plain(rounded(RATES[20]))])
    assert figure["layout"]["shapes"][0]["x0"] == RATES[20], "shapes on a log axis take the number itself"


def test_the_axis_shows_the_fall_and_cuts_off_what_comes_after_it() -> None:
    assert sweep_curve(found())["layout"]["yaxis"]["range"] == [0.75, 2.25]


def test_without_a_suggestion_nothing_is_marked() -> None:
    figure = sweep_curve(found(None))
    assert len(figure["data"]) == 2
    assert "shapes" not in figure["layout"]


def test_a_sweep_of_a_single_batch_can_be_drawn() -> None:
    assert sweep_curve(swept([1e-6], [2.0], "not_finite"))["layout"]["yaxis"]["range"] == [1.9, 2.1]
