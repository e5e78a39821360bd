"""Figures of pixel values and photo sizes as plain plotly dictionaries: functions of data alone, tested as such."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.datasets.inspecting.pixel_facts import BINS, WHITE, Brightness
from core.i18n import N_, _
from ui import palette
from ui.charts import Figure, short
from ui.format import percent

CHANNELS = {1: (N_("grey"),), 3: (N_("red"), N_("green"), N_("blue"))}
COLOURS = {1: (palette.BLUE,), 3: (palette.VERMILLION, palette.GREEN, palette.BLUE)}
EDGES = np.linspace(0, WHITE + 1, BINS + 1)  # of the bars, in values 0–255
TICKS = {False: [0, 64, 128, 191, 255], True: [0, 0.25, 0.5, 0.75, 1]}
MOST_OVER = 2.5  # times the third highest bar: what is higher is cut off, since paper white would flatten all else
LARGEST, SINGLE = 34, 6  # px of the dot of the size that most photos have, and at most of a size that one photo has
NARROW = 4  # times the smallest size; up to here ticks at 1, 2, 5, 10 ... would be too few


def pixel_histogram(found: Brightness, scaled: bool) -> Figure:
    """How often each brightness occurs, one outline a channel, with mean (line) and standard deviation (whiskers).

    Bars that would flatten all others are cut off and say how high they are.

    Args:
        scaled: Whether x is divided by 255.
    """
    unit = 1 / WHITE if scaled else 1.0
    channels = found.shares.shape[1]
    top = _top(found.shares)
    traces = [
        trace
        for channel in range(channels)
        for trace in (_outline(found, channel, unit, top), _spread(found, channel, unit, top))
    ]
    layout = {
        "xaxis": {"range": [-6 * unit, 261 * unit], "tickvals": TICKS[scaled]},
        "yaxis": {"range": [0, top * (1.1 + 0.09 * channels)], "tickformat": ".0%", "nticks": 4, "rangemode": "tozero"},
        "annotations": [_cut(place, found.shares[place], unit, top) for place in _too_high(found.shares, top)],
        "margin": {"l": 40, "r": 8, "t": 28 if channels > 1 else 8, "b": 28},
        "showlegend": channels > 1,
        "legend": {"x": 0, "xanchor": "left"},  # on the right the buttons of the chart would lie over it
        "hovermode": "closest",
        "dragmode": False,
    }
    return {"data": traces, "layout": layout}


def photo_sizes(points: NDArray[np.int64], step: int, names: Sequence[str]) -> Figure:
    """Width × height of photos, a larger dot for more photos, and the line on which photos are square.

    The axes are logarithmic: one large photo must not press all others into a corner.

    Args:
        points: (P, 4) width, height, group, photos, as `size_points` makes them.
        step: In which sizes were gathered, in px; 1 where they are exact.
        names: Of the groups; one alone is not named.
    """
    low, high = 0.85 * float(points[:, :2].min()), 1.18 * float(points[:, :2].max())
    line = {"color": palette.GREY, "width": 1, "dash": "dot"}
    square = {"type": "scatter", "mode": "lines", "x": [low, high], "y": [low, high], "line": line}
    scale = max(float(points[:, 3].max()) / LARGEST**2, 1 / SINGLE**2)
    dots = [
        _dots(points[points[:, 2] == group], group, short(name), step, scale)
        for group, name in enumerate(names)
        if (points[:, 2] == group).any()
    ]
    axis = {"type": "log", "range": [math.log10(low), math.log10(high)], "tickformat": ",d", "dtick": "D2"}
    if high < NARROW * low:
        del axis["dtick"]
    layout = {
        "xaxis": {**axis, "title": {"text": _("width in px")}},
        "yaxis": {**axis, "title": {"text": _("height in px")}},
        "margin": {"l": 48, "r": 8, "t": 8 if len(names) == 1 else 36, "b": 44},
        "showlegend": len(names) > 1,
        "legend": {"x": 0, "xanchor": "left", "itemsizing": "constant"},
        "hovermode": "closest",
        "dragmode": False,
    }
    return {"data": [{**square, "hoverinfo": "skip", "showlegend": False}, *dots], "layout": layout}


def _outline(found: Brightness, channel: int, unit: float, top: float) -> dict[str, Any]:
    shares = found.shares[:, channel]
    name, colour = _channel(found, channel)
    return {
        "type": "scatter",
        "mode": "lines",
        "line": {"shape": "hv", "color": colour, "width": 1.5},
        "fill": "tozeroy",
        "fillcolor": f"{colour}40",
        "name": name,
        "x": (np.minimum(EDGES, WHITE) * unit).tolist(),
        "y": np.minimum([*shares, shares[-1]], top).tolist(),
        "customdata": [percent(share) for share in [*shares, shares[-1]]],
        "hovertemplate": _("%{customdata} of the pixels near %{x:.4~g}") + f"<extra>{name}</extra>",
    }


def _spread(found: Brightness, channel: int, unit: float, top: float) -> dict[str, Any]:
    """A line at the mean, and above the bars a whisker of one standard deviation to each side."""
    name, colour = _channel(found, channel)
    mean, std = found.mean[channel] * unit, found.std[channel] * unit
    return {
        "type": "scatter",
        "mode": "lines",
        "line": {"color": colour, "width": 2, "dash": "dash"},
        "x": [mean, mean],
        "y": [0, top * (1.09 + 0.09 * channel)],
        "error_x": {"type": "data", "array": [0, std], "color": colour, "thickness": 2.5, "width": 5},
        "hovertemplate": _("mean {mean}, standard deviation {std}").format(mean=f"{mean:.3g}", std=f"{std:.3g}")
        + f"<extra>{name}</extra>",
        "showlegend": False,
    }


def _channel(found: Brightness, channel: int) -> tuple[str, str]:
    channels = found.shares.shape[1]
    return _(CHANNELS[channels][channel]), COLOURS[channels][channel]


def _top(shares: NDArray[np.float64]) -> float:
    """Where the highest bars are cut off: never below a tenth of the highest."""
    peaks = np.sort(shares.max(axis=1))
    return float(min(1.05 * peaks[-1], max(MOST_OVER * peaks[-3], peaks[-1] / 10)))


def _too_high(shares: NDArray[np.float64], top: float) -> list[int]:
    """The bar to be named in the dark and in the bright half, where it is cut off."""
    peaks = shares.max(axis=1)
    places = int(peaks[: BINS // 2].argmax()), BINS // 2 + int(peaks[BINS // 2 :].argmax())
    return [place for place in places if peaks[place] > top]


def _cut(place: int, shares: NDArray[np.float64], unit: float, top: float) -> dict[str, Any]:
    dark = place < BINS // 2
    return {
        "x": min(EDGES[place + 1] if dark else EDGES[place], WHITE) * unit,
        "y": top,
        "text": f"{percent(float(shares.max()))} →",
        "textangle": -90,  # so that the arrow points up, and the line at the mean has room beside it
        "font": {"size": 11},
        "showarrow": False,
        "xanchor": "left" if dark else "right",
        "yanchor": "top",
    }


def _dots(points: NDArray[np.int64], group: int, name: str, step: int, scale: float) -> dict[str, Any]:
    size = _("%{x} × %{y} px") if step == 1 else _("about %{x} × %{y} px")
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": points[:, 0].tolist(),
        "y": points[:, 1].tolist(),
        "customdata": points[:, 3].tolist(),
        "marker": {
            "size": points[:, 3].tolist(),
            "sizemode": "area",
            "sizeref": scale,
            "sizemin": 3,
            "color": f"{palette.class_colour(group)}59",
            "opacity": 1,
            "line": {"width": 1, "color": palette.class_colour(group)},  # seen through the dots of other classes
        },
        "hovertemplate": size + ": %{customdata:,}<extra>" + name + "</extra>",
    }
