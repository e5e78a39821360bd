"""Train: settings left, the run with its live curves right."""

import streamlit as st

from core.errors import StudioError
from core.i18n import _
from core.runs.folder import ACTIVE, RunFolder, State, open_run
from ui import session
from ui.html import plain
from ui.live import live_run
from ui.navigation import next_step
from ui.run_list import run_list
from ui.services import studio
from ui.start_training import start_button
from ui.time_budget import time_budget
from ui.training_settings import run_settings, training_settings
from ui.words import score_sentence


def chosen_run() -> RunFolder | None:
    """The run that the URL or this browser names."""
    if not session.run_id():
        return None
    try:
        return open_run(studio().home, session.run_id() or "")
    except StudioError as error:
        st.warning(plain(str(error)), icon=":material/search_off:")
        session.look_at(None)
        return None


def outcome(run: RunFolder) -> None:
    """What came of a run that has ended, and the next step."""
    status = run.status()
    if status.message:
        st.warning(plain(_(status.message)), icon=":material/info:")
    if status.state == State.FINISHED:
        st.success(score_sentence(status), icon=":material/school:")
        next_step("evaluate", _("See its mistakes"))
    elif status.state == State.STOPPED:
        next_step("evaluate", _("See what it has learnt"))


run = chosen_run()
with st.container(key="run-shown" if run else "run-to-make"):
    settings, result = st.columns([1, 2], gap="large")
with settings:
    if run is None:
        training_settings()
        time_budget()
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
