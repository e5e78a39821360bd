"""The sentence on top of an exam: the score and the commonest mistake; below it the numbers."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.evaluation import Exam, confused_pairs, of_hundred
from core.i18n import _
from ui import format, session
from ui.exam.shown import Shown
from ui.format import brief
from ui.guess import guess_line
from ui.html import escaped, plain


def headline(shown: Shown) -> None:
    """One sentence with the score and the commonest mistake; below it the numbers."""
    exam, is_mine = shown.exam, shown.info.owner in ("", session.viewer().owner)
    st.subheader(headline_text(exam, shown.info.classes, is_mine), anchor=False)
    accuracy, loss, right = (
        (_("test accuracy"), _("test loss"), _("test pictures named right"))
        if shown.sitting.part == "test"
        else (_("validation accuracy"), _("validation loss"), _("validation pictures named right"))
    )
    numbers = [
        (format.percent(exam.accuracy), accuracy),
        (format.loss(exam.loss), loss),
        (f"{format.count(exam.right)} / {format.count(len(exam.labels))}", right),
    ]
    if shown.sitting.epoch is not None:
        numbers.append((_("epoch {epoch}").format(epoch=shown.sitting.epoch + 1), _("the model as it was then")))
    if shown.is_final:
        guess_line(shown.info, exam)
    spans = "".join(f"<span><b>{escaped(number)}</b> {escaped(word)}</span>" for number, word in numbers)
    st.html(f"<div class='studio-strip'>{spans}</div>")


def headline_text(exam: Exam, classes: Sequence[str], is_mine: bool = True) -> str:
    """The headline in Markdown; `is_mine` is False for the run of another browser."""
    all_right, some_right = (
        (_("Your model names all {count} pictures right."), _("Your model names {right} of 100 pictures right."))
        if is_mine
        else (_("This model names all {count} pictures right."), _("This model names {right} of 100 pictures right."))
    )
    if exam.right == len(exam.labels):
        return all_right.format(count=format.count(exam.right))
    text = some_right.format(right=of_hundred(exam.accuracy))
    pairs = confused_pairs(exam.matrix, 1)
    if not pairs:
        return text
    worst = pairs[0]
    pair = _("It confuses {true} with {said} most: {count} of the {total} pictures of {true}.")
    true, said = (plain(brief(classes[number])) for number in (worst.true, worst.said))
    return f"{text} {pair.format(true=true, said=said, count=worst.count, total=worst.total)}"
