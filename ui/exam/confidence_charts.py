"""Figures on how sure a model is: functions of data alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from core.exam_curves import Answered, Bin, Calibration, Histogram
from core.i18n import _
from ui import palette
from ui.charts import Figure

FEW = 10  # answers below which a bar of the calibration is pale
PALE = 0.35  # opacity
MARGIN = {"l": 48, "r": 16, "t": 36, "b": 40}


def histogram_figure(found: Histogram, threshold: float) -> Figure:
    """Counts of right and wrong answers by confidence, stacked; a line at the threshold, 0 to 1."""
    edges = found.edges.round(6).tolist()
    ranges = [f"{low:.0%}–{high:.0%}" for low, high in pairwise(edges)]
    middles = [(low + high) / 2 for low, high in pairwise(edges)]
    most = int((found.right + found.wrong).max())
    parts = ((_("✓ right"), palette.TRAIN, found.right), (_("✗ wrong"), palette.WRONG, found.wrong))
    bars = [
        {
            "type": "bar",
            "name": name,
            "x": middles,
            "y": [count or None for count in counts.tolist()],  # none: an outline of nothing would be drawn
            "width": edges[1] - edges[0],
            "customdata": ranges,
            "marker": {"color": colour, "line": {"color": colour, "width": 1}},  # so that one of many can be seen
            "hovertemplate": "%{customdata}: %{y}<extra>" + name + "</extra>",
        }
        for name, colour, counts in parts
    ]
    layout = {
        "title": {"text": _("Answers by confidence")},
        "barmode": "stack",
        "bargap": 0,
        "legend": {"traceorder": "normal"},
        "xaxis": {"range": [0, 1], "tickformat": ".0%", "title": {"text": _("how sure it is")}},
        "yaxis": {"rangemode": "tozero", "title": {"text": _("pictures")}} | ({"dtick": 1} if most <= 5 else {}),
        "shapes": [_upright(threshold)],
        "margin": MARGIN,
    }
    return {"data": bars, "layout": layout}


def coverage_figure(all_of_them: Sequence[Answered], chosen: Answered) -> Figure:
    """Accuracy of the answers given over the share of pictures that get one; the chosen threshold is marked."""
    given = [answered for answered in all_of_them if answered.accuracy is not None]
    lowest = min((answered.accuracy or 0.0 for answered in given), default=0.0)
    line = {
        **_points(given),
        "mode": "lines",
        "line": {"color": palette.TRAIN, "width": 2.5},
        "hovertemplate": _("at %{customdata:.0%}: %{x:.1%} answered, %{y:.1%} of them right") + "<extra></extra>",
    }
    mark = {
        **_points([chosen] if chosen.count else []),
        "mode": "markers",
        "marker": {"color": palette.ORANGE, "size": 13, "line": {"color": palette.TRAIN, "width": 2}},
        "hoverinfo": "skip",
    }
    layout = {
        "title": {"text": _("How many it answers, and how well")},
        "xaxis": {"range": [0, 1], "tickformat": ".0%", "title": {"text": _("pictures answered")}},
        "yaxis": {"range": [_floor(lowest), 1], "tickformat": ".0%", "title": {"text": _("right among them")}},
        "showlegend": False,
        "margin": MARGIN,
    }
    return {"data": [line, mark], "layout": layout}


def calibration_figure(found: Calibration) -> Figure:
    """Accuracy of each bin as a bar, the gap to its mean confidence, and the diagonal of a perfect model."""
    bins = [row for row in found.bins if row.count]
    layout = {
        "barmode": "overlay",
        "bargap": 0.06,
        "xaxis": {"range": [0, 1], "tickformat": ".0%", "title": {"text": _("how sure it is")}},
        "yaxis": {"range": [0, 1], "tickformat": ".0%", "title": {"text": _("how often it is right")}},
        "legend": {"traceorder": "normal"},
        "margin": MARGIN,
    }
    over, under = ([row for row in bins if (_gap(row) > 0) is is_over] for is_over in (True, False))
    traces = [
        _accuracies(bins),
        _gaps(over, _("too sure"), palette.WRONG),
        _gaps(under, _("not sure enough"), palette.SKY),
        diagonal(_("as good as it says")),
    ]
    return {"data": traces, "layout": layout}


def diagonal(name: str) -> dict[str, Any]:
    """A dotted line from (0, 0) to (1, 1) to compare others with."""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [0, 1],
        "y": [0, 1],
        "line": {"color": palette.GREY, "width": 1.5, "dash": "dot"},
        "hoverinfo": "skip",
    }


def _accuracies(bins: Sequence[Bin]) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": _("right"),
        "x": [(row.low + row.high) / 2 for row in bins],
        "y": [row.accuracy for row in bins],
        "width": [row.high - row.low for row in bins],
        "marker": {"color": palette.TRAIN, "opacity": [_opacity(row) for row in bins]},
        "customdata": [[row.count, row.confidence] for row in bins],
        "hovertemplate": _("%{customdata[0]} answers, %{customdata[1]:.1%} sure, %{y:.1%} right") + "<extra></extra>",
    }


def _gaps(bins: Sequence[Bin], name: str, colour: str) -> dict[str, Any]:
    """Bars between accuracy and mean confidence."""
    return {
        "type": "bar",
        "name": name,
        "x": [(row.low + row.high) / 2 for row in bins],
        "base": [min(row.accuracy or 0.0, row.confidence or 0.0) for row in bins],
        "y": [abs(_gap(row)) for row in bins],
        "width": [row.high - row.low for row in bins],
        "marker": {
            "color": colour,
            "opacity": [0.6 * _opacity(row) for row in bins],
            "pattern": {"shape": "/", "size": 6, "fgcolor": colour, "fillmode": "overlay"},
        },
        "hoverinfo": "skip",
    }


def _gap(row: Bin) -> float:
    return (row.confidence or 0.0) - (row.accuracy or 0.0)


def _opacity(row: Bin) -> float:
    return PALE if row.count < FEW else 1.0


def _points(rows: Sequence[Answered]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": [row.share for row in rows],
        "y": [row.accuracy for row in rows],
        "customdata": [row.threshold for row in rows],
        "cliponaxis": False,
    }


def _upright(threshold: float) -> dict[str, Any]:
    line = {"color": palette.ORANGE, "width": 2.5}
    return {"type": "line", "x0": threshold, "x1": threshold, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _floor(lowest: float) -> float:
    """Where the axis begins: at a tenth below the lowest accuracy, so that differences near 1 can be seen."""
    return max(0.0, math.floor(10 * lowest - 0.2) / 10)
