"""The right side of the Train page while there is no run: what can be done before Start."""

from __future__ import annotations

import streamlit as st

from core.errors import StudioError
from core.i18n import _
from ui import session
from ui.datasets import chosen_dataset
from ui.guess import guess_form
from ui.pins.choice import watch_form
from ui.rate_finder import rate_finder


def before_start() -> None:
    """Photos to watch, a prediction, and a sweep over the learning rates: all may be left as they are."""
    st.info(_("Your curves will be drawn here while the network learns."), icon=":material/show_chart:")
    try:
        dataset = chosen_dataset()
    except StudioError:  # Start says so
        return
    watch_form(dataset, session.spec().data)
    guess_form(dataset.meta)
    rate_finder()
