"""Figures as plain plotly dictionaries: functions of data alone, tested as such."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.i18n import _
from core.runs.history import History
from ui import palette

Metric = Literal["loss", "accuracy"]
Figure = dict[str, Any]

MAX_LABELLED = 20  # classes up to which a matrix shows its numbers


def curves(history: History, metric: Metric, classes: int) -> Figure:
    """Training (solid), validation (dashed) and the batch trace (faint), with axes that do not move.

    x is in epochs, from 0 to the planned number; accuracy reaches from 0 to 1, loss from 0 to a little above ln K, what
    guessing costs, or above the highest loss seen.
    """
    x = [record.epoch + 1 for record in history.records]
    trace = [getattr(point, metric) for point in history.trace]
    train = [getattr(record, metric) for record in history.records]
    validation = [getattr(record, f"val_{metric}") for record in history.records]
    lines = [
        _line([point.x for point in history.trace], trace, _("batches"), palette.TRAIN, width=1, opacity=0.3),
        _line(x, train, _("training"), palette.TRAIN),
        _line(x, validation, _("validation"), palette.VALIDATION, dash="dash"),
    ]
    top = 1.0 if metric == "accuracy" else _loss_top([*trace, *train, *validation], classes)
    title = _("Accuracy") if metric == "accuracy" else _("Loss")
    layout = _layout(title, _("epoch"), [0, max(history.epochs_planned, 1)], [0, top])
    if metric == "accuracy":
        layout["yaxis"]["tickformat"] = ".0%"
    return {"data": lines, "layout": layout}


def confusion_matrix(counts: NDArray[np.int64], classes: Sequence[str], shares: bool) -> Figure:
    """A heat map of (K, K) counts, rows true, columns predicted; coloured by the share of the row.

    Args:
        shares: Whether cells show the row's share in percent instead of the count.
    """
    rows = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    text = [[f"{share:.0%}" for share in row] for row in rows] if shares else counts.tolist()
    labels = list(range(len(classes)))
    axis = {"tickmode": "array", "tickvals": labels, "ticktext": [short(name) for name in classes], "showgrid": False}
    heat = {
        "type": "heatmap",
        "z": rows.round(4).tolist(),
        "customdata": [
            [[int(count), name, other] for count, other in zip(row, classes, strict=True)]
            for row, name in zip(counts, classes, strict=True)
        ],
        "text": text,
        "texttemplate": "%{text}" if len(classes) <= MAX_LABELLED else "",
        "hovertemplate": _("%{customdata[0]} pictures of %{customdata[1]} called %{customdata[2]}") + "<extra></extra>",
        "zmin": 0,
        "zmax": 1,
        "xgap": 1,
        "ygap": 1,
        "colorscale": [[0, "rgba(0,114,178,0.04)"], [1, palette.TRAIN]],
        "showscale": False,
    }
    layout = {
        "xaxis": {**axis, "title": {"text": _("the network says")}, "side": "bottom", "constrain": "domain"},
        "yaxis": {**axis, "title": {"text": _("it is")}, "autorange": "reversed", "scaleanchor": "x"},
        "margin": {"l": 80, "r": 16, "t": 16, "b": 70},
    }
    return {"data": [heat], "layout": layout}


def class_counts(counts: dict[str, tuple[int, int, int]]) -> Figure:
    """Stacked horizontal bars: pictures of each class in training, validation and test."""
    names = [short(name) for name in counts]
    parts = ((_("training"), 1.0), (_("validation"), 0.6), (_("test"), 0.3))
    bars = [
        {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "y": list(range(len(names))),
            "x": [values[part] for values in counts.values()],
            "marker": {"color": palette.TRAIN, "opacity": opacity},
            "hovertemplate": "%{x} " + name + "<extra></extra>",
        }
        for part, (name, opacity) in enumerate(parts)
    ]
    layout = _layout("", _("pictures"), None, None)
    layout["barmode"] = "stack"
    layout["yaxis"] = {
        "tickmode": "array",
        "tickvals": list(range(len(names))),
        "ticktext": names,
        "autorange": "reversed",
    }
    return {"data": bars, "layout": layout}


def probability_bars(probabilities: NDArray[np.float32], classes: Sequence[str], top: int = 5) -> Figure:
    """Horizontal bars of the `top` most probable classes, the likeliest first."""
    order = np.argsort(-probabilities)[:top]
    values = [float(probabilities[index]) for index in order]
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(order))),
        "x": values,
        "text": [f"{value:.1%}" for value in values],
        "textposition": "auto",
        "marker": {"color": [palette.class_colour(int(index)) for index in order]},
        "hoverinfo": "skip",
    }
    layout = _layout("", "", [0, 1], None)
    layout["xaxis"] |= {"tickformat": ".0%"}
    layout["yaxis"] = {
        "tickmode": "array",
        "tickvals": list(range(len(order))),
        "ticktext": [short(classes[index]) for index in order],
        "autorange": "reversed",
    }
    return {"data": [bars], "layout": layout}


def short(name: str, length: int = 18) -> str:
    """A class name for an axis: cut to `length`, and with the signs escaped that plotly takes for markup."""
    cut = name if len(name) <= length else name[: length - 1] + "…"
    return cut.replace("&", "&amp;").replace("<", "&lt;")


def _line(
    x: Sequence[float],
    y: Sequence[float | None],
    name: str,
    colour: str,
    width: float = 2.5,
    dash: str = "solid",
    opacity: float = 1.0,
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers" if width > 1 and len(x) < 40 else "lines",
        "x": list(x),
        "y": list(y),
        "name": name,
        "opacity": opacity,
        "line": {"color": colour, "width": width, "dash": dash},
        "marker": {"size": 5},
        "hovertemplate": "%{y:.3f}<extra>" + name + "</extra>",
    }


def _layout(title: str, x: str, x_range: list[float] | None, y_range: list[float] | None) -> dict[str, Any]:
    return {
        "title": {"text": title, "x": 0.02, "y": 0.98, "yanchor": "top"},
        "xaxis": {"title": {"text": x}, "range": x_range, "zeroline": False},
        "yaxis": {"range": y_range, "zeroline": False},
        "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom"},
        "margin": {"l": 52, "r": 16, "t": 44, "b": 44},
    }


def _loss_top(values: Sequence[float | None], classes: int) -> float:
    highest = max((value for value in values if value is not None), default=0.0)
    return 1.05 * max(highest, 1.15 * math.log(max(classes, 2)))
