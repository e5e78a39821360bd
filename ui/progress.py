"""A bar for work that keeps the page waiting, with a sentence on what runs."""

from __future__ import annotations

import time

import streamlit as st

from core.datasets.progress import Progress
from core.i18n import _

EVERY = 0.1  # seconds between two updates; a download reports each quarter of a megabyte


def progress_bar() -> Progress:
    """Put a bar on the page and return what moves it."""
    bar = st.progress(0.0, _("Starting"))
    shown = 0.0

    def show(fraction: float, text: str) -> None:
        nonlocal shown
        if time.monotonic() - shown > EVERY or fraction >= 1:
            bar.progress(min(max(fraction, 0.0), 1.0), text)
            shown = time.monotonic()

    return show
