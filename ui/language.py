"""The language of whoever reads a page."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.i18n import SOURCE_LANGUAGE


def language() -> str:
    """The browser's language as gettext names it, such as "en" or "ko_KR"; English where nobody is reading.

    Threads beside the pages make texts too: Streamlit, asked for its context there, warns in the terminal.
    """
    is_read = get_script_run_ctx(suppress_warning=True) is not None
    return ((st.context.locale if is_read else None) or SOURCE_LANGUAGE).replace("-", "_")
