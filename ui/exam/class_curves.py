"""Precision-recall and ROC curves of single classes, each against all others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import streamlit as st

from core.evaluation import Exam
from core.exam_curves import Curve, precision_recall_curve, roc_curve
from core.i18n import N_, _
from ui import palette, session
from ui.charts import Figure, short
from ui.choice import choice
from ui.components import chart
from ui.exam.confidence_charts import diagonal
from ui.exam.shown import Shown, recheck_shown
from ui.format import brief
from ui.html import plain

Kind = Literal["precision", "roc"]

KINDS: dict[Kind, str] = {"precision": N_("Precision and recall"), "roc": N_("ROC")}
READING: dict[Kind, tuple[str, ...]] = {
    "precision": (
        N_("To the right the model is made to find more of the class; the line falls where it takes in others too."),
        N_("The best line runs along the top to the right corner."),
        N_("AP, average precision, is the area below the line."),
    ),
    "roc": (
        N_("Up: how many of the class are found. To the right: how many of all others are taken for it."),
        N_("The best line goes straight up, then right; the dotted one is guessing."),
        N_(
            "AUC, the area below: how often a picture of the class gets more of its probability than one of the others."
        ),
    ),
}
AT_FIRST, MOST = 3, 8  # classes
DASHES = ("solid", "dash", "dot", "dashdot")  # tell chosen classes apart whose colour is the same
HEIGHT = 420  # px
KIND = "curve-kind"


@st.fragment
def class_curves(shown: Shown) -> None:
    """Which classes and which curve, the curves, and how to read them."""
    recheck_shown(shown)
    st.markdown(f"**{_('Class by class: how well can it be told apart?')}**")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        kind = _kind()
        numbers = _classes(shown)
    curves = {number: curve_of(shown.exam, kind, number) for number in numbers}
    drawn = {number: curve for number, curve in curves.items() if curve}
    if drawn:
        figure = curves_figure(kind, drawn, shown.info.classes)
        with st.container(key="wide-class-curves"):
            left, right = st.columns([5, 2], gap="large")
        with left:
            alt = _alt(kind, drawn, shown.info.classes)
            chart(figure, key=f"class-curves-{shown.run.id}", height=HEIGHT, alt=alt)
        for sentence in READING[kind]:
            right.caption(_(sentence))
    missing = [plain(brief(shown.name(number))) for number in curves if number not in drawn]
    if missing:
        text = _("No curve for {names}: that takes pictures of the class, and pictures of others.")
        st.info(text.format(names=", ".join(missing)), icon=":material/info:")
    elif not drawn:
        st.caption(_("Choose a class to see its curve."))


def hardest_classes(exam: Exam) -> list[int]:
    """Numbers of the `AT_FIRST` classes with the lowest average precision, of those that have a curve."""
    curves = ((number, curve_of(exam, "precision", number)) for number in range(len(exam.matrix)))
    areas = sorted((curve.area, number) for number, curve in curves if curve)
    return sorted(number for _area, number in areas[:AT_FIRST])


def curve_of(exam: Exam, kind: Kind, number: int) -> Curve | None:
    """The curve of one class; None where there is nothing to tell apart."""
    make = roc_curve if kind == "roc" else precision_recall_curve
    return make(exam.labels, exam.probabilities, number)


def curves_figure(kind: Kind, curves: Mapping[int, Curve], classes: Sequence[str]) -> Figure:
    """One line a class in its colour, with its area in the legend; both axes from 0 to 1."""
    colours = [palette.class_colour(number) for number in curves]
    lines = [
        _line(kind, curve, classes[number], colour, DASHES[colours[:place].count(colour) % len(DASHES)])
        for place, ((number, curve), colour) in enumerate(zip(curves.items(), colours, strict=True))
    ]
    x, y = (
        (_("others taken for it (false positive rate)"), _("found (true positive rate)"))
        if kind == "roc"
        else (_("found (recall)"), _("right among what it calls so (precision)"))
    )
    layout = {
        "xaxis": {"range": [0, 1], "tickformat": ".0%", "title": {"text": x}},
        "yaxis": {"range": [0, 1], "tickformat": ".0%", "title": {"text": y}},
        "legend": {"yref": "paper", "y": 1.02, "yanchor": "bottom", "x": 0, "xanchor": "left"},
        "margin": {"l": 48, "r": 16, "t": 16, "b": 40},
        "hovermode": "closest",
    }
    return {"data": [*lines, diagonal(_("guessing"))] if kind == "roc" else lines, "layout": layout}


def _kind() -> Kind:
    kind: Kind = session.recall(KIND, "precision")
    choice(
        _("Curve"),
        {name: _(words) for name, words in KINDS.items()},
        kind,
        lambda name: session.remember(KIND, name),
        key=KIND,
        label_visibility="collapsed",
    )
    return kind


def _classes(shown: Shown) -> list[int]:
    key = f"curve-classes-{shown.run.id}"
    if session.recall(key) is None:
        session.remember(key, hardest_classes(shown.exam))
    session.show_value(key, session.recall(key))
    chosen: list[int] = st.multiselect(
        _("Classes"),
        range(len(shown.info.classes)),
        default=session.recall(key),
        key=key,
        format_func=shown.name,
        max_selections=MOST,
        on_change=lambda: session.remember(key, session.widget_value(key)),
        placeholder=_("Choose classes"),
        label_visibility="collapsed",
        help=_("At first those that are hardest to tell apart, by average precision."),
    )
    return chosen


def _line(kind: Kind, curve: Curve, name: str, colour: str, dash: str) -> dict[str, Any]:
    title = short(name, 24)
    area = _("AUC {area}") if kind == "roc" else _("AP {area}")
    # The precision of a step holds for the whole step: the line goes up or down first, then to the right.
    shape = "linear" if kind == "roc" else "vh"
    end = len(curve.x) if kind == "roc" else int(np.argmax(curve.x == 1)) + 1  # once all are found it only falls
    return {
        "type": "scatter",
        "mode": "lines",
        "x": curve.x[:end].round(4).tolist(),
        "y": curve.y[:end].round(4).tolist(),
        "name": f"{title}  {area.format(area=f'{curve.area:.3f}')}",
        "line": {"color": colour, "width": 2.5, "shape": shape, "dash": dash},
        "cliponaxis": False,
        "hovertemplate": f"%{{x:.1%}}, %{{y:.1%}}<extra>{title}</extra>",
    }


def _alt(kind: Kind, curves: Mapping[int, Curve], classes: Sequence[str]) -> str:
    areas = ", ".join(f"{classes[number]} {curve.area:.3f}" for number, curve in curves.items())
    text = (
        _("ROC curves; area under each: {areas}.")
        if kind == "roc"
        else _("Precision-recall curves; average precision: {areas}.")
    )
    return text.format(areas=areas)
