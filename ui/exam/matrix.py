"""The confusion matrix, and beside it the pictures of the cell that was clicked."""

from __future__ import annotations

import re

import streamlit as st

from core.evaluation import confused_pairs, most_mixed_up
from core.i18n import N_, _, ngettext
from ui import format, session
from ui.charts import MAX_LABELLED, Numbers, confusion_matrix
from ui.components import chart
from ui.exam.pictures import pictures
from ui.exam.report_words import cell_words, confusion_words
from ui.exam.shown import Shown, recheck_shown

HEIGHT, MANY_HEIGHT = 440, 520  # px; the second for matrices too large for numbers
BESIDE = 16  # pictures on a page beside the matrix
PAIRS = 3  # sentences
NUMBERS: dict[Numbers, str] = {"counts": N_("Counts"), "rows": N_("Row %"), "columns": N_("Column %")}

Cell = tuple[int, int]  # class numbers: what it is, what the network says


@st.fragment
def matrix_with_pictures(shown: Shown) -> None:
    """The confusion matrix left, and right the pictures of the cell that was clicked, or all mistakes."""
    recheck_shown(shown)
    chosen = chosen_cell(shown)
    with st.container(key="wide-matrix"):
        left, right = st.columns([5, 4], gap="large")
    with left:
        _matrix(shown, chosen)
        _pairs(shown, chosen)
    with right:
        _pictures(shown, chosen)


def chosen_cell(shown: Shown) -> Cell | None:
    """The cell that the page's address names, if it is one of this matrix."""
    match = re.fullmatch(r"([0-9]{1,4})-([0-9]{1,4})", session.view(shown.run.id, "cell"), re.ASCII)
    cell = (int(match[1]), int(match[2])) if match else None
    return cell if cell and max(cell) < len(shown.info.classes) else None


def _choose(shown: Shown, cell: Cell | None) -> None:
    session.set_view(shown.run.id, "cell", f"{cell[0]}-{cell[1]}" if cell else "")


def _matrix(shown: Shown, chosen: Cell | None) -> None:
    with st.container(horizontal=True, key="matrix-head"):
        kind = _numbers()
        only = _classes(shown)
    exam, key = shown.exam, f"matrix-{shown.run.id}"

    def choose() -> None:
        click = session.widget_value(key)["click"]
        row, column = round(click["y"]), round(click["x"])
        if min(row, column) >= 0 and max(row, column) < len(only):  # it comes from a browser
            _choose(shown, (only[row], only[column]))

    chart(
        confusion_matrix(exam.matrix, shown.info.classes, kind, chosen, only),
        key=key,
        height=HEIGHT if len(only) <= MAX_LABELLED else MANY_HEIGHT,
        alt=_("Confusion matrix of {count} pictures: rows are what it is, columns what the network says.").format(
            count=len(exam.labels)
        ),
        on_click=choose,
    )
    st.caption(_("Blue: named right. Orange: mistakes. Click a cell to see its photos."))


def _numbers() -> Numbers:
    kind: Numbers = st.segmented_control(
        _("Numbers in the matrix"),
        NUMBERS,
        default="counts",
        required=True,
        format_func=lambda name: _(NUMBERS[name]),
        key="matrix-numbers",
        label_visibility="collapsed",
        help=_(
            "Row %: the share of the pictures of one class; each row adds up to 100 %, the blue cell is its recall. "
            "Column %: the share of the pictures called so; each column adds up, the blue cell is its precision."
        ),
    )
    return kind


def _classes(shown: Shown) -> list[int]:
    """The classes in the matrix: of many a person may look at those alone that are mixed up most."""
    every = list(range(len(shown.info.classes)))
    if len(every) <= MAX_LABELLED:
        return every
    words = {
        "all": _("All {count} classes").format(count=len(every)),
        "worst": _("The {count} mixed up most").format(count=MAX_LABELLED),
    }
    view = st.segmented_control(
        _("Classes in the matrix"),
        words,
        default="all",
        required=True,
        format_func=words.__getitem__,
        key="matrix-classes",
        label_visibility="collapsed",
    )
    return every if view == "all" else most_mixed_up(shown.exam.matrix, MAX_LABELLED).tolist()


def _pairs(shown: Shown, chosen: Cell | None) -> None:
    """The commonest mistakes as sentences; a click shows their pictures."""
    with st.container(gap=None, key="confused-pairs"):
        for pair in confused_pairs(shown.exam.matrix, PAIRS):
            cell = pair.true, pair.said
            st.button(
                confusion_words(pair, shown.name(pair.true), shown.name(pair.said)),
                key=f"pair-{pair.true}-{pair.said}",
                type="tertiary",
                icon=":material/radio_button_checked:" if cell == chosen else ":material/radio_button_unchecked:",
                on_click=_choose,
                args=(shown, None if cell == chosen else cell),
            )


def _pictures(shown: Shown, chosen: Cell | None) -> None:
    positions = shown.exam.cell(*chosen) if chosen else shown.exam.mistakes()
    with st.container(horizontal=True, vertical_alignment="center", key="cell-head"):
        st.markdown(f"**{_title(shown, chosen, len(positions))}**", width="stretch")
        if chosen:
            label = _("All mistakes")
            st.button(label, type="tertiary", icon=":material/close:", on_click=_choose, args=(shown, None))
    if not len(positions):
        st.caption(_("No picture here.") if chosen else _("Click a blue cell to see what it gets right."))
        return
    pictures(shown, positions, f"cell-{shown.key}-{chosen}", BESIDE)


def _title(shown: Shown, chosen: Cell | None, count: int) -> str:
    if chosen:
        return cell_words(shown.name(chosen[0]), shown.name(chosen[1]), count)
    number = ngettext("{count} picture", "{count} pictures", count).format(count=format.count(count))
    return _("All mistakes: {number}").format(number=number)
