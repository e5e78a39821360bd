"""Evaluate: how good the model is, what it confuses, and the very pictures that it gets wrong."""

import streamlit as st

from core.errors import StudioError
from core.evaluation import Exam, read_exam
from core.i18n import _
from core.runs.folder import RunFolder
from ui.evaluation import headline, matrix_with_photos, mistakes, run_curves, show_exam
from ui.exam_missing import exam_missing
from ui.exam_report import report
from ui.first_run import nothing_yet
from ui.navigation import next_step
from ui.run_picker import pick_run


def exam_shown(run: RunFolder, exam: Exam) -> None:
    """The whole page of one exam."""
    shown = show_exam(run, exam)
    headline(shown)
    matrix_with_photos(shown)
    in_report, in_mistakes, in_curves = st.tabs([_("Report"), _("Mistakes"), _("Curves of the run")])
    with in_report:
        report(exam, shown.info.classes)
    with in_mistakes:
        st.fragment(mistakes)(shown)
    with in_curves:
        run_curves(shown)
    next_step("classify", _("Try your own photo"))


run = pick_run(_("Run"))
if run is None:
    nothing_yet(
        _("No model to judge yet"),
        _("Train one first. Then you see here how good it is, what it confuses and which pictures it gets wrong."),
    )
else:
    try:
        exam, problem = read_exam(run), ""
    except StudioError as error:
        exam, problem = None, str(error)
    if exam:
        exam_shown(run, exam)
    else:
        exam_missing(run, problem)
