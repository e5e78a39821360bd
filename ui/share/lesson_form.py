"""The small form on which a teacher makes a lesson: its text, its pages, and what of the settings stays free."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from core.i18n import N_, _
from core.lesson import LONGEST_TEXT, LONGEST_TITLE
from ui import session
from ui.choice import choice
from ui.held import control_title
from ui.navigation import PAGES
from ui.share.draft import (
    GROUPS,
    MODES,
    QUICK,
    change_draft,
    draft,
    group_mode,
    quick_modes,
    quick_of,
    set_modes,
)

TITLE, TEXT, SHOWN, FREE = "share.title", "share.text", "share.pages", "share.free"
EACH = "each"  # beside the modes of a group: its settings are set one by one


def lesson_form() -> None:
    """All of the form; each change makes another link."""
    _words()
    _pages()
    _quick_choice()
    for name in GROUPS:
        _group(name)


def _words() -> None:
    session.show_value(TITLE, draft().title)
    st.text_input(
        _("Title"),
        draft().title,
        key=TITLE,
        max_chars=LONGEST_TITLE,
        placeholder=_("What does rotation do?"),
        on_change=lambda: change_draft(title=session.widget_value(TITLE)),
    )
    session.show_value(TEXT, draft().text)
    st.text_area(
        _("Text on top of every page"),
        draft().text,
        key=TEXT,
        max_chars=LONGEST_TEXT,
        placeholder=_("1. Train once as it is.\n2. Turn rotation to 30 degrees and train again.\n3. What has changed?"),
        on_change=lambda: change_draft(text=session.widget_value(TEXT)),
    )


def _pages() -> None:
    shown = [name for name in PAGES if name not in draft().pages]
    key = session.key_showing(SHOWN, shown)
    st.pills(
        _("Pages shown"),
        list(PAGES),
        selection_mode="multi",
        default=shown,
        format_func=lambda name: _(PAGES[name].title),
        key=key,
        wrap=True,
        on_change=lambda: _take_pages(session.widget_value(key)),
    )
    if all(name in draft().pages for name in PAGES):
        st.warning(_("A lesson needs one page at least."), icon=":material/visibility_off:")


def _take_pages(shown: Sequence[str]) -> None:
    change_draft(pages=tuple(name for name in PAGES if name not in shown))


def _quick_choice() -> None:
    choice(
        _("What learners can change"),
        {name: _(title) for name, (title, _groups) in QUICK.items()},
        quick_of(draft()),
        _take_quick_choice,
        key=FREE,
        as_pills=True,
        required=False,
        wrap=True,
        help=_("All else is locked: shown, but kept as it is. Below you decide it more exactly."),
    )


def _take_quick_choice(name: str | None) -> None:
    if name:
        set_modes(quick_modes(name))
        for group in GROUPS:
            session.remember(_opened(group), False)


def _group(name: str) -> None:
    """One choice for a whole group; where its settings differ, or on wish, one for each of them."""
    controls, key = GROUPS[name].controls, f"share.group.{name}"
    mode = group_mode(draft(), name)
    one_by_one = len(controls) > 1 and (mode is None or session.recall(_opened(name), False))
    with st.container(key=f"share-group-{name}", gap="xsmall"):
        words: dict[Any, str] = {**MODES, EACH: N_("one by one")} if len(controls) > 1 else dict(MODES)
        _row(_(GROUPS[name].title), words, EACH if one_by_one else mode, key, partial(_take_group, name))
        if one_by_one:
            with st.container(key=f"share-each-{name}", gap=None):
                for control in controls:
                    _control(control)


def _take_group(name: str, chosen: str) -> None:
    session.remember(_opened(name), chosen == EACH)
    if chosen in MODES:
        set_modes(dict.fromkeys(GROUPS[name].controls, chosen))


def _control(control: str) -> None:
    mode, key = draft().mode(control), f"share.control.{control}"
    _row(control_title(control), MODES, mode, key, lambda chosen: set_modes({control: chosen}))


def _row(title: str, words: Mapping[Any, str], mode: str | None, key: str, take: Callable[[Any], None]) -> None:
    """A row: the name left, the choice right; on a phone below each other."""
    row = f"share-row-{key.replace('.', '-')}"
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key=row):
        st.markdown(title, width="content")
        shown = {name: _(text) for name, text in words.items()}
        choice(title, shown, mode, take, key=key, label_visibility="collapsed")


def _opened(group: str) -> str:
    return f"share.opened.{group}"
