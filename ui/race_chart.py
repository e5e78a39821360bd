"""Runs against the clock: validation accuracy over the seconds of training, a figure of data alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.i18n import _
from core.runs.history import History
from ui import format
from ui.charts import Figure, short

SHORTEST, GROWTH = 30.0, 1.5  # s that the axis shows at first, and its growth: so it seldom moves
ROOM = 1.05  # of the longest line, so that it ends before the border
MINUTES_FROM = 600.0  # s from which the axis counts minutes
GAP = 0.075  # of the chart's height between two names
NAMES = 100  # px for them, right of the plot


@dataclass(frozen=True)
class Lane:
    """One run of the race.

    Attributes:
        label: Short, at the right, as high as the line ends.
        name: In full, under the pointer and for those who listen.
        colour, dash: Of its line, as plotly takes them.
        history: Of its epochs.
        published: Accuracy that others report, 0 to 1: a faint mark at the right border.
    """

    label: str
    name: str
    colour: str
    dash: str
    history: History
    published: float


def race(lanes: Sequence[Lane], waiting: str) -> Figure:
    """One line a run, led on faintly to its name at the right; y from 0 to 1, x from 0 to an end that grows in steps.

    Args:
        waiting: What stands in the middle while no line has begun.
    """
    begun = [lane for lane in lanes if lane.history.records]
    span = _span(max((lane.history.training_seconds for lane in begun), default=0.0))
    scale, unit = (60, _("minutes of training")) if span > MINUTES_FROM else (1, _("seconds of training"))
    top = span / scale
    lines = [line for lane in begun for line in (_line(lane, scale), _led_on(lane, scale, top))]
    names = _names(begun) if begun else [_in_the_middle(waiting)]
    layout = {
        "title": {"text": _("Validation accuracy")},
        "xaxis": {"zeroline": False, "range": [0, top], "title": {"text": unit}},
        "yaxis": {"zeroline": False, "range": [0, 1], "tickformat": ".0%"},
        "annotations": names,
        "margin": {"l": 48, "r": NAMES, "t": 36, "b": 40},
        "showlegend": False,
        "dragmode": False,
    }
    return {"data": [*lines, _published(lanes, top)], "layout": layout}


def in_words(lanes: Sequence[Lane]) -> str:
    """The chart for those who cannot see it."""
    said = [
        _("{name}: {accuracy} after {time}").format(
            name=lane.name, accuracy=format.percent(_last(lane)), time=format.duration(lane.history.training_seconds)
        )
        for lane in lanes
        if lane.history.records
    ]
    return _("Validation accuracy against time.") + " " + (". ".join(said) or _("No epoch is finished yet."))


def _span(longest: float) -> float:
    """Seconds that the axis shows: it grows in steps of a half."""
    steps = math.ceil(math.log(max(longest * ROOM, SHORTEST) / SHORTEST, GROWTH))
    return SHORTEST * GROWTH**steps


def _line(lane: Lane, scale: int) -> dict[str, Any]:
    records = lane.history.records
    return {
        "type": "scatter",
        "mode": "lines+markers" if len(records) < 40 else "lines",
        "x": [seconds / scale for seconds in lane.history.clock],
        "y": [record.val_accuracy for record in records],
        "customdata": [record.epoch + 1 for record in records],
        "name": short(lane.name, 40),
        "line": {"color": lane.colour, "width": 2.5, "dash": lane.dash},
        "marker": {"size": 5},
        "hovertemplate": _("%{y:.1%}, epoch %{customdata}") + f"<extra>{short(lane.name, 40)}</extra>",
    }


def _led_on(lane: Lane, scale: int, right: float) -> dict[str, Any]:
    """From the end of a line to the right border, where its name is."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [lane.history.training_seconds / scale, right],
        "y": [_last(lane)] * 2,
        "opacity": 0.5,
        "line": {"color": lane.colour, "width": 1, "dash": "dot"},
        "hoverinfo": "skip",
    }


def _published(lanes: Sequence[Lane], right: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [right] * len(lanes),
        "y": [lane.published for lane in lanes],
        "customdata": [short(lane.name, 40) for lane in lanes],
        "opacity": 0.6,
        "cliponaxis": False,
        "marker": {"symbol": "triangle-left", "size": 11, "color": [lane.colour for lane in lanes]},
        "hovertemplate": _("%{y:.0%} in the notebook") + "<extra>%{customdata}</extra>",
    }


def _names(begun: Sequence[Lane]) -> list[dict[str, Any]]:
    place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 8, "showarrow": False, "font": {"size": 12}}
    heights = _apart([_last(lane) or 0.0 for lane in begun])
    return [{**place, "y": y, "text": short(lane.label)} for lane, y in zip(begun, heights, strict=True)]


def _apart(ends: Sequence[float]) -> list[float]:
    """Heights of the names of lines that end at these heights, 0 to 1, so that none covers another."""
    heights = list(ends)
    highest_first = sorted(range(len(ends)), key=lambda place: -ends[place])
    for below, place in enumerate(highest_first):
        heights[place] = max(ends[place], GAP * (len(ends) - 1 - below))  # room for those that come below it
        if below:
            heights[place] = min(heights[place], heights[highest_first[below - 1]] - GAP)
    return heights


def _last(lane: Lane) -> float | None:
    return next((one.val_accuracy for one in reversed(lane.history.records) if one.val_accuracy is not None), None)


def _in_the_middle(text: str) -> dict[str, Any]:
    return {"x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper", "text": text, "showarrow": False, "opacity": 0.7}
