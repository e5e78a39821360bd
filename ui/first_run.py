"""The shortest way to a trained model, and what pages show to those who have none yet."""

from __future__ import annotations

import streamlit as st

from core.i18n import _
from core.runs.submit import submit_run
from core.spec import RunSpec
from ui import session
from ui.errors import errors_shown
from ui.navigation import go
from ui.services import studio


def train_first_cnn() -> None:
    """Queue the default run and go where it can be watched."""
    session.set_spec(RunSpec())
    run = submit_run(studio().home, session.spec(), _("My first CNN"))
    studio().queue.submit(run)
    session.look_at(run.id)
    go("train")


def nothing_yet(title: str, why: str) -> None:
    """The state of a page that needs a trained model where there is none: what is missing, why, and the way to it."""
    with st.container(border=True, key="nothing-yet"):
        st.subheader(title)
        st.markdown(why)
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button(_("Train my first CNN"), type="primary", icon=":material/play_arrow:"):
                with errors_shown():
                    train_first_cnn()
            if st.button(_("Choose the settings myself"), icon=":material/tune:"):
                go("train")
        st.caption(_("Handwritten digits, about 20 seconds, no download. You can't break anything here."))
