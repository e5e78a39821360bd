"""What the Evaluate page shows for a run that has no exam: why, and the one thing to do about it."""

from __future__ import annotations

import streamlit as st

from core.errors import StudioError
from core.evaluation import Exam
from core.exams import read_exam
from core.i18n import _
from core.runs.folder import ACTIVE, RunFolder, State, Status
from core.runs.history import history_of
from core.runs.notes import run_name
from core.runs.store import can_go_on
from ui import session
from ui.access import recheck
from ui.exam.sitting import Sitting, exam_of
from ui.html import plain
from ui.navigation import go
from ui.words import STATES

REFRESH = 1.0  # seconds between two looks at a run that goes on
ASKED = "exam.asked"  # the run, and its model, whose exam this browser has asked for


def final_exam(run: RunFolder) -> tuple[Exam | None, str]:
    """The exam on the test pictures; None where there is none, and what is wrong with the one in the folder."""
    try:
        return read_exam(run), ""
    except StudioError as error:
        return None, str(error)


def exam_missing(run: RunFolder, problem: str = "") -> None:
    """Explain why there is no exam. `problem` says what is wrong with the one in the folder, if anything."""
    status = run.status()
    if status.state in ACTIVE:
        st.fragment(_still_learning, run_every=REFRESH)(run)
    elif status.state == State.FAILED:
        _failed(run, status)
    elif not run.checkpoint.exists():
        _nothing_learnt(run, status)
    else:
        _offer(run, status, problem)


def _still_learning(run: RunFolder) -> None:
    recheck(run)
    status, history = run.status(), history_of(run.events)
    if status.state not in ACTIVE:
        st.rerun()
    with st.container(border=True, key="exam-waits"):
        st.subheader(_("{name} is still learning").format(name=plain(run_name(run))), anchor=False)
        st.markdown(_("It takes its final exam at the end, on pictures that it has never seen. Then you see it here."))
        planned = max(history.epochs_planned, 1)
        done = (history.epoch + history.batch / max(history.steps, 1)) / planned
        epoch = _("epoch {epoch} of {epochs}").format(epoch=min(history.epoch + 1, planned), epochs=planned)
        st.progress(min(done, 1.0), text=epoch if history.epochs_planned else _(STATES[status.state]))
        _to_train(run, _("Watch it learn"))


def _failed(run: RunFolder, status: Status) -> None:
    st.error(plain(_(status.message)) or _("This run failed."), icon=":material/error:")
    with st.container(border=True):
        st.markdown(_("There is no exam, because this run did not get to its end. Change its settings and try again."))
        _to_train(run, _("See the run"))


def _nothing_learnt(run: RunFolder, status: Status) -> None:
    with st.container(border=True):
        st.subheader(_("Nothing learnt yet"), anchor=False)
        state = _(STATES[status.state]).lower()
        st.markdown(_("This run is {state} and has not finished an epoch. Let it go on a little.").format(state=state))
        if status.message:
            st.caption(plain(_(status.message)))
        _to_train(run, _("Go on training"))


def _offer(run: RunFolder, status: Status, problem: str) -> None:
    with st.container(border=True, key="exam-offer"):
        st.subheader(_("No final exam yet"), anchor=False)
        st.markdown(plain(problem) or _why(run, status))
        if status.message:
            st.caption(plain(_(status.message)))
        model = run.id, run.checkpoint.stat().st_mtime_ns
        is_asked = session.recall(ASKED) == model
        label = _("Take the final exam now")
        st.button(
            label,
            type="primary",
            icon=":material/school:",
            disabled=is_asked,
            on_click=session.remember,
            args=(ASKED, model),
        )
        if is_asked:
            exam_of(run, Sitting())


def _why(run: RunFolder, status: Status) -> str:
    if run.evaluation.exists() and status.state != State.FINISHED:
        return _("This run has learnt more since its last exam, so that one no longer counts.")
    state = _(STATES[status.state]).lower()
    text = _(
        "This run is {state}: the exam comes at the end of training. What it has learnt so far can be judged now, on "
        "pictures that it has never seen."
    ).format(state=state)
    return f"{text} {_('It can still go on learning afterwards.')}" if can_go_on(run) else text


def _to_train(run: RunFolder, label: str) -> None:
    if st.button(label, icon=":material/show_chart:"):
        session.look_at(run.id)
        go("train")
