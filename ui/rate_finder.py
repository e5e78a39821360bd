"""Finding a learning rate on the Train page: a short sweep, its curve, and a button that takes the rate over."""

from __future__ import annotations

from collections.abc import Hashable

import streamlit as st

from core.errors import StudioError
from core.i18n import N_, _
from core.inference import Inference
from core.rate_sweep import FIRST, HIGHEST, LOWEST, End, Sweep, Tell, sweep, sweep_key
from core.spec import RunSpec
from ui import palette, session
from ui.asking import answer_to
from ui.charts import Figure
from ui.components.chart import chart
from ui.datasets import chosen_dataset
from ui.held import is_held
from ui.services import studio

ASKED = "rate-finder.asked"
HEIGHT = 240  # px
ROOM = 0.25  # of the fall, above the first losses: enough to see that the loss rises again, not how far
TICKS = (1e-6, 1e-4, 1e-2, 1.0)  # as many as fit beside each other on a phone

ENDS: dict[End, str] = {
    "end": N_("The sweep went through all rates."),
    "rose": N_("It ended where the loss had risen to four times its lowest."),
    "not_finite": N_("It ended where the loss grew beyond all numbers."),
}


def rate_finder() -> None:
    """Folded: a button that sweeps the rates with the settings of this browser, and what came of it.

    Nothing is shown where the data set is not there: the start button tells why; nor where a lesson keeps the rate.
    """
    if is_held("training.learning_rate"):
        return
    try:
        meta = chosen_dataset().meta
    except StudioError:
        return
    spec = sweep_key(session.spec())
    key = ("sweep", spec, meta.content_hash)
    with st.expander(_("Find a learning rate")):
        if session.recall(ASKED) == key or studio().long.known(key):
            _answer(spec, key)
        else:
            _offer(key)


def rounded(rate: float) -> float:
    """A learning rate to one digit: a sweep tells no more than that."""
    return float(f"{rate:.0e}")


def sweep_curve(found: Sweep) -> Figure:
    """Loss over learning rate, on a log axis: each batch (faint), the running mean, and the suggestion on it."""
    lines = [
        _line(found, found.losses, _("batches"), palette.SKY, 1, 0.45),
        _line(found, found.smoothed, _("running mean"), palette.TRAIN, 2.5, 1.0),
    ]
    layout = {
        "showlegend": False,
        "dragmode": False,
        "margin": {"l": 44, "r": 12, "t": 8, "b": 40},
        "xaxis": {
            "type": "log",
            "range": [-6, 0],
            "tickvals": list(TICKS),
            "ticktext": [_plain(rate) for rate in TICKS],
            "title": {"text": _("learning rate")},
        },
        "yaxis": {"title": {"text": _("loss")}, "range": _span(found), "zeroline": False},
    }
    if found.suggestion:
        lines.append(_mark(found, found.suggestion))
        line = {"color": palette.ORANGE, "width": 1.5, "dash": "dot"}
        x = found.suggestion
        layout["shapes"] = [{"type": "line", "yref": "paper", "x0": x, "x1": x, "y0": 0, "y1": 1, "line": line}]
    return {"data": lines, "layout": layout}


def _offer(key: Hashable) -> None:
    st.caption(
        _(
            "A short training on your own pictures: up to 100 batches, each with a higher learning rate, from {low} to "
            "{high}. The loss tells which rates teach best. Nothing of it is kept."
        ).format(low=_plain(LOWEST), high=_plain(HIGHEST))
    )
    label = _("Find a learning rate")
    st.button(label, key="rate-find", icon=":material/search:", on_click=session.remember, args=(ASKED, key))


def _answer(spec: RunSpec, key: Hashable) -> None:
    def put(inference: Inference, tell: Tell) -> Sweep:
        return sweep(inference, spec, tell)

    found = answer_to(studio().long, key, put, _("A short training with a rising rate …"), "rate-finder")
    if found:
        _result(found)


def _result(found: Sweep) -> None:
    if found.suggestion is None:
        st.info(
            _(
                "The loss did not clearly fall at any rate, so there is none to suggest. Larger batches waver less; "
                "strong augmentation or very few steps hide what a rate does."
            ),
            icon=":material/info:",
        )
    if found.losses:
        chart(sweep_curve(found), key="rate-sweep", height=HEIGHT, alt=_alt(found))
    if found.suggestion is not None:
        _take_over(rounded(found.suggestion))
    st.caption(_(ENDS[found.stopped]))


def _take_over(rate: float) -> None:
    st.markdown(_("The loss falls best around **{rate}**, the middle of its slope.").format(rate=_plain(rate)))
    if session.spec().training.learning_rate == rate:
        st.caption(_("That is the learning rate that is set."))
        return
    st.button(
        _("Use {rate}").format(rate=_plain(rate)),
        key="rate-use",
        icon=":material/check:",
        on_click=session.change,
        args=("training",),
        kwargs={"learning_rate": rate},
    )


def _line(found: Sweep, values: tuple[float, ...], name: str, colour: str, width: float, opacity: float) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(found.rates),
        "y": list(values),
        "name": name,
        "opacity": opacity,
        "line": {"color": colour, "width": width},
        "hovertemplate": "%{y:.3f} · %{x:.1e}<extra>" + name + "</extra>",
    }


def _mark(found: Sweep, rate: float) -> Figure:
    place = found.rates.index(rate)
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [rate],
        "y": [found.smoothed[place]],
        "text": [_plain(rounded(rate))],
        "textposition": "top right" if rate < 0.01 else "top left",
        "marker": {"color": palette.ORANGE, "size": 11, "line": {"color": "#ffffff", "width": 1}},
        "hoverinfo": "skip",
    }


def _span(found: Sweep) -> list[float]:
    """From a little below the lowest loss to a little above the first ones: what comes after the fall is cut off."""
    first, lowest = sum(found.losses[:FIRST]) / len(found.losses[:FIRST]), min(found.smoothed)
    room = max(ROOM * (first - lowest), 0.05 * first)
    return [lowest - room, first + room]


def _plain(rate: float) -> str:
    """0.000001, not 1e-06."""
    return f"{rate:.6f}".rstrip("0").rstrip(".")


def _alt(found: Sweep) -> str:
    text = _("Loss over learning rate, from {first} at {low} down to {lowest} at {best}.")
    lowest = min(found.smoothed)
    best = found.rates[found.smoothed.index(lowest)]
    numbers = {"first": f"{found.smoothed[0]:.2f}", "lowest": f"{lowest:.2f}"}
    return text.format(**numbers, low=_plain(found.rates[0]), best=_plain(rounded(best)))
