"""Runs against the clock as a plain figure."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from core.runs.history import EpochRecord, History
from ui.race_chart import GAP, Lane, in_words, race


def lane(number: int, *points: tuple[float, float | None]) -> Lane:
    """A route whose clock shows these seconds and accuracies at the end of each epoch."""
    before = [0.0, *(seconds for seconds, _accuracy in points)]
    history = History(
        records=[
            EpochRecord(epoch, 0.5, 0.5, 0.5, accuracy, 1e-3, seconds - before[epoch])
            for epoch, (seconds, accuracy) in enumerate(points)
        ]
    )
    return Lane(f"{number} short", f"Route <b>{number}</b>", f"#00000{number}", "dash", history, 0.1 * number)


def span(*lanes: Lane) -> list[float]:
    bounds: list[float] = race(lanes, "")["layout"]["xaxis"]["range"]
    return bounds


def labels(figure: dict[str, Any]) -> dict[str, float]:
    return {note["text"]: note["y"] for note in figure["layout"]["annotations"]}


def test_a_line_has_its_seconds_accuracies_and_epochs() -> None:
    figure = race([lane(1, (10.0, 0.5), (20.0, 0.75))], "")
    line = figure["data"][0]
    assert (line["x"], line["y"], line["customdata"]) == ([10.0, 20.0], [0.5, 0.75], [1, 2])
    assert line["line"] == {"color": "#000001", "width": 2.5, "dash": "dash"}
    assert figure["layout"]["yaxis"]["range"] == [0, 1]


def test_a_line_is_led_on_to_its_name_at_the_border() -> None:
    figure = race([lane(1, (10.0, 0.5))], "")
    led_on = figure["data"][1]
    assert (led_on["x"], led_on["y"]) == ([10.0, 30.0], [0.5, 0.5])
    assert labels(figure) == {"1 short": 0.5}


def test_an_epoch_without_a_finite_accuracy_is_a_gap_and_the_name_stays() -> None:
    figure = race([lane(1, (10.0, 0.5), (20.0, None))], "")
    assert figure["data"][0]["y"] == [0.5, None]
    assert labels(figure) == {"1 short": 0.5}


def test_the_axis_grows_in_steps_and_no_line_reaches_the_border() -> None:
    assert span() == span(lane(1, (28.0, 0.5))) == [0, 30]
    assert span(lane(1, (29.0, 0.5))) == span(lane(1, (42.0, 0.5))) == [0, 45]
    assert span(lane(1, (29.0, 0.5)), lane(2, (60.0, 0.5))) == [0, pytest.approx(67.5)]


def test_a_long_race_is_counted_in_minutes() -> None:
    figure = race([lane(1, (1200.0, 0.5))], "")
    assert figure["data"][0]["x"] == [20.0]
    assert figure["layout"]["xaxis"]["title"]["text"] == "minutes of training"
    assert figure["layout"]["xaxis"]["range"][1] == pytest.approx(30 * 1.5**10 / 60)


def test_published_figures_are_marked_at_the_border_from_the_start() -> None:
    (marks,) = race([lane(1), lane(2)], "")["data"]
    assert (marks["x"], marks["y"]) == ([30.0, 30.0], [0.1, 0.2])
    assert marks["marker"]["color"] == ["#000001", "#000002"]


def test_before_the_first_epoch_it_says_what_will_come() -> None:
    assert list(labels(race([lane(1)], "Lines come here."))) == ["Lines come here."]


@pytest.mark.parametrize("ends", [(0.9, 0.91, 0.92, 0.9), (0.1, 0.0, 0.05, 0.1), (0.5, 0.5, 0.9, 0.1)])
def test_no_name_covers_another_and_none_leaves_the_chart(ends: tuple[float, ...]) -> None:
    lanes = [lane(number, (10.0, end)) for number, end in enumerate(ends)]
    heights = sorted(labels(race(lanes, "")).values())
    assert len(heights) == len(ends)
    assert all(upper - lower >= GAP - 1e-9 for lower, upper in pairwise(heights))
    assert heights[0] >= -1e-9
    assert heights[-1] <= 1


def test_names_stand_as_high_as_their_lines_end_where_there_is_room() -> None:
    lanes = [lane(1, (10.0, 0.9)), lane(2, (10.0, 0.3)), lane(3, (10.0, 0.6))]
    assert labels(race(lanes, "")) == {"1 short": 0.9, "2 short": 0.3, "3 short": 0.6}


def test_a_name_is_harmless_to_plotly() -> None:
    assert race([lane(1, (10.0, 0.5))], "")["data"][0]["name"] == "Route &lt;b&gt;1&lt;/b&gt;"


def test_it_is_said_in_words_for_those_who_cannot_see_it() -> None:
    assert in_words([lane(1)]) == "Validation accuracy against time. No epoch is finished yet."
    said = in_words([lane(1, (61.0, 0.5)), lane(2)])
    assert said == "Validation accuracy against time. Route <b>1</b>: 50.0\N{NO-BREAK SPACE}% after 1 min 1 s"
