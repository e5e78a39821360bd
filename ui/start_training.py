"""The press on Start: it waits, with the reason, until data, model and training fit together."""

from __future__ import annotations

import streamlit as st

from core.errors import StudioError
from core.i18n import _
from core.runs.folder import RunFolder
from core.runs.submit import Problem, problems, submit_run
from core.spec import RunSpec
from ui import session
from ui.datasets import chosen_dataset
from ui.errors import errors_shown
from ui.html import plain
from ui.navigation import go
from ui.services import studio


def queue_run(spec: RunSpec, name: str = "") -> RunFolder:
    """Queue a run; what this browser looks at stays.

    Raises:
        StudioError: If the settings do not fit together.
    """
    run = submit_run(studio().home, spec, name)
    studio().queue.submit(run)
    return run


def start_run(spec: RunSpec, name: str = "") -> None:
    """Queue a run and look at it.

    Raises:
        StudioError: If the settings do not fit together.
    """
    session.look_at(queue_run(spec, name).id)


def start_button() -> None:
    """The primary button of the Train page, with what keeps it waiting above it."""
    found = _problems()
    for problem in found:
        st.warning(plain(problem.message), icon=":material/build:")
        if problem.page != "train" and st.button(_("Mend it"), key=f"mend-{problem.page}"):
            go(problem.page)
    if st.button(_("Start training"), type="primary", icon=":material/play_arrow:", disabled=bool(found)):
        with errors_shown():
            start_run(session.spec())
            st.rerun()


def _problems() -> list[Problem]:
    try:
        return problems(session.spec(), chosen_dataset(), studio().home)
    except StudioError as error:
        return [Problem("data", str(error))]
