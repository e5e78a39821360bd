"""The curves of several runs over each other: by epoch, by step or by the clock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import streamlit as st

from core.i18n import N_, _
from ui import format, session
from ui.charts import Figure, Metric, short
from ui.compare.chosen import SYMBOLS, Compared
from ui.compare.view import choose_view
from ui.components import chart

Along = Literal["epoch", "step", "time"]

ALONG: dict[Along, str] = {"epoch": N_("Epoch"), "step": N_("Step"), "time": N_("Time")}
HEIGHT = 340  # px
MARKED = 40  # epochs up to which each has its mark
MINUTES_FROM = 600.0  # s from which the axis counts minutes
KEY, TRAINING = "compare-along", "compare-training"


def compared_curves(runs: Sequence[Compared]) -> None:
    """Loss and accuracy side by side, and what they are drawn along."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        along = choose_view(_("Along"), "along", KEY, ALONG)
        with_training = _with_training()
    begun = [run for run in runs if run.history.records]
    if not begun:
        st.info(_("No epoch is finished yet."), icon=":material/show_chart:")
        return
    st.html(f"<p class='compared-legend'>{''.join(run.tag for run in begun)}</p>")
    with st.container(key="wide-compared-curves"):
        columns = st.columns(2)
    for column, metric in zip(columns, ("loss", "accuracy"), strict=True):
        with column:
            figure = overlaid(begun, "loss" if metric == "loss" else "accuracy", along, with_training)
            chart(figure, key=f"compared-{metric}", height=HEIGHT, alt=_alt(begun, metric))
    words = _("Dashed: validation.") + (" " + _("Solid: training.") if with_training else "")
    st.caption(words + " " + _ABOUT[along]())


def overlaid(runs: Sequence[Compared], metric: Metric, along: Along, with_training: bool) -> Figure:
    """One colour and mark a run; validation dashed, training solid. Accuracy reaches from 0 to 1."""
    scale = 60.0 if along == "time" and max(run.history.training_seconds for run in runs) > MINUTES_FROM else 1.0
    lines = []
    for run in runs:
        x = [place / scale for place in places(run, along)]
        if with_training:
            lines.append(_line(run, x, metric, is_validation=False))
        lines.append(_line(run, x, metric, is_validation=True))
    titles = {
        "epoch": _("epoch"),
        "step": _("step"),
        "time": _("seconds of training") if scale == 1 else _("minutes of training"),
    }
    layout: dict[str, Any] = {
        "title": {"text": _("Accuracy") if metric == "accuracy" else _("Loss")},
        "xaxis": {"zeroline": False, "rangemode": "tozero", "title": {"text": titles[along]}},
        "yaxis": {"zeroline": False, "rangemode": "tozero"},
        "showlegend": False,
    }
    if metric == "accuracy":
        layout["yaxis"] |= {"range": [0, 1], "tickformat": ".0%"}
    return {"data": lines, "layout": layout}


def places(run: Compared, along: Along) -> list[float]:
    """Where the ends of a run's epochs lie: in epochs, in corrections of the weights, or in seconds of training."""
    records = run.history.records
    if along == "time":
        return run.history.clock
    return [(record.epoch + 1) * (run.history.steps if along == "step" else 1) for record in records]


def _line(run: Compared, x: list[float], metric: Metric, *, is_validation: bool) -> dict[str, Any]:
    name = short(run.name, 24)
    kind = _("validation") if is_validation else _("training")
    y = [getattr(record, f"val_{metric}" if is_validation else metric) for record in run.history.records]
    number = "%{y:.1%}" if metric == "accuracy" else "%{y:.3f}"
    return {
        "type": "scatter",
        "mode": "lines+markers" if len(x) <= MARKED else "lines",
        "x": x,
        "y": y,
        "name": name,
        "line": {
            "color": run.colour,
            "width": 2.5 if is_validation else 1.5,
            "dash": "dash" if is_validation else "solid",
        },
        "opacity": 1 if is_validation else 0.65,
        "marker": {"size": 7 if is_validation else 4, "symbol": SYMBOLS[run.place]},
        "hovertemplate": f"{number} {kind}<extra>{name}</extra>",
    }


def _with_training() -> bool:
    shown = bool(session.recall(TRAINING, False))
    session.show_value(TRAINING, shown)
    return st.toggle(
        _("Training curves too"),
        shown,
        key=TRAINING,
        on_change=lambda: session.remember(TRAINING, session.widget_value(TRAINING)),
    )


_ABOUT = {
    "epoch": lambda: _("Epoch: once through all training pictures."),
    "step": lambda: _("Step: one correction of the weights, one batch of pictures. Smaller batches take more of them."),
    "time": lambda: _(
        "Time: of the epochs, from the first batch on; loading, the frozen part and the exam do not count."
    ),
}


def _alt(runs: Sequence[Compared], metric: str) -> str:
    ends = ", ".join(f"{run.name} {_last(run, metric)}" for run in runs)
    return _("Validation {metric} of several runs; at the end: {ends}.").format(metric=metric, ends=ends)


def _last(run: Compared, metric: str) -> str:
    last = run.history.records[-1]
    return format.loss(last.val_loss) if metric == "loss" else format.percent(last.val_accuracy)
