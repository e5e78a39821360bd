"""The map of a data set as a plain figure: one dot a picture, by class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.datasets.split import Indices
from core.i18n import _
from ui import palette
from ui.charts import Figure, short
from ui.data.marks import DROP

SYMBOLS = ("circle", "diamond", "square", "triangle-up", "pentagon", "star")  # the next one when the colours come again
EDGE = "rgba(128, 128, 128, 0.55)"  # around dots: yellow on white and blue on black need it
LEGEND = 76  # px below the dots for the names of the classes, which scroll where they are many


def scatter_map(
    points: NDArray[np.float32],
    labels: NDArray[Any],
    numbers: Indices,
    names: Sequence[str],
    marked: Mapping[int, str],
    view: str,
) -> Figure:
    """Dots in the plane with equal scales, a trace a class, and over them one each for what is to go or to move.

    The customdata of a dot is the picture's number, its place among the dots and its caption, as
    `ui.components.chart` wants it for pictures.

    Args:
        points: (n, 2) places.
        labels: (n,) class numbers.
        numbers: (n,) the pictures' numbers in the data set.
        names: Of the classes, as the reader sees them.
        marked: Picture number → `DROP`, or the name of the class that it is to go to.
        view: Names the map: as long as it stays the same, so does the reader's zoom.
    """
    marks = [marked.get(number) for number in numbers.tolist()]
    captions = (_caption(names[label], mark) for label, mark in zip(labels, marks, strict=True))
    pictures = list(zip(numbers.tolist(), range(len(numbers)), captions, strict=True))
    unmarked = np.array([mark is None for mark in marks])
    dropped = np.array([mark == DROP for mark in marks])
    groups = [(unmarked & (labels == label), short(names[label]), _dot(label)) for label in np.unique(labels)]
    groups.append((dropped, _("to be dropped"), _mark("x-thin-open", labels[dropped])))
    moved = ~unmarked & ~dropped
    groups.append((moved, _("to be moved"), _mark("circle-open", labels[moved])))
    traces = [_trace(points, pictures, chosen, name, marker) for chosen, name, marker in groups if chosen.any()]
    return {"data": traces, "layout": {"uirevision": view, **_layout()}}


def _trace(
    points: NDArray[np.float32],
    pictures: Sequence[tuple[int, int, str]],
    chosen: NDArray[np.bool_],
    name: str,
    marker: dict[str, Any],
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": points[chosen, 0].round(4).tolist(),
        "y": points[chosen, 1].round(4).tolist(),
        "customdata": [list(pictures[place]) for place in np.flatnonzero(chosen).tolist()],
        "hoverinfo": "none",
        "marker": marker,
    }


def _caption(name: str, mark: str | None) -> str:
    if mark is None:
        return name
    return _("{name}, to be dropped").format(name=name) if mark == DROP else f"{name} → {mark}"


def _dot(label: int) -> dict[str, Any]:
    symbol = SYMBOLS[label // len(palette.CLASS_COLOURS) % len(SYMBOLS)]
    line = {"width": 0.7, "color": EDGE}
    return {"size": 8, "opacity": 0.85, "color": palette.class_colour(label), "symbol": symbol, "line": line}


def _mark(symbol: str, labels: NDArray[Any]) -> dict[str, Any]:
    colours = [palette.class_colour(label) for label in labels]
    return {"size": 12, "color": colours, "symbol": symbol, "line": {"width": 2.5, "color": colours}}


def _layout() -> Figure:
    axis = {"visible": False, "fixedrange": False}
    return {
        "xaxis": axis,
        "yaxis": {**axis, "scaleanchor": "x"},
        "hovermode": "closest",
        "margin": {"l": 8, "r": 8, "t": 8, "b": LEGEND},
        "legend": {
            "x": 0,
            "xanchor": "left",
            "y": 0,
            "yanchor": "bottom",
            "maxheight": LEGEND - 8,
            "itemsizing": "constant",
            "font": {"size": 12},
        },
    }
