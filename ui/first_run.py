"""The shortest way to a trained model, and what pages show to those who have none yet."""

from __future__ import annotations

import streamlit as st

from core.i18n import _
from core.spec import RunSpec
from ui import session
from ui.access import visible_dataset
from ui.errors import errors_shown
from ui.navigation import go, link_to
from ui.pins.choice import usual_pins
from ui.start_training import start_run


def first_cnn_button() -> None:
    """One press queues the default run and goes where it can be watched."""
    if st.button(_("Train my first CNN"), type="primary", icon=":material/play_arrow:"):
        with errors_shown():
            spec = RunSpec()
            pinned = usual_pins(visible_dataset(spec.data.dataset), spec.data)
            start_run(spec, _("My first CNN"), pinned=pinned)
            go("train")


def promise() -> None:
    """What the press costs."""
    st.caption(_("Handwritten digits, about 20 seconds, no download. You can't break anything here."))


def nothing_yet(title: str, why: str) -> None:
    """The state of a page that needs a trained model where there is none: what is missing, why, and the way to it."""
    with st.container(border=True, key="nothing-yet"):
        st.subheader(title)
        st.markdown(why)
        if session.lesson():  # it has its own settings, not those of the first run
            link_to("train", _("Train one"))
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            first_cnn_button()
            if st.button(_("Choose the settings myself"), icon=":material/tune:"):
                go("train")
        promise()
