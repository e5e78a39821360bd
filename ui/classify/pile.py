"""Many photos: progress, the table of all answers, and where folders are called as classes the accuracy and matrix."""

from __future__ import annotations

import base64
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from core.errors import StudioError
from core.evaluation import Exam, confused_pairs
from core.i18n import _, ngettext
from core.pile_export import best_two, pile_csv
from core.piles import PileAnswer, ask_pile, content_of_photo, exam_of, labels_of
from core.runs.folder import RunFolder, RunInfo
from ui import format
from ui.answers import Photo
from ui.asking import answer_to
from ui.charts import confusion_matrix
from ui.classify.view import answers, results
from ui.components import chart
from ui.html import facts, plain
from ui.run_pictures import is_light_on_dark
from ui.services import studio

ROW = 56  # px
MATRIX = 420  # px
PAIRS = 3  # sentences


def pile_view(run: RunFolder, info: RunInfo, pile: Path, swap: bool | None) -> None:
    """All of it, or how far the model is.

    Args:
        swap: Whether light and dark are swapped; None: where it suits a photo.
    """
    answer = pile_answer(run, info, pile, swap)
    if answer is None:
        return
    exam = exam_of(answer, info.classes)
    _told(answer, exam)
    _table(run, info, pile, answer)
    if exam:
        _matrix(exam, info.classes)


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


def _told(answer: PileAnswer, exam: Exam | None) -> None:
    """The result in numbers."""
    unread = len(answer.names) - len(answer.readable)
    read = [(_("Pictures"), format.count(len(answer.names)))]
    if unread:
        read.append((_("Could not be read"), format.count(unread)))
    if exam:
        text = _("{share}: {right} of {count} as their folder says")
        right, count = format.count(exam.right), format.count(len(exam.labels))
        read.append((_("Accuracy"), text.format(share=format.percent(exam.accuracy), right=right, count=count)))
    facts(read)
    if answer.of > len(answer.names):
        st.caption(_("The first {count:,} of {of:,} files.").format(count=len(answer.names), of=answer.of))


def _matrix(exam: Exam, classes: Sequence[str]) -> None:
    with st.expander(_("Which classes are mixed up"), icon=":material/grid_on:", expanded=True):
        chart(
            confusion_matrix(exam.matrix, classes),
            key="pile-matrix",
            height=MATRIX,
            alt=_("Confusion matrix of {count} pictures: rows are what it is, columns what the network says.").format(
                count=len(exam.labels)
            ),
        )
        for pair in confused_pairs(exam.matrix, PAIRS):
            text = _("{count} of {total} × {true} were called {said}.")
            true, said = plain(classes[pair.true]), plain(classes[pair.said])
            st.markdown("- " + text.format(count=pair.count, total=pair.total, true=true, said=said))


def _table(run: RunFolder, info: RunInfo, pile: Path, answer: PileAnswer) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="pile-foot"):
        st.caption(_("A click on a head sorts. Tick a row to see its bars and what the network saw."))
        st.download_button(
            _("Download as a table (.csv)"),
            lambda: pile_csv(answer, info.classes),
            file_name=f"{run.id}-answers.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
    event = st.dataframe(
        pile_rows(answer, info.classes),
        hide_index=True,
        row_height=ROW,
        on_select="rerun",
        selection_mode="single-row",
        key=f"pile-table-{pile.stem[:8]}",
        column_config=_columns(),
        alt=ngettext(
            "The model's answer for {count} photo", "The model's answers for {count} photos", len(answer.names)
        ).format(count=len(answer.names)),
    )
    rows = event["selection"]["rows"]
    if rows and rows[0] < len(answer.names):
        _one(run, info, pile, answer, rows[0])


def pile_rows(answer: PileAnswer, classes: Sequence[str]) -> dict[str, list[object]]:
    """The table's columns, a row a photo; those that could not be read with their reason. Empty ones are left out."""
    labels = labels_of(answer.names, classes)
    rows = [_row(answer, classes, place, int(label)) for place, label in enumerate(labels)]
    columns = {name: [row.get(name) for row in rows] for name in _columns()}
    return {name: cells for name, cells in columns.items() if any(cell is not None for cell in cells)}


def _row(answer: PileAnswer, classes: Sequence[str], place: int, label: int) -> dict[str, object]:
    row: dict[str, object] = {"name": answer.names[place]}
    if label >= 0:
        row["is"] = classes[label]
    if answer.errors[place]:
        return row | {"answer": f"✗ {answer.errors[place]}"}
    (best, share), *others = best_two(answer, place)
    if label >= 0:
        row["right"] = "✓" if best == label else "✗"
    code = base64.b64encode(answer.thumbnail(place)).decode()
    row |= {"picture": f"data:image/jpeg;base64,{code}", "answer": classes[best], "share": 100 * share}
    return row | {"second": classes[others[0][0]], "second_share": 100 * others[0][1]} if others else row


def _columns() -> dict[str, Any]:
    return {
        "picture": st.column_config.ImageColumn(_("Photo"), width=70),
        "is": st.column_config.TextColumn(_("Folder"), width=90, help=_("The class that its folder is called as.")),
        "right": st.column_config.TextColumn("✓ ✗", width=45, help=_("Whether the answer is what the folder says.")),
        "name": st.column_config.TextColumn(_("Name"), width=150),
        "answer": st.column_config.TextColumn(_("Answer"), width=120),
        "share": st.column_config.ProgressColumn(
            _("Confidence"), format="%.1f %%", min_value=0, max_value=100, width=120
        ),
        "second": st.column_config.TextColumn(_("Second best"), width=100),
        "second_share": st.column_config.NumberColumn(_("its share"), format="%.1f %%", width=75),
    }


def _one(run: RunFolder, info: RunInfo, pile: Path, answer: PileAnswer, place: int) -> None:
    if answer.errors[place]:
        st.warning(f"**{plain(answer.names[place])}** · {plain(answer.errors[place])}", icon=":material/broken_image:")
        return
    try:
        content = content_of_photo(studio().inference, pile, place)
    except StudioError as error:
        st.warning(plain(str(error)), icon=":material/broken_image:")
        return
    label = int(labels_of([answer.names[place]], info.classes)[0])
    photo = Photo(answer.names[place], content, label if label >= 0 else None)
    results(run, answers(run, [photo], [bool(answer.swapped[place])]), info)
