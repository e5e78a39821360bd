"""What the components share: how their files are registered with Streamlit and how a click comes back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

# As in Streamlit's own on_select: None: clicks do nothing; "rerun": the script runs again and gets the click as the
# component's result; a function: it is called first, and finds the click in st.session_state[key]["click"].
OnClick = Callable[[], None] | Literal["rerun"] | None


def register(name: str, html: str, *, isolate_styles: bool = True) -> ComponentRenderer:
    """Register the component whose script and style are `name`.js and `name`.css beside this file."""
    folder = Path(__file__).parent
    script, style = ((folder / f"{name}.{kind}").read_text(encoding="utf-8") for kind in ("js", "css"))
    return st.components.v2.component(f"studio_{name}", html=html, css=style, js=script, isolate_styles=isolate_styles)


def as_callback(on_click: OnClick) -> Callable[[], None] | None:
    """The function that Streamlit wants in order to hand the click over at all."""
    return (lambda: None) if on_click == "rerun" else on_click
