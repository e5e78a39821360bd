"""Many photos: progress, the table of all answers, and where folders are called as classes the accuracy and matrix."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import StudioError
from core.evaluation import Exam
from core.i18n import _, ngettext
from core.novelty import Strangeness, is_sure
from core.pile_export import pile_csv
from core.piles import PileAnswer, ask_pile, content_of_photo, exam_of, labels_of
from core.runs.folder import RunFolder, RunInfo
from ui import format
from ui.answers import Photo
from ui.asking import answer_to
from ui.classify.pile_matrix import Cell, choose_cell, pile_matrix
from ui.classify.pile_table import columns_of_pile, pile_rows, places_of
from ui.classify.unlike import strangeness_of
from ui.classify.view import answers, results
from ui.exam.report_words import cell_words
from ui.html import facts, plain
from ui.run_pictures import is_light_on_dark
from ui.services import studio

ROW = 56  # px


@dataclass(frozen=True, eq=False)
class _Judged:
    """A pile with what the model says of it."""

    run: RunFolder
    info: RunInfo
    path: Path
    answer: PileAnswer
    strange: Strangeness | None
    exam: Exam | None


def pile_view(run: RunFolder, info: RunInfo, pile: Path, swap: bool | None, below: DeltaGenerator) -> None:
    """All of it, or how far the model is.

    Args:
        swap: Whether light and dark are swapped; None: where it suits a photo.
        below: Where the table goes, which needs the width of the page.
    """
    answer = pile_answer(run, info, pile, swap)
    if answer is None:
        return
    if answer.problem or not answer.names:
        st.error(plain(answer.problem or _("There is no picture in this archive.")), icon=":material/folder_zip:")
        return
    shown, table, foot = st.container(), below.container(), below.container()
    with foot:  # below the table, which does not move when it is done
        strange = strangeness_of(run, answer.features)
    judged = _Judged(run, info, pile, answer, strange, exam_of(answer, info.classes))
    with shown:
        _told(judged)
        cell = pile_matrix(pile.stem, judged.exam, info.classes) if judged.exam else None
    with table:
        _table(judged, cell)


def pile_answer(run: RunFolder, info: RunInfo, pile: Path, swap: bool | None) -> PileAnswer | None:
    """The model's answers to a pile; until they are there None, and a line that says how far it is."""
    fitting = None if is_light_on_dark(run, info) else False
    asked = fitting if swap is None else swap
    key: Hashable = ("pile", str(pile), run.id, run.checkpoint.stat().st_mtime_ns, asked)
    answer: PileAnswer | None = answer_to(
        studio().many,
        key,
        lambda inference, tell: ask_pile(inference, run, pile, asked, tell),
        _("Your model looks at the pictures …"),
        "pile",
    )
    return answer


def _told(judged: _Judged) -> None:
    """The result in numbers."""
    answer, exam, strange = judged.answer, judged.exam, judged.strange
    unread = len(answer.names) - len(answer.readable)
    if unread == len(answer.names):
        st.error(_("There is no picture among these files. The table says why, file by file."), icon=":material/error:")
        return
    read = [(_("Pictures"), format.count(len(answer.readable)))]
    if unread:
        read.append((_("Without an answer"), format.count(unread)))
    if exam:
        text = _("{share}: {right} of {count} as their folder says")
        right, count = format.count(exam.right), format.count(len(exam.labels))
        read.append((_("Accuracy"), text.format(share=format.percent(exam.accuracy), right=right, count=count)))
    unsure = len(answer.readable) - int(is_sure(answer.probabilities[answer.readable]).sum())
    if unsure:
        read.append((_("Not sure"), format.count(unsure)))
    if strange:
        read.append((_("Unlike anything in training"), format.count(int(strange.is_unlike.sum()))))
    facts(read)
    if answer.of > len(answer.names):
        st.caption(_("The first {count:,} of {of:,} files.").format(count=len(answer.names), of=answer.of))


def _table(judged: _Judged, cell: Cell | None) -> None:
    """All photos, or those of a cell of the matrix; of the ticked one all that is told of a single photo."""
    answer, classes = judged.answer, judged.info.classes
    places = places_of(answer, classes, cell)
    _table_head(judged, cell, len(places))
    alt = ngettext("The model's answer for {count} photo", "The model's answers for {count} photos", len(places))
    event = st.dataframe(
        pile_rows(answer, classes, places.tolist(), judged.strange),
        hide_index=True,
        row_height=ROW,
        on_select="rerun",
        selection_mode="single-row",
        key=f"pile-table-{judged.path.stem[:8]}-{cell}",
        column_config=columns_of_pile(),
        alt=alt.format(count=len(places)),
    )
    rows = event["selection"]["rows"]
    if rows and rows[0] < len(places):
        _one(judged, int(places[rows[0]]))


def _table_head(judged: _Judged, cell: Cell | None, count: int) -> None:
    """What the table shows, and the button that takes all of it along."""
    classes, pile = judged.info.classes, judged.path.stem
    with st.container(horizontal=True, vertical_alignment="center", key="pile-head"):
        if cell:
            st.markdown(f"**{cell_words(classes[cell[0]], classes[cell[1]], count)}**", width="content")
            st.button(
                _("All photos"), type="tertiary", icon=":material/close:", on_click=choose_cell, args=(pile, None)
            )
        else:
            st.caption(_("A click on a head sorts. Tick a row to see its bars and what the network saw."))
        st.download_button(
            _("Download as a table (.csv)"),
            lambda: pile_csv(judged.answer, classes, judged.strange),
            file_name=f"{judged.run.id}-answers.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )


def _one(judged: _Judged, place: int) -> None:
    name, error = judged.answer.names[place], judged.answer.errors[place]
    if error:
        st.warning(f"**{plain(name)}** · {plain(error)}", icon=":material/broken_image:")
        return
    try:
        content = content_of_photo(studio().inference, judged.path, place)
    except StudioError as problem:
        st.warning(plain(str(problem)), icon=":material/broken_image:")
        return
    label = int(labels_of([name], judged.info.classes)[0])
    photo = Photo(name, content, label if label >= 0 else None)
    results(judged.run, answers(judged.run, [photo], [bool(judged.answer.swapped[place])]), judged.info)
