"""Marks on pictures: to be dropped, to be moved to another class. They stay until they are applied or cleared."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from core.datasets.dataset import Dataset, clean_class_name
from core.datasets.editing.edit import Edits, summary
from core.i18n import _
from ui import session
from ui.desk import my_desk
from ui.errors import errors_shown
from ui.html import plain
from ui.tasks import begin_task

DROP = ""  # beside the names of classes, none of which is empty


def edits_of(dataset: Dataset) -> Edits:
    """What this browser has marked in the set and not applied yet."""
    return my_desk().marks(dataset.meta.id)


def marks_of(dataset: Dataset) -> dict[int, str]:
    """Picture number → `DROP`, or the class that it is to move to."""
    edits = edits_of(dataset)
    return {**edits.move, **dict.fromkeys(edits.drop, DROP)}


def click_means(dataset: Dataset) -> None:
    """The switch that makes a click on a picture mark it instead of opening it, and what the mark says."""
    with st.container(horizontal=True, vertical_alignment="center", key="data-click"):
        session.show_value("data.marking.widget", not is_for_looking())
        st.toggle(
            _("Mark with a click"),
            not is_for_looking(),
            key="data.marking.widget",
            help=_("Off: a click opens a picture. On: it marks it, and a second click takes the mark away."),
            on_change=lambda: session.remember("data.marking", session.widget_value("data.marking.widget")),
        )
        if not is_for_looking():
            wanted = session.recall("data.wanted", DROP)
            options = list(dict.fromkeys([DROP, *dataset.meta.classes, wanted]))
            session.show_value("data.wanted.widget", wanted)
            st.selectbox(
                _("The mark says"),
                options,
                options.index(wanted),
                format_func=lambda name: name or _("drop it"),
                key="data.wanted.widget",
                label_visibility="collapsed",
                accept_new_options=True,
                help=_("Drop it, or move it to a class; type the name of a new one."),
                on_change=_choose_wanted,
                width=220,
            )


def _choose_wanted() -> None:
    typed = (session.widget_value("data.wanted.widget") or "").strip()
    session.remember("data.wanted", clean_class_name(typed) if typed else DROP)


def is_for_looking() -> bool:
    """Whether a click on a picture opens it."""
    return not session.recall("data.marking", False)


def toggle_mark(dataset: Dataset, number: int) -> None:
    """Mark a picture as the control says; once more takes the mark away."""
    mark(dataset, [number], session.recall("data.wanted", DROP), toggle=True)


def mark(dataset: Dataset, numbers: Iterable[int], wanted: str | None, *, toggle: bool = False) -> None:
    """Mark pictures `DROP`, or with the class that they are to move to; None takes the marks away.

    Args:
        toggle: Whether pictures that have this very mark lose it.
    """
    edits, classes = edits_of(dataset), dataset.meta.classes
    drop, move = set(edits.drop), dict(edits.move)
    for number in numbers:
        before = DROP if number in drop else move.get(number)
        drop.discard(number)
        move.pop(number, None)
        if wanted is None or (toggle and before == wanted) or wanted == classes[dataset.labels[number]]:
            continue
        if wanted == DROP:
            drop.add(number)
        else:
            move[number] = wanted
    my_desk().mark(dataset.meta.id, Edits(drop=frozenset(drop), move=move, classes=edits.classes))


def change_class(dataset: Dataset, name: str, new: str | None) -> None:
    """Rename a class, or leave it out (None); its own name takes the change back."""
    edits = edits_of(dataset)
    classes = {old: to for old, to in {**edits.classes, name: new}.items() if to != old}
    my_desk().mark(dataset.meta.id, Edits(drop=edits.drop, move=edits.move, classes=classes))


def marks_bar(dataset: Dataset, *, is_waiting: bool) -> None:
    """What is marked, in a sentence, and the buttons that apply or clear it.

    Args:
        is_waiting: Whether a click may mark a picture of this view: then the bar is there before the first mark, which
            would else move the picture that is clicked next.
    """
    edits = edits_of(dataset)
    if edits.is_empty and (is_for_looking() or not is_waiting):
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="data-marks"):
        with errors_shown():
            words = _("Nothing is marked yet.") if edits.is_empty else plain(summary(edits, dataset))
            st.markdown(words, width="stretch")
        _clear(dataset, edits)
        label, told = _("Save as a new version"), _("This version stays as it is.")
        if st.button(label, icon=":material/save:", help=told, disabled=edits.is_empty):
            with errors_shown():
                begin_task("edit", {"dataset": dataset.meta.id, "edits": edits.model_dump(mode="json")})
                st.rerun()


def _clear(dataset: Dataset, edits: Edits) -> None:
    st.button(
        _("Clear"),
        type="tertiary",
        disabled=edits.is_empty,
        on_click=my_desk().mark,
        args=(dataset.meta.id, Edits()),
    )
