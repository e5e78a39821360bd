"""What came of a run that has ended: its score, the doctor's sentence, the next step."""

from __future__ import annotations

import streamlit as st

from core.i18n import _
from core.runs.folder import RunFolder, State
from core.runs.history import history_of
from core.runs.store import can_go_on
from ui.doctor import doctor_line
from ui.exam.missing import final_exam
from ui.guess import guess_line
from ui.html import plain
from ui.navigation import next_step
from ui.words import score_sentence

GOOD = 0.9  # test accuracy from which the result is shown in green


def outcome(run: RunFolder) -> None:
    """Show it below the curves of the run."""
    status = run.status()
    if status.message:
        st.warning(plain(_(status.message)), icon=":material/info:")
    if status.state == State.FINISHED:
        say = st.success if (status.test_accuracy or 0) >= GOOD else st.info
        say(score_sentence(status), icon=":material/school:")
        exam, _problem = final_exam(run) if run.info().guess else (None, "")
        if exam:
            guess_line(run.info(), exam)
    if not can_go_on(run):  # one that can go on is not over yet
        doctor_line(run)
    if status.state == State.FINISHED:
        next_step("evaluate", _("See its mistakes"))
    elif status.state == State.STOPPED and history_of(run.events).has_learnt:
        next_step("evaluate", _("See what it has learnt"))
