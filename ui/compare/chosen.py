"""The runs that are compared: a few, each with a colour and a sign of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.errors import StudioError
from core.evaluation import Exam
from core.exams import read_exam
from core.i18n import _
from core.runs.folder import RunFolder, RunInfo, Status
from core.runs.history import History, history_of
from core.runs.notes import run_name
from ui import palette, session
from ui.access import may_be_taken_back, recheck, visible_run
from ui.exam.shown import WATCH
from ui.html import escaped
from ui.run_pictures import may_see_pictures

MOST = 6  # runs at a time: more lines than colours that can be told apart help nobody
COLOURS = (palette.BLUE, palette.VERMILLION, palette.GREEN, palette.ORANGE, palette.PURPLE, palette.SKY)
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "star")  # of plotly; colour alone says nothing to some
LEFT_OUT = "compare-left-out"  # of a link: how many runs it named, and the ids of those that are shown
SIGNS = ("●", "■", "◆", "▲", "✖", "★")  # the same in words


@dataclass(frozen=True)
class Compared:
    """A run in a comparison; `place` (0-based) gives it its colour and sign."""

    run: RunFolder
    place: int
    name: str
    info: RunInfo
    status: Status

    @property
    def colour(self) -> str:
        return COLOURS[self.place]

    @property
    def label(self) -> str:
        """Its name with its sign, as plain text."""
        return f"{SIGNS[self.place]} {self.name}"

    @property
    def tag(self) -> str:
        """Its name with its sign in its colour, as HTML."""
        return (
            f"<span class='compared-tag'><i style='color:{self.colour}' aria-hidden='true'>{SIGNS[self.place]}</i> "
            f"<span dir='auto'>{escaped(self.name)}</span></span>"
        )

    @cached_property
    def history(self) -> History:
        return history_of(self.run.events)

    @cached_property
    def exam(self) -> Exam | None:
        """Its final exam, the pictures in the order of their numbers; None before it, or where it is damaged."""
        try:
            exam = read_exam(self.run)
        except StudioError:
            return None
        return _in_order(exam) if exam else None


def compared_runs() -> list[Compared]:
    """The runs that this browser compares; what its address names and is not here is left out."""
    found: list[Compared] = []
    for run_id in dict.fromkeys(session.compared()):
        try:
            run = visible_run(run_id)
            found.append(Compared(run, len(found), run_name(run), run.info(), run.status()))
        except StudioError:
            continue
        if len(found) == MOST:
            break
    return found


def say_left_out(runs: Sequence[Compared]) -> None:
    """Take what is not shown out of the comparison, and say so until others are chosen: the address forgets it."""
    asked, here = session.compared(), [run.run.id for run in runs]
    if list(asked) != here:
        session.remember(LEFT_OUT, (len(set(asked)), here))
        session.compare(here)
    count, kept = session.recall(LEFT_OUT, (0, here))
    if kept != here or count <= len(here):
        session.remember(LEFT_OUT, (0, here))
    elif len(here) == MOST:
        text = _("At most {most} runs are compared; the others of this link are left out.")
        st.info(text.format(most=MOST), icon=":material/link_off:")
    else:
        text = _(
            "{gone} of the {count} runs of this link cannot be shown: deleted, on another computer, or private to "
            "another browser."
        )
        st.info(text.format(gone=count - len(here), count=count), icon=":material/link_off:")


def watch_compared(runs: Sequence[Compared]) -> None:
    """Look again every few seconds where runs or their pictures may be taken back; see `ui.access.recheck`."""
    others = [run for run in runs if may_be_taken_back(run.run)]
    if others:
        st.fragment(_recheck, run_every=WATCH)(others, _seen(others))


def _recheck(runs: Sequence[Compared], seen: list[bool]) -> None:
    for run in runs:
        recheck(run.run)
    if _seen(runs) != seen:
        st.rerun()


def _seen(runs: Sequence[Compared]) -> list[bool]:
    """Of which runs the pictures may be shown."""
    return [may_see_pictures(run.info) for run in runs]


def same_pictures(runs: Sequence[Compared]) -> bool:
    """Whether all were judged on the very same pictures of the same set, with the same classes."""
    exams = [run.exam for run in runs]
    first = exams[0]
    if first is None:
        return False
    return all(
        exam is not None
        and np.array_equal(exam.indices, first.indices)
        and run.info.content_hash == runs[0].info.content_hash
        and run.info.classes == runs[0].info.classes
        for run, exam in zip(runs, exams, strict=True)
    )


def wrong_answers(runs: Sequence[Compared]) -> NDArray[np.bool_]:
    """(R, N): which run named which picture wrong; the runs must have been judged on the same pictures."""
    return np.stack([run.exam.said != run.exam.labels for run in runs if run.exam])


def _in_order(exam: Exam) -> Exam:
    order = np.argsort(exam.indices, kind="stable")
    return Exam(exam.indices[order], exam.labels[order], exam.probabilities[order], exam.loss, exam.report)
