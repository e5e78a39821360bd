"""A bar for work that keeps the page waiting, with a sentence on what runs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.datasets.progress import Progress
from core.i18n import _

EVERY = 0.1  # seconds between two updates; a download reports each quarter of a megabyte


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Put a bar on the page, hand over what moves it, and take it away when the work is over or has failed."""
    bar, hint = st.progress(0.0, _("Starting")), st.caption(_("Stay on this page until it is done."))
    shown = 0.0

    def show(fraction: float, text: str) -> None:
        nonlocal shown
        if time.monotonic() - shown > EVERY:
            bar.progress(min(max(fraction, 0.0), 1.0), text)
            shown = time.monotonic()

    try:
        yield show
    finally:
        bar.empty()
        hint.empty()
