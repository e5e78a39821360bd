"""Evaluate: how good the model is, what it confuses, the very pictures that it gets wrong, and why."""

import streamlit as st

from core.evaluation import Exam
from core.i18n import _
from core.runs.folder import RunFolder
from ui.exam.headline import headline
from ui.exam.matrix import matrix_with_pictures
from ui.exam.missing import exam_missing, final_exam
from ui.exam.photo import photo_dialog
from ui.exam.shown import show_exam, watch_shown
from ui.exam.sitting import choose_sitting, exam_to_show, sitting_of
from ui.exam.tabs import exam_tabs
from ui.first_run import nothing_yet
from ui.navigation import next_step
from ui.run_picker import page_run


def evaluated(run: RunFolder, final: Exam) -> None:
    """The page of a run that has taken its final exam."""
    sitting = sitting_of(run)
    head = st.container()
    with choose_sitting(run, sitting):
        shown = show_exam(run, *exam_to_show(run, sitting, final))
    watch_shown(shown)
    with head:
        headline(shown)
    matrix_with_pictures(shown)
    exam_tabs(shown)
    next_step("classify", _("Try your own photo"))
    photo_dialog(shown)


def nothing_to_judge() -> None:
    """The way to the first model."""
    nothing_yet(
        _("No model to judge yet"),
        _("Train one first. Then you see here how good it is, what it confuses and which pictures it gets wrong."),
    )


if run := page_run(_("Run"), nothing_to_judge):
    exam, problem = final_exam(run)
    if exam:
        evaluated(run, exam)
    else:
        exam_missing(run, problem)
