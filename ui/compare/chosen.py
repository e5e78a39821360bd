"""The runs that are compared: a few, each with a colour and a sign of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.errors import StudioError
from core.evaluation import Exam
from core.exams import read_exam
from core.runs.elapsed import Elapsed, elapsed_of
from core.runs.folder import RunFolder, RunInfo, Status, open_run
from core.runs.history import History, history_of
from core.runs.notes import run_name
from ui import palette, session
from ui.html import escaped
from ui.services import studio

MOST = 6  # runs at a time: more lines than colours that can be told apart help nobody
COLOURS = (palette.BLUE, palette.VERMILLION, palette.GREEN, palette.ORANGE, palette.PURPLE, palette.SKY)
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "star")  # of plotly; colour alone says nothing to some
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
    def elapsed(self) -> Elapsed:
        return elapsed_of(self.run.events)

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
            run = open_run(studio().home, run_id)
            found.append(Compared(run, len(found), run_name(run), run.info(), run.status()))
        except StudioError:
            continue
        if len(found) == MOST:
            break
    return found


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
