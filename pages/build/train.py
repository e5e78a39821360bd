"""Train: settings left, the run with its live curves right."""

import streamlit as st

from core.errors import StudioError
from core.i18n import _
from core.runs.folder import ACTIVE, RunFolder
from ui import session
from ui.access import visible_run
from ui.before_start import before_start
from ui.html import plain
from ui.live import live_run
from ui.outcome import outcome
from ui.publishing import run_switches
from ui.run_list import run_list
from ui.start_training import start_button
from ui.time_budget import time_budget
from ui.training_settings import run_settings, training_settings


def chosen_run() -> RunFolder | None:
    """The run that the URL or this browser names."""
    if not session.run_id():
        return None
    try:
        return visible_run(session.run_id() or "")
    except StudioError as error:
        st.warning(plain(str(error)), icon=":material/search_off:")
        session.look_at(None)
        return None


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
        before_start()
    else:
        live_run(run)
        if run.status().state not in ACTIVE:
            outcome(run)
            run_switches(run)
run_list(limit=20, title=_("Last runs"))
