"""The exam of a run on a page: the headline, the matrix with the photos of a cell, the mistakes, the curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.errors import StudioError
from core.evaluation import Exam, most_confused, of_hundred
from core.i18n import _, ngettext
from core.runs.folder import RunFolder, RunInfo
from core.runs.history import history_of
from ui import format, session
from ui.charts import MAX_LABELLED, confusion_matrix, curves
from ui.components import Tile, chart, gallery
from ui.datasets import seen_pictures
from ui.exam_report import brief
from ui.html import escaped, plain
from ui.run_pictures import dataset_of

MATRIX_HEIGHT, MANY_HEIGHT = 440, 520  # px; the second for matrices too large for numbers
CURVE_HEIGHT = 330  # px
BESIDE, BELOW = 16, 60  # tiles on a page: beside the matrix, in the tab of mistakes
SHORT_NAME = 5  # characters; longer class names need wider tiles


@dataclass(frozen=True)
class Shown:
    """An exam with what is needed to show it. `pictures` are as the network saw them, (N, S, S, C), or None."""

    run: RunFolder
    info: RunInfo
    exam: Exam
    pictures: NDArray[np.uint8] | None
    missing: str = ""

    def name(self, number: int) -> str:
        """The name of a class, as plain text."""
        return self.info.classes[number]


def show_exam(run: RunFolder, exam: Exam) -> Shown:
    """Open the run's pictures, or say why they cannot be shown."""
    info = run.info()
    try:
        return Shown(run, info, exam, seen_pictures(dataset_of(info), info.spec.data))
    except StudioError as error:
        return Shown(run, info, exam, None, str(error))


def headline(shown: Shown) -> None:
    """One sentence with the score and the commonest mistake; below it the numbers."""
    exam = shown.exam
    st.subheader(headline_text(exam, shown.info.classes), anchor=False)
    numbers = (
        (format.percent(exam.accuracy), _("test accuracy")),
        (format.loss(exam.loss), _("test loss")),
        (f"{format.count(exam.right)} / {format.count(len(exam.labels))}", _("test pictures named right")),
    )
    spans = "".join(f"<span><b>{escaped(number)}</b> {escaped(word)}</span>" for number, word in numbers)
    st.html(f"<div class='studio-strip'>{spans}</div>")


def headline_text(exam: Exam, classes: Sequence[str]) -> str:
    """The headline in Markdown."""
    if exam.right == len(exam.labels):
        return _("Your model names all {count} test pictures right.").format(count=format.count(exam.right))
    text = _("Your model names {right} of 100 pictures right.").format(right=of_hundred(exam.accuracy))
    worst = most_confused(exam.matrix)
    if worst is None:
        return text
    pair = _("It confuses {true} with {said} most: {count} of the {total} pictures of {true}.")
    true, said = (plain(brief(classes[number])) for number in (worst.true, worst.said))
    return f"{text} {pair.format(true=true, said=said, count=worst.count, total=worst.total)}"


@st.fragment
def matrix_with_photos(shown: Shown) -> None:
    """The confusion matrix left, and right the photos of the cell that was clicked, or all mistakes."""
    chosen = _chosen_cell(shown)
    with st.container(key="wide-matrix"):
        left, right = st.columns([5, 4], gap="large")
    with left:
        _matrix(shown, chosen)
    with right:
        _photos(shown, chosen)


def mistakes(shown: Shown) -> None:
    """All mistakes, a page at a time, the most confident first."""
    positions = shown.exam.mistakes()
    if not len(positions):
        st.success(_("No mistakes on the test pictures."), icon=":material/check_circle:")
        return
    st.caption(_("The surest mistakes come first: here the model was wrong and did not know it."))
    _tiles(shown, positions, f"mistakes-{shown.run.id}", BELOW)


def run_curves(shown: Shown) -> None:
    """Loss and accuracy over the epochs of this run."""
    history, classes = history_of(shown.run.events), len(shown.info.classes)
    titles: tuple[tuple[Literal["loss", "accuracy"], str], ...] = (
        ("loss", _("Loss in training and validation, epoch by epoch.")),
        ("accuracy", _("Accuracy in training and validation, epoch by epoch.")),
    )
    for column, (metric, alt) in zip(st.columns(2), titles, strict=True):
        with column:
            chart(curves(history, metric, classes), key=f"exam-{metric}", height=CURVE_HEIGHT, alt=alt)
    test = _("On the test pictures, at the end: accuracy {accuracy}, loss {loss}.")
    st.caption(test.format(accuracy=format.percent(shown.exam.accuracy), loss=format.loss(shown.exam.loss)))


def _matrix(shown: Shown, chosen: tuple[int, int] | None) -> None:
    words = {"counts": _("Counts"), "shares": _("Row %")}
    kind = st.segmented_control(
        _("Numbers in the matrix"),
        words,
        default="counts",
        required=True,
        format_func=words.__getitem__,
        key="matrix-numbers",
        label_visibility="collapsed",
        help=_("Row %: the share of the pictures of one class. Each row adds up to 100 %."),
    )
    exam, key = shown.exam, f"matrix-{shown.run.id}"

    def choose() -> None:
        click = session.widget_value(key)["click"]
        session.remember("cell", (shown.run.id, round(click["y"]), round(click["x"])))

    chart(
        confusion_matrix(exam.matrix, shown.info.classes, kind == "shares", chosen),
        key=key,
        height=MATRIX_HEIGHT if len(exam.matrix) <= MAX_LABELLED else MANY_HEIGHT,
        alt=_("Confusion matrix of {count} test pictures: rows are what it is, columns what the network says.").format(
            count=len(exam.labels)
        ),
        on_click=choose,
    )
    st.caption(_("Blue: named right. Orange: mistakes. Click a cell to see its photos."))


def _chosen_cell(shown: Shown) -> tuple[int, int] | None:
    run, true, said = session.recall("cell", ("", 0, 0))
    fits = run == shown.run.id and max(true, said) < len(shown.info.classes)
    return (true, said) if fits else None


def _choose_none() -> None:
    session.remember("cell", ("", 0, 0))


def _photos(shown: Shown, chosen: tuple[int, int] | None) -> None:
    positions = shown.exam.cell(*chosen) if chosen else shown.exam.mistakes()
    with st.container(horizontal=True, vertical_alignment="center", key="cell-head"):
        st.markdown(f"**{_title(shown, chosen, len(positions))}**", width="stretch")
        if chosen:
            everything = _("All mistakes")
            st.button(everything, type="tertiary", icon=":material/close:", on_click=_choose_none)
    if not len(positions):
        st.caption(_("No picture here.") if chosen else _("Click a blue cell to see what it gets right."))
        return
    _tiles(shown, positions, f"cell-{shown.run.id}-{chosen}", BESIDE)


def _title(shown: Shown, chosen: tuple[int, int] | None, count: int) -> str:
    number = ngettext("{count} picture", "{count} pictures", count).format(count=format.count(count))
    if chosen is None:
        return _("All mistakes: {number}").format(number=number)
    true, said = (plain(brief(shown.name(number))) for number in chosen)
    if chosen[0] == chosen[1]:
        return _("{true}, named right: {number}").format(true=true, number=number)
    return _("{true}, called {said}: {number}").format(true=true, said=said, number=number)


def _tiles(shown: Shown, positions: NDArray[np.int64], key: str, a_page: int) -> None:
    if shown.pictures is None:
        st.info(plain(shown.missing), icon=":material/hide_image:")
        return
    pages = -(-len(positions) // a_page)
    page = min(int(session.recall(key, 0)), pages - 1)
    here = positions[page * a_page : (page + 1) * a_page]
    size = 72 if max(map(len, shown.info.classes)) <= SHORT_NAME else 112
    gallery([_tile(shown, int(position)) for position in here], key=f"tiles-{key}", size=size)
    if pages > 1:
        _pager(key, page, pages)


def _tile(shown: Shown, position: int) -> Tile:
    exam = shown.exam
    true, said = int(exam.labels[position]), int(exam.said[position])
    assert shown.pictures is not None
    caption = shown.name(said)
    if true != said:
        caption = _("{said}, was {true}").format(said=caption, true=shown.name(true))
    return Tile(
        id=str(position),
        image=np.asarray(shown.pictures[exam.indices[position]]),
        caption=caption,
        note=f"{exam.confidences[position]:.0%}".replace("%", " %"),
        mark="right" if true == said else "wrong",
    )


def _pager(key: str, page: int, pages: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="center"):
        for step, icon, label in ((-1, "chevron_left", _("Before")), (1, "chevron_right", _("Next"))):
            st.button(
                label,
                key=f"{key}-{step}",
                icon=f":material/{icon}:",
                type="tertiary",
                disabled=not 0 <= page + step < pages,
                on_click=session.remember,
                args=(key, page + step),
            )
        st.caption(_("page {page} of {pages}").format(page=page + 1, pages=pages), width="content")
