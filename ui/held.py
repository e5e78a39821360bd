"""What a lesson does to the controls of a page: those that it keeps are disabled, those that it hides are not drawn."""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.i18n import N_, _
from core.knobs import knob_of
from core.spec import RunSpec
from ui import session

KEEPS = N_("The lesson keeps this as it is.")


def is_held(control: str) -> bool:
    """Whether the lesson that is on keeps a setting (`core.lesson.CONTROLS`), shown or not."""
    return session.mode(control) != "free"


def are_hidden(*controls: str) -> bool:
    """Whether the lesson hides all of these settings, so that a heading or a folded part has nothing below it."""
    return all(session.mode(control) == "hidden" for control in controls)


def lets_through(old: RunSpec, new: RunSpec) -> bool:
    """Whether the lesson that is on, if any, lets at least a part of a change through."""
    lesson = session.lesson()
    return lesson is None or lesson.kept(old, new) != old


def control_title(control: str) -> str:
    """What a setting is called on its page."""
    part, _dot, name = control.partition(".")
    if control == "data.dataset":
        return _("Data set")
    return _(knob_of(type(getattr(RunSpec(), part)), name).title) if name else _("Network")


def held(*controls: str, help: str | None = None, disabled: bool = False) -> dict[str, Any]:
    """The arguments `help` and `disabled` of a widget that changes these settings."""
    kept = any(map(is_held, controls))
    return {"disabled": disabled or kept, "help": _(KEEPS) if kept else help}


def settings_and_result(*controls: str) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Places for settings (a third) and what they lead to; where all are hidden, the latter has all of the width."""
    if are_hidden(*controls):
        return st.container(), st.container()
    left, right = st.columns([1, 2], gap="large")
    return left, right
