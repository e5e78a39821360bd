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
from ui.components.chart import plain_text
from ui.format import brief, percent

Metric = Literal["loss", "accuracy"]
Numbers = Literal["counts", "rows", "columns"]
Figure = dict[str, Any]

# from -1, all wrong, over 0 to 1, all right; never so strong that text in the theme's colour would not stand out
MATRIX_COLOURS = [
    [0, f"{palette.WRONG}b3"],
    [0.4999, f"{palette.WRONG}0d"],
    [0.5, "#8080800d"],
    [0.5001, f"{palette.TRAIN}0d"],
    [1, f"{palette.TRAIN}b3"],
]
MAX_LABELLED = 20  # classes up to which a matrix shows its numbers
NUMBER_ROOM = 0.6  # for "100.0 %" behind a full bar, as a share of that, where columns are narrow
TINTS = ("#66AAD1", "#B2D5E8")  # of the colour of training, told apart on white and on dark pages


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
        _line([point.x for point in history.trace], trace, _("batches"), palette.SKY, width=1, opacity=0.45),
        _line(x, train, _("training"), palette.TRAIN),
        _line(x, validation, _("validation"), palette.VALIDATION, dash="dash"),
    ]
    top = 1.0 if metric == "accuracy" else _loss_top([*trace, *train, *validation], classes)
    title = _("Accuracy") if metric == "accuracy" else _("Loss")
    layout = _layout(title, _("epoch"), [0, max(history.epochs_planned, 1)], [0, top])
    if metric == "accuracy":
        layout["yaxis"]["tickformat"] = ".0%"
    return {"data": lines, "layout": layout}


def confusion_matrix(
    counts: NDArray[np.int64],
    classes: Sequence[str],
    numbers: Numbers = "counts",
    chosen: tuple[int, int] | None = None,
    only: Sequence[int] | None = None,
) -> Figure:
    """A heat map of (K, K) counts, rows true, columns predicted: what is right in blue, what is wrong in vermillion.

    Colour follows the share of the row, or of the column where that is shown; for mistakes a root of it, so that few of
    many can still be seen.

    Args:
        numbers: Whether cells show counts, or the share of their row or of their column in percent.
        chosen: (true, predicted) class numbers of the cell with a frame.
        only: Class numbers, ascending; the others are left out, but shares are of all. A click gives places in it.
    """
    places = list(range(len(classes)) if only is None else only)
    cells = np.ix_(places, places)
    counts, shares, classes = counts[cells], shares_of(counts, numbers)[cells], [classes[number] for number in places]
    size = len(classes)
    heat = {
        "type": "heatmap",
        "z": heat_of(shares).round(4).tolist(),
        "customdata": [
            [[int(count), short(name, 40), short(other, 40)] for count, other in zip(row, classes, strict=True)]
            for row, name in zip(counts, classes, strict=True)
        ],
        "hovertemplate": _("it is %{customdata[1]}, called %{customdata[2]}: %{customdata[0]}") + "<extra></extra>",
        "zmin": -1,
        "zmax": 1,
        "xgap": 1 if size <= MAX_LABELLED else 0,
        "ygap": 1 if size <= MAX_LABELLED else 0,
        "colorscale": MATRIX_COLOURS,
        "showscale": False,
    }
    across = {**_class_axis(classes, _("the network says")), "range": [-0.5, size - 0.5]}
    down = {**_class_axis(classes, _("it is")), "range": [size - 0.5, -0.5], "scaleanchor": "x"}
    down["constraintoward"] = "top"
    layout = {
        "xaxis": across,
        "yaxis": down,
        "margin": {"l": 48, "r": 8, "t": 8, "b": 48},
        "dragmode": False,
        "showlegend": False,
        "shapes": [_frame(*map(places.index, chosen))] if chosen and {*chosen} <= {*places} else [],
    }
    texts = _cell_texts(counts, None if numbers == "counts" else shares)
    return {"data": [heat, texts] if size <= MAX_LABELLED else [heat], "layout": layout}


def shares_of(counts: NDArray[np.int64], numbers: Numbers = "counts") -> NDArray[np.float64]:
    """(K, K) counts as shares of their row, or of their column where that is shown; 0 to 1."""
    shares: NDArray[np.float64] = counts / np.maximum(counts.sum(0 if numbers == "columns" else 1, keepdims=True), 1)
    return shares


def heat_of(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """How strong the colour of each cell of a (K, K) matrix is: from -1, all wrong, to 1, all right."""
    root = 0.5 if len(shares) <= MAX_LABELLED else 0.25
    return np.where(np.eye(len(shares), dtype=bool), shares, -(shares**root))


def class_counts(counts: dict[str, tuple[int, int, int]]) -> Figure:
    """Stacked horizontal bars: pictures of each class in training, validation and test."""
    names = [short(name) for name in counts]
    parts = ((_("training"), palette.TRAIN), (_("validation"), TINTS[0]), (_("test"), TINTS[1]))
    bars = [
        {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "y": list(range(len(names))),
            "x": [values[part] for values in counts.values()],
            "marker": {"color": colour},
            "hovertemplate": "%{x} " + name + "<extra></extra>",
        }
        for part, (name, colour) in enumerate(parts)
    ]
    layout = _layout("", _("pictures"), None, None)
    layout |= {"barmode": "stack", "legend": {"traceorder": "normal", "x": 0, "xanchor": "left"}}
    layout["xaxis"]["tickformat"] = ","
    layout["yaxis"] = {
        "tickmode": "array",
        "tickvals": list(range(len(names))),
        "ticktext": names,
        "autorange": "reversed",
    }
    return {"data": bars, "layout": layout}


def probability_bars(probabilities: NDArray[np.float32], classes: Sequence[str], top: int = 5) -> Figure:
    """Horizontal bars of the `top` most probable classes, the likeliest first, each with its number behind it."""
    order = np.argsort(-probabilities, kind="stable")[:top]
    values = [float(probabilities[index]) for index in order]
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(order))),
        "x": values,
        "text": [percent(value) for value in values],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": [palette.class_colour(int(index)) for index in order]},
        "hoverinfo": "skip",
    }
    layout = {
        "xaxis": {"visible": False, "range": [0, 1 + NUMBER_ROOM]},
        "yaxis": {
            "tickvals": list(range(len(order))),
            "ticktext": [short(classes[index]) for index in order],
            "range": [len(order) - 0.5, -0.5],
            "showgrid": False,
        },
        "bargap": 0.35,
        "margin": {"l": 24, "r": 0, "t": 0, "b": 0},
        "dragmode": False,
    }
    return {"data": [bars], "layout": layout}


def short(name: str, length: int = 18) -> str:
    """A class name for an axis: cut to `length` characters, harmless for plotly."""
    return plain_text(brief(name, length))


def _class_axis(classes: Sequence[str], title: str) -> dict[str, Any]:
    """One tick a class, or every second, fifth ... where there are too many to read."""
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100) if len(classes) <= MAX_LABELLED * step or step == 100)
    shown = list(range(0, len(classes), step))
    names = [short(classes[number], 12 if step == 1 else 8) for number in shown]
    return {"title": {"text": title}, "tickvals": shown, "ticktext": names, "showgrid": False, "constrain": "domain"}


def _cell_texts(counts: NDArray[np.int64], shares: NDArray[np.float64] | None) -> dict[str, Any]:
    """Numbers over a matrix, in the theme's text colour: a heat map's own would be chosen for a white page."""
    true, said = np.nonzero(counts)
    texts = [f"{counts[cell]}" if shares is None else f"{shares[cell]:.0%}" for cell in zip(true, said, strict=True)]
    font = {"size": 13 if len(counts) <= 12 else 10}
    place = {"x": said.tolist(), "y": true.tolist()}
    return {"type": "scatter", "mode": "text", **place, "text": texts, "textfont": font, "hoverinfo": "skip"}


def _frame(true: int, said: int) -> dict[str, Any]:
    corners = {"x0": said - 0.5, "x1": said + 0.5, "y0": true - 0.5, "y1": true + 0.5}
    return {"type": "rect", **corners, "line": {"color": palette.ORANGE, "width": 3}}


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
        "showlegend": width > 1,
    }


def _layout(title: str, x: str, x_range: list[float] | None, y_range: list[float] | None) -> dict[str, Any]:
    return {
        "title": {"text": title},
        "legend": {"font": {"size": 11}, "itemwidth": 30},
        "xaxis": _axis(x_range) | {"title": {"text": x}},
        "yaxis": _axis(y_range),
    }


def _axis(span: list[float] | None) -> dict[str, Any]:
    """An axis over `span`, or over the data; a range of None would make plotly throw at the next update."""
    return {"zeroline": False, **({"range": span} if span else {})}


def _loss_top(values: Sequence[float | None], classes: int) -> float:
    highest = max((value for value in values if value is not None), default=0.0)
    return 1.05 * max(highest, 1.15 * math.log(max(classes, 2)))
