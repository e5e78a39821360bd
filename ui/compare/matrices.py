"""The confusion matrices of several runs, side by side or as differences to the first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.evaluation import Exam
from core.i18n import N_, _
from ui.charts import MAX_LABELLED, Figure, confusion_matrix
from ui.compare.chosen import Compared, same_pictures
from ui.compare.matrix_chart import matrix_difference
from ui.compare.view import choose_view
from ui.components import chart

VIEWS = {"side": N_("Side by side"), "difference": N_("Difference to the first")}
KEY = "compare-matrices"
IN_A_ROW = 2
HEIGHT, MANY_HEIGHT = 420, 520  # px; the second for matrices too large for numbers

Judged = list[tuple[Compared, Exam]]


def matrices(runs: Sequence[Compared]) -> None:
    """The matrices of all runs that took their exam, or why there is nothing to compare."""
    judged = [(run, run.exam) for run in runs if run.exam]
    if not judged:
        st.info(_("None of these runs has taken its final exam yet."), icon=":material/grid_on:")
        return
    view = _view(judged)
    shown = judged[1:] if view == "difference" else judged
    with st.container(key="wide-compared-matrices"):
        for start in range(0, len(shown), IN_A_ROW):
            for column, (run, exam) in zip(st.columns(IN_A_ROW), shown[start : start + IN_A_ROW], strict=False):
                with column:
                    _matrix(run, exam, judged, view)
    if view == "difference":
        st.caption(_("Blue: better, more right answers or fewer mistakes. Orange: worse."))
    else:
        st.caption(_("Blue: named right. Orange: mistakes."))


def _view(judged: Judged) -> str:
    """How they are shown; a difference needs the same pictures and the same classes."""
    runs = [run for run, _exam in judged]
    if len(runs) < 2:
        return "side"
    if not same_pictures(runs):
        text = _(
            "These runs were not judged on the same pictures with the same classes, so there is no difference to show."
        )
        st.caption(text)
        return "side"
    return choose_view(_("Matrices"), "matrices", KEY, VIEWS)


def _matrix(run: Compared, exam: Exam, judged: Judged, view: str) -> None:
    base, against = judged[0]
    if view == "difference":
        st.html(_("{run} minus {base}").format(run=run.tag, base=base.tag))
        most = max(int(np.abs(other.matrix - against.matrix).max()) for _run, other in judged[1:])
        figure: Figure = matrix_difference(exam.matrix, against.matrix, run.info.classes, most)
        alt = _("Difference of two confusion matrices: {run} minus {base}.").format(run=run.name, base=base.name)
    else:
        st.html(run.tag)
        figure = confusion_matrix(exam.matrix, run.info.classes)
        alt = _("Confusion matrix of {run}: rows are what it is, columns what the network says.").format(run=run.name)
    most_classes = max(len(other.info.classes) for other, _exam in judged)  # one height, so that they lie side by side
    height = HEIGHT if most_classes <= MAX_LABELLED else MANY_HEIGHT
    chart(figure, key=f"compared-matrix-{view}-{run.run.id}", height=height, alt=alt)
