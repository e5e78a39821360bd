"""What the components share: how their files are registered with Streamlit and how a click comes back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

# As in Streamlit's own on_select: None: clicks do nothing; "rerun": the script runs again and gets the click as the
# component's result; a function: it is called first, and finds the click in st.session_state[key]["click"].
OnClick = Callable[[], None] | Literal["rerun"] | None


def register(
    name: str,
    html: str,
    *,
    shared_styles: Sequence[str] = (),
    shared_scripts: Sequence[str] = (),
    isolate_styles: bool = True,
) -> ComponentRenderer:
    """Register the component whose script and style are `name`.js and `name`.css beside this file.

    Args:
        shared_styles: Names of other .css files there, which its own comes after.
        shared_scripts: Names of other .js files there, whose functions its own can call.
    """
    folder = Path(__file__).parent
    script = "".join((folder / f"{part}.js").read_text(encoding="utf-8") for part in (*shared_scripts, name))
    style = "".join((folder / f"{part}.css").read_text(encoding="utf-8") for part in (*shared_styles, name))
    return st.components.v2.component(f"studio_{name}", html=html, css=style, js=script, isolate_styles=isolate_styles)


def as_callback(on_click: OnClick) -> Callable[[], None] | None:
    """The function that Streamlit wants in order to hand the click over at all."""
    return (lambda: None) if on_click == "rerun" else on_click
