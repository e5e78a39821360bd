"""How often a model changes its mind, as bars: a figure of data alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.augmentation.spec import AugmentSpec
from core.i18n import _
from core.knobs import knob_of
from core.wavering import Wavering, ways_of
from ui import format, palette
from ui.charts import Figure

BAR, HEAD = 24, 30  # px: of a bar, and of the legend
BUTTONS = ["toImage", "downloadJson", "sendChartToCloud", "zoom", "pan", "zoomIn", "zoomOut", "resetScale"]
COLOURS = (palette.SKY, palette.TRAIN)


def way_titles(augmentation: AugmentSpec) -> list[str]:
    """What each of `ways_of(augmentation)` is called: its knob, or all together."""
    ways = [way.active for way in ways_of(augmentation)]
    return [_(knob_of(AugmentSpec, way[0]).title) if len(way) == 1 else _("All together") for way in ways]


def change_bars(titles: Sequence[str], asked: Sequence[tuple[str, Wavering | None]]) -> Figure:
    """Horizontal bars: for each way of warping the share of copies for which a model changes its mind.

    Args:
        titles: Of the ways.
        asked: What the model was asked about, with its answer; None while there is none: then its bars are missing.
    """
    rows = list(range(len(titles)))
    layout = {
        "barmode": "group",
        "bargap": 0.25,
        "legend": {"x": 0, "xanchor": "left", "traceorder": "normal"},
        "xaxis": {"visible": False, "range": [0, 1.6]},  # room for "24 of 24 · 100.0 %" behind a full bar
        "yaxis": {"tickvals": rows, "ticktext": list(titles), "range": [len(rows) - 0.5, -0.5], "showgrid": False},
        "margin": {"l": 24, "r": 0, "t": HEAD, "b": 0},
        "showlegend": True,
        "dragmode": False,
        "modebar": {"remove": BUTTONS},
    }
    return {"data": [_bars(rows, *one, COLOURS[place]) for place, one in enumerate(asked)], "layout": layout}


def height_of(titles: Sequence[str], asked: Sequence[object]) -> int:
    """Of the chart, in px."""
    return HEAD + len(titles) * (BAR * len(asked) + 8)


def in_words(titles: Sequence[str], asked: Sequence[tuple[str, Wavering | None]]) -> str:
    """The bars for those who cannot see them."""
    said = [
        f"{name}: " + ", ".join(f"{title} {text}" for title, text in zip(titles, _texts(wavering), strict=True))
        for name, wavering in asked
        if wavering
    ]
    return ". ".join([_("How often the model changes its mind"), *said])


def _bars(rows: list[int], name: str, wavering: Wavering | None, colour: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": rows,
        "x": wavering.shares if wavering else [None] * len(rows),
        "text": _texts(wavering) if wavering else [""] * len(rows),
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": colour},
        "hoverinfo": "skip",
    }


def _texts(wavering: Wavering) -> list[str]:
    return [
        _("{changes} of {copies} · {share}").format(
            changes=format.count(changes), copies=format.count(wavering.of), share=format.percent(share)
        )
        for changes, share in zip(wavering.changes, wavering.shares, strict=True)
    ]
