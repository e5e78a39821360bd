"""The few style rules that Streamlit's theme does not know."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_SHEET = Path(__file__).with_name("style.css").read_text(encoding="utf-8")


def style() -> None:
    """Put the style sheet into the page."""
    st.html(f"<style>{_SHEET}</style>")
