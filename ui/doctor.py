"""The curve doctor on a page: what stands out in a run's curves, where that is seen, and what to try next."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from core.doctor.diagnose import diagnose
from core.doctor.diagnosis import Diagnosis, Evidence, Remedy, Tone
from core.i18n import N_, _
from core.runs.folder import RunFolder
from core.runs.history import History, history_of
from core.runs.store import can_go_on
from core.spec import RunSpec
from ui import palette, session
from ui.charts import Figure, Metric, curves
from ui.components.chart import chart
from ui.held import lets_through
from ui.html import plain
from ui.navigation import go, is_left_out

MOST = 3  # diagnoses shown at once: who is told everything does nothing
HEIGHT = 300  # px of each chart
FLAT = 4.0  # times what is marked, from which an axis is too long for it
ROOM = 1.5  # times what is marked, where the axis ends then
EDGE = 0.3  # of an axis: nearer to its ends the words of a mark stand inside, else in the middle

ICONS: dict[Tone, str] = {"fault": ":material/healing:", "note": ":material/info:", "good": ":material/check_circle:"}
MARKS = {  # on the curves, in three words at most
    "diverged": N_("no number"),
    "rate_too_high": N_("jumps"),
    "rate_too_low": N_("hardly moves"),
    "one_class": N_("one answer"),
    "overfitting": N_("drifting apart"),
    "underfitting": N_("stands still"),
    "stopped_early": N_("still falling"),
    "harder": N_("always below"),
    "easier": N_("validation ahead"),
}


def diagnoses_of(run: RunFolder) -> list[Diagnosis]:
    """What stands out in the run's curves, the most important first, at most `MOST`.

    That training was too short is not said of a run that can go on: its button would begin another one. In a lesson,
    what changes nothing but settings that it keeps is not offered.
    """
    info, is_over = run.info(), not can_go_on(run)
    found = diagnose(history_of(run.events), info.spec, info.classes)
    told = [one for one in found if is_over or one.kind != "stopped_early"][:MOST]
    return [replace(one, remedies=tuple(filter(partial(_may_try, info.spec), one.remedies))) for one in told]


def _may_try(spec: RunSpec, remedy: Remedy) -> bool:
    return not is_left_out("train") and lets_through(spec, remedy.spec)


def doctor_line(run: RunFolder) -> None:
    """The most important diagnosis in a line, with what to try; nothing where nothing stands out."""
    for found in diagnoses_of(run)[:1]:
        st.markdown(f"{ICONS[found.tone]} **{plain(found.title)}.** {plain(found.sentence)}")
        _remedies(found, found.remedies[:1], "line")


def doctor(run: RunFolder) -> None:
    """The curves with the evidence marked, and a card for each diagnosis."""
    history, found = history_of(run.events), diagnoses_of(run)
    shown = _shown(found)
    loss, accuracy = st.columns(2)
    classes = len(run.info().classes)
    with loss:
        _curves(history, "loss", classes, shown)
    with accuracy:
        _curves(history, "accuracy", classes, shown)
    if not found:
        st.caption(_("Nothing stands out in these curves."))
    for diagnosis in found:
        _card(diagnosis, is_marked=diagnosis is shown)


def curves_with_evidence(history: History, metric: Metric, classes: int, diagnosis: Diagnosis | None) -> Figure:
    """The curves of a run, with what the diagnosis was made of marked on them."""
    figure = curves(history, metric, classes)
    return _brought_near(marked(figure, diagnosis, metric)) if diagnosis else figure


def _brought_near(figure: Figure) -> Figure:
    """The figure with an axis that fits what is marked, where a start that shot up would press it flat."""
    bands = [shape for shape in figure["layout"]["shapes"] if shape["type"] == "rect"]
    marked = [
        y
        for line in figure["data"]
        for x, y in zip(line["x"], line["y"], strict=True)
        if y is not None and any(band["x0"] <= x <= band["x1"] for band in bands)
    ]
    axis = figure["layout"]["yaxis"]
    if not marked or axis["range"][1] < FLAT * max(marked):
        return figure
    near = {**axis, "range": [axis["range"][0], ROOM * max(marked)]}
    return {**figure, "layout": {**figure["layout"], "yaxis": near}}


def marked(figure: Figure, diagnosis: Diagnosis, metric: Metric) -> Figure:
    """The figure of `ui.charts.curves` with the evidence that a diagnosis has on this metric laid under its lines."""
    span: list[float] = figure["layout"]["xaxis"]["range"]
    shapes, notes = list[dict[str, Any]](), list[dict[str, Any]]()
    for evidence in diagnosis.evidence:
        if evidence.metric == metric:
            begin, end = max(span[0], evidence.first + 0.5), min(span[1], evidence.last + 1.5)
            shapes += _shapes(evidence, begin, end)
            notes.append(_note(_(MARKS[diagnosis.kind]), begin, end, span, is_low=_is_high(evidence)))
    return {**figure, "layout": {**figure["layout"], "shapes": shapes, "annotations": notes}}


def _shapes(evidence: Evidence, begin: float, end: float) -> list[dict[str, Any]]:
    """A faint band over the epochs (drawn at 1-based places), and a dotted line for each value that was named."""
    band = {
        "type": "rect",
        "layer": "below",
        "yref": "paper",
        **{"x0": begin, "x1": end, "y0": 0, "y1": 1},
        "fillcolor": palette.ORANGE,
        "opacity": 0.14,
        "line": {"width": 0},
    }
    line = {"color": palette.ORANGE, "width": 1.5, "dash": "dot"}
    levels = [{"type": "line", "x0": begin, "x1": end, "y0": y, "y1": y, "line": line} for y in evidence.levels]
    return [band, *levels]


def _is_high(evidence: Evidence) -> bool:
    """Whether the curves run in the upper part of the chart, as those of accuracy do, but for the worst."""
    return evidence.metric == "accuracy" and min(evidence.levels, default=1.0) > EDGE


def _note(words: str, begin: float, end: float, span: list[float], is_low: bool) -> dict[str, Any]:
    middle, width = (begin + end) / 2, span[1] - span[0]
    place: dict[str, Any] = {"x": middle, "xanchor": "center"}
    if middle < span[0] + EDGE * width:
        place = {"x": begin, "xanchor": "left"}
    elif middle > span[1] - EDGE * width:
        place = {"x": end, "xanchor": "right"}
    place |= {"y": 0, "yanchor": "bottom"} if is_low else {"y": 1, "yanchor": "top"}
    return {**place, "yref": "paper", "text": words, "showarrow": False, "font": {"size": 12}}


def _curves(history: History, metric: Metric, classes: int, diagnosis: Diagnosis | None) -> None:
    names = {"loss": _("Loss"), "accuracy": _("Accuracy")}
    alt = _("{metric} in each epoch. {sentence}").format(
        metric=names[metric], sentence=diagnosis.sentence if diagnosis else ""
    )
    figure = curves_with_evidence(history, metric, classes, diagnosis)
    chart(figure, key=f"doctor-{metric}", height=HEIGHT, alt=alt.strip())


def _shown(found: list[Diagnosis]) -> Diagnosis | None:
    """The diagnosis whose evidence is marked: the one asked for, else the first that has any."""
    with_evidence = [diagnosis for diagnosis in found if diagnosis.evidence]
    asked = [diagnosis for diagnosis in with_evidence if diagnosis.kind == session.recall("doctor.shown")]
    return next(iter([*asked, *with_evidence]), None)


def _card(diagnosis: Diagnosis, is_marked: bool) -> None:
    with st.container(border=True, key=f"doctor-{diagnosis.kind}"):
        st.markdown(f"{ICONS[diagnosis.tone]} **{plain(diagnosis.title)}**")
        st.markdown(plain(diagnosis.sentence))
        _remedies(diagnosis, diagnosis.remedies, "card", may_be_marked=bool(diagnosis.evidence) and not is_marked)


def _remedies(diagnosis: Diagnosis, remedies: tuple[Remedy, ...], place: str, may_be_marked: bool = False) -> None:
    """A button for each remedy, the first one as the one to press; and one that marks the evidence."""
    if not remedies and not may_be_marked:
        return
    with st.container(horizontal=True, key=f"doctor-buttons-{place}-{diagnosis.kind}"):
        for number, remedy in enumerate(remedies):
            kind: Any = "secondary" if number == 0 else "tertiary"
            help = _("Take this run's settings over with this one change. You start it yourself; this run stays.")
            key = f"doctor-{place}-{diagnosis.kind}-{number}"
            if st.button(remedy.label, type=kind, help=help, key=key):
                _try(remedy)
        if may_be_marked:
            remember, key = session.remember, f"doctor-show-{diagnosis.kind}"
            label, args = _("Show on the curves"), ("doctor.shown", diagnosis.kind)
            st.button(label, type="tertiary", icon=":material/visibility:", on_click=remember, args=args, key=key)


def _try(remedy: Remedy) -> None:
    session.clone(remedy.spec)
    go("train")
