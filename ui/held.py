"""What a lesson does to the controls of a page: those that it keeps are disabled, those that it hides are not drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.i18n import N_, _
from core.knobs import knob_of
from core.lesson import differing
from core.spec import RunSpec
from ui import session

KEEPS = N_("The lesson keeps this as it is.")
MOST_NAMED = 4  # settings in a sentence; more are not named


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


def not_in_lesson(*experiment: RunSpec) -> str:
    """Why runs that have settings of their own do not start in the lesson that is on; "" where they may.

    They start where each setting that the lesson keeps is theirs too.
    """
    lesson, mine = session.lesson(), session.spec()
    if lesson is None:
        return ""
    kept = {name: None for spec in experiment for name in differing(lesson.kept(mine, spec), spec)}
    if not kept:
        return ""
    settings = names_of(tuple(kept))
    if not settings:
        return _("The lesson keeps other settings than these, so this experiment is not part of it.")
    return _("The lesson keeps {settings} as set, so this experiment is not part of it.").format(settings=settings)


def names_of(controls: Sequence[str]) -> str:
    """What the settings are called, one after the other; "" where they are too many for a sentence."""
    return "" if len(controls) > MOST_NAMED else ", ".join(map(control_title, controls))


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
