"""The worst mistakes of an exam and the least sure right answers, to look at and to mark."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.i18n import N_, _, ngettext
from ui import format
from ui.exam.marks import click_means, marks_line
from ui.exam.pictures import pictures
from ui.exam.shown import Shown, recheck_shown
from ui.format import brief

BELOW = 60  # pictures on a page
KINDS = {"mistakes": N_("Worst mistakes"), "rights": N_("Least sure rights")}
EVERY = -1  # of the classes


@st.fragment
def top_losses(shown: Shown) -> None:
    """The pictures that cost most, a page at a time, of every class or of one."""
    recheck_shown(shown)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="losses-head"):
        kind = st.segmented_control(
            _("Which pictures"),
            KINDS,
            default="mistakes",
            required=True,
            format_func=lambda name: _(KINDS[name]),
            key="losses-kind",
        )
        number = _class_filter(shown)
        action = click_means() if shown.dataset else "open"
    positions = _of_class(shown, shown.exam.worst() if kind == "mistakes" else shown.exam.unsure_rights(), number)
    st.caption(_says(str(kind), len(positions)))
    if len(positions):
        pictures(shown, positions, f"losses-{shown.key}-{kind}-{number}", BELOW, action, with_loss=True)
    marks_line(shown)


def _class_filter(shown: Shown) -> int:
    """Number of the class whose pictures are wanted, or EVERY."""
    return int(
        st.selectbox(
            _("Class"),
            [EVERY, *range(len(shown.info.classes))],
            format_func=lambda number: _("every class") if number == EVERY else brief(shown.name(number)),
            key=f"losses-class-{shown.run.id}",
            width=220,
            help=_("The class that the pictures belong to, by their label."),
        )
    )


def _of_class(shown: Shown, positions: NDArray[np.int64], number: int) -> NDArray[np.int64]:
    return positions if number == EVERY else positions[shown.exam.labels[positions] == number]


def _says(kind: str, count: int) -> str:
    number = format.count(count)
    if kind == "mistakes":
        if not count:
            return _("No mistakes here.")
        text = ngettext(
            "{count} mistake.",
            "{count} mistakes, the highest loss first: there the model gave the true class the least.",
            count,
        )
    else:
        text = ngettext(
            "{count} right answer.",
            "{count} right answers, the least sure first: a small change could tip these.",
            count,
        )
    return text.format(count=number)
