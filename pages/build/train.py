"""Train: settings left, the run with its live curves right."""

import streamlit as st

from core.errors import StudioError
from core.i18n import _
from core.runs.folder import ACTIVE, RunFolder, State, open_run
from core.runs.submit import problems, submit_run
from ui import session
from ui.datasets import chosen_dataset
from ui.errors import errors_shown
from ui.live import live_run
from ui.navigation import go, next_step
from ui.run_list import run_list
from ui.services import studio
from ui.training_settings import run_settings, training_settings
from ui.words import score_sentence


def chosen_run() -> RunFolder | None:
    """The run that the URL or this browser names."""
    if not session.run_id():
        return None
    try:
        return open_run(studio().home, session.run_id() or "")
    except StudioError as error:
        st.warning(str(error), icon=":material/search_off:")
        session.look_at(None)
        return None


def start() -> None:
    """Queue a run with this browser's settings."""
    run = submit_run(studio().home, session.spec())
    studio().queue.submit(run)
    session.look_at(run.id)
    st.rerun()


def start_button() -> None:
    """The primary button while no run is shown: it waits, with the reason, until everything fits."""
    try:
        found = problems(session.spec(), chosen_dataset())
    except StudioError as error:
        st.error(str(error), icon=":material/error:")
        found = []
        ready = False
    else:
        ready = not found
    for problem in found:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.warning(problem.message, icon=":material/build:")
            if problem.page != "train" and st.button(_("Mend it"), key=f"mend-{problem.page}"):
                go(problem.page)
    if st.button(_("Start training"), type="primary", icon=":material/play_arrow:", disabled=not ready):
        with errors_shown():
            start()


def outcome(run: RunFolder) -> None:
    """What came of a run that has ended, and the next step."""
    status = run.status()
    if status.state == State.FINISHED:
        st.success(score_sentence(run, status), icon=":material/school:")
        next_step("evaluate", _("See its mistakes"))
    elif status.message:
        st.warning(_(status.message), icon=":material/info:")
    if status.state == State.STOPPED:
        next_step("evaluate", _("See what it has learnt"))


run = chosen_run()
settings, result = st.columns([1, 2], gap="large")
with settings:
    if run is None:
        training_settings()
        start_button()
    else:
        run_settings(run)
with result:
    if run is None:
        st.info(_("Your curves will be drawn here while the network learns."), icon=":material/show_chart:")
    else:
        live_run(run)
        if run.status().state not in ACTIVE:
            outcome(run)
run_list(limit=20, title=_("Last runs"))
