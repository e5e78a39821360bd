"""Which classes of a pile are mixed up: the matrix, whose cells choose what its table shows."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.evaluation import Exam, confused_pairs
from core.i18n import _
from ui import session
from ui.charts import confusion_matrix
from ui.components import chart
from ui.exam.report_words import confusion_words

HEIGHT = 420  # px
PAIRS = 3  # sentences
CELL = "classify.pile-cell"
KEY = "pile-matrix"

Cell = tuple[int, int]  # class numbers: what its folder says, what the network says


def chosen_cell(pile: str, classes: Sequence[str]) -> Cell | None:
    """The cell that was clicked in the matrix of this pile, if any."""
    of_pile, cell = session.recall(CELL, ("", None))
    return cell if of_pile == pile and cell and max(cell) < len(classes) else None


def choose_cell(pile: str, cell: Cell | None) -> None:
    """Show the photos of one cell alone; None for all."""
    session.remember(CELL, (pile, cell))


def pile_matrix(pile: str, exam: Exam, classes: Sequence[str]) -> Cell | None:
    """The matrix with the commonest mistakes as sentences; the chosen cell.

    Args:
        pile: Names the pile.
    """
    chosen = chosen_cell(pile, classes)

    def choose() -> None:
        click = session.widget_value(KEY)["click"]
        cell = round(click["y"]), round(click["x"])  # it comes from a browser
        if min(cell) >= 0 and max(cell) < len(classes):
            choose_cell(pile, None if cell == chosen else cell)

    with st.expander(_("Which classes are mixed up"), icon=":material/grid_on:", expanded=True):
        chart(
            confusion_matrix(exam.matrix, classes, chosen=chosen),
            key=KEY,
            height=HEIGHT,
            alt=_("Confusion matrix of {count} pictures: rows are what it is, columns what the network says.").format(
                count=len(exam.labels)
            ),
            on_click=choose,
        )
        st.caption(_("Blue: as the folder says. Orange: otherwise. Click a cell to see its photos alone."))
        _pairs(pile, exam, classes, chosen)
    return chosen


def _pairs(pile: str, exam: Exam, classes: Sequence[str], chosen: Cell | None) -> None:
    """The commonest mistakes as sentences; a click shows their photos alone."""
    with st.container(gap=None, key="pile-pairs"):
        for pair in confused_pairs(exam.matrix, PAIRS):
            cell = pair.true, pair.said
            st.button(
                confusion_words(pair, classes[pair.true], classes[pair.said]),
                key=f"pile-pair-{pair.true}-{pair.said}",
                type="tertiary",
                icon=":material/radio_button_checked:" if cell == chosen else ":material/radio_button_unchecked:",
                on_click=choose_cell,
                args=(pile, None if cell == chosen else cell),
            )
