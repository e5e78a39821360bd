"""How a comparison is looked at: in the page's address, so that a reload and a link show the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import streamlit as st

from core.i18n import _
from ui import session

Choice = TypeVar("Choice", bound=str)


def choose_view(label: str, name: str, key: str, choices: Mapping[Choice, str]) -> Choice:
    """Choices side by side; the one that holds, which is the first until another is made.

    Args:
        name: In the address, where the first choice is not written.
        key: Of the widget.
        choices: What each is called, before translation.
    """
    asked, usual = session.view("", name), next(iter(choices))
    session.show_value(key, asked if asked in choices else usual)
    chosen: Choice | None = st.segmented_control(
        label,
        list(choices),
        key=key,
        required=True,
        format_func=lambda choice: _(choices[choice]),
        on_change=_keep,
        args=(name, key, usual),
        label_visibility="collapsed",
    )
    return chosen or usual


def _keep(name: str, key: str, usual: str) -> None:
    chosen = str(session.widget_value(key))
    session.set_view("", name, "" if chosen == usual else chosen)
