"""Errors on a page, in words: what was expected, what came, what to do. Never a traceback."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.errors import StudioError
from core.i18n import _
from ui.html import plain

logger = logging.getLogger(__name__)


@contextmanager
def errors_shown() -> Iterator[None]:
    """Show a `StudioError` of the block where it happened and let the rest of the page go on."""
    try:
        yield
    except StudioError as error:
        st.error(plain(str(error)), icon=":material/error:")


def show_unexpected(error: Exception) -> bool:
    """Say that something broke, in words, and log it whole; tells Streamlit not to show the exception."""
    if isinstance(error, StudioError):
        st.error(plain(str(error)), icon=":material/error:")
        return True
    logger.error("a page broke", exc_info=error)
    st.error(
        _("Something broke on this page, and it is our fault. Nothing of yours is lost. Reload the page, please."),
        icon=":material/error:",
    )
    return True
