"""Marks on pictures of an exam, for the next version of the set: its label is wrong, or it is better left out."""

from __future__ import annotations

import streamlit as st

from core.datasets.dataset import Dataset
from core.datasets.editing.edit import summary
from core.errors import DataError
from core.i18n import N_, _
from ui import session
from ui.choice import choice
from ui.components.gallery import Mark
from ui.data.marks import DROP, edits_of, mark, marks_of
from ui.exam.shown import Shown
from ui.format import brief
from ui.html import plain
from ui.navigation import go

CLICKS = {"open": N_("opens it"), "label": N_("marks: wrong label"), "drop": N_("marks: drop")}
KEY = "exam.click"
NEW_EXAM = N_("The new version is dealt out anew: its exam has other pictures, and scores are not to be compared.")


def click_means() -> str:
    """The switch that says what a click on a picture does; one of CLICKS."""
    choice(
        _("A click"),
        {name: _(words) for name, words in CLICKS.items()},
        session.recall(KEY, "open"),
        lambda name: session.remember(KEY, name),
        key="exam-click",
        help=_(
            "Wrong label: the picture is what the model says; it is to move to that class. Drop: it is to be left out. "
            "Nothing changes until you save a new version on the Data page."
        ),
    )
    return str(session.recall(KEY, "open"))


def toggle(shown: Shown, number: int, kind: str) -> None:
    """Mark a picture of the exam "label" or "drop"; once more takes the mark away."""
    position = shown.position_of(number)
    if shown.dataset is None or position is None:
        return
    wanted = DROP if kind == "drop" else shown.name(int(shown.exam.said[position]))
    mark(shown.dataset, [number], wanted, toggle=True)


def signs(shown: Shown) -> dict[int, Mark]:
    """Picture number → how a gallery shows its mark."""
    if shown.dataset is None:
        return {}
    return {number: "drop" if wanted == DROP else "move" for number, wanted in marks_of(shown.dataset).items()}


def mark_buttons(shown: Shown, number: int) -> None:
    """The marks of one picture, as two buttons that go on and off."""
    position = shown.position_of(number)
    if shown.dataset is None or position is None:
        return
    said, wanted = shown.name(int(shown.exam.said[position])), marks_of(shown.dataset).get(number)
    with st.container(horizontal=True, key="photo-marks"):
        if said != shown.name(int(shown.exam.labels[position])):
            label = _("Wrong label: it is {name}").format(name=plain(brief(said)))
            _button(shown, number, "label", label, ":material/label:", wanted == said)
        _button(shown, number, "drop", _("Drop it"), ":material/delete:", wanted == DROP)


def marks_line(shown: Shown) -> None:
    """What is marked in this set so far, and the way to the page where it becomes a new version."""
    dataset = shown.dataset
    if dataset is None or edits_of(dataset).is_empty:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="exam-marks"):
        try:
            words = summary(edits_of(dataset), dataset)
        except DataError as error:
            words = str(error)
        st.markdown(_("Marked: {words}").format(words=plain(words)), width="stretch", help=_(NEW_EXAM))
        if st.button(_("Save on the Data page"), icon=":material/photo_library:"):
            _to_data(dataset)


def _to_data(dataset: Dataset) -> None:
    session.use_dataset(dataset)
    go("data")


def _button(shown: Shown, number: int, kind: str, label: str, icon: str, is_on: bool) -> None:
    st.button(
        _("Take back: {mark}").format(mark=label) if is_on else label,
        key=f"mark-{kind}",
        icon=":material/undo:" if is_on else icon,
        on_click=toggle,
        args=(shown, number, kind),
    )
