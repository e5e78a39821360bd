"""The page's style sheet."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_SHEET = Path(__file__).with_name("compare.css").read_text(encoding="utf-8")


def compare_style() -> None:
    """Put it into the page."""
    st.html(f"<style>{_SHEET}</style>")
