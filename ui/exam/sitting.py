"""Which exam of a run is looked at: on the test or the validation pictures, of the model as it ended or of an epoch."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import StudioError
from core.evaluation import Exam
from core.exams import Part, kept_epochs, read_exam, take_exam
from core.i18n import N_, _
from core.runs.folder import RunFolder
from ui import format, session
from ui.asking import answer_to
from ui.choice import choice
from ui.run_pictures import may_see_pictures, part_of
from ui.services import studio

PARTS: dict[Part, str] = {"test": N_("Test pictures"), "validation": N_("Validation pictures")}
SHOWN = "exam.shown"  # run and sitting of the exam that the page shows
END = -1  # of the slider: the model as the run ended


@dataclass(frozen=True)
class Sitting:
    """Attributes:
    part: The pictures that are asked about.
    epoch: The model as it was after this epoch, 0-based; None for the model that the run ended with.
    """

    part: Part = "test"
    epoch: int | None = None


def sitting_of(run: RunFolder) -> Sitting:
    """The exam that this browser looks at; what a link says that does not fit counts as the final exam."""
    part, epoch = session.view(run.id, "part"), session.view(run.id, "epoch")
    epochs = kept_epochs(run)
    number = int(epoch) - 1 if re.fullmatch("[0-9]{1,4}", epoch, re.ASCII) else None
    return Sitting("validation" if part == "validation" else "test", number if number in epochs else None)


def choose_sitting(run: RunFolder, sitting: Sitting) -> DeltaGenerator:
    """The controls: which pictures, and which epoch where several were kept; a place beside them for what goes on."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="large", key="sitting"):
        choice(
            _("Judged on"),
            {part: _(words) for part, words in PARTS.items()},
            sitting.part,
            lambda part: session.set_view(run.id, "part", _unless(part, "test")),
            key="exam-part",
            persist_state="page",  # else a page drawn again before the browser has shown this takes the usual value
            help=_("Test pictures were never used. Validation pictures were looked at after each epoch."),
        )
        _epoch_slider(run, sitting)
        return st.container(width=220)


def exam_to_show(run: RunFolder, wanted: Sitting, final: Exam) -> tuple[Exam, Sitting]:
    """The exam that is wanted; until it is there, the one that was shown before, so that the page stays as it is."""
    exam = final if wanted == Sitting() else exam_of(run, wanted)
    if exam:
        session.remember(SHOWN, (run.id, wanted))
        return exam, wanted
    of, before = session.recall(SHOWN, ("", Sitting()))
    with suppress(StudioError):
        if of == run.id and before != Sitting() and (kept := read_exam(run, before.part, before.epoch)):
            return kept, before
    return final, Sitting()


def exam_of(run: RunFolder, sitting: Sitting) -> Exam | None:
    """The exam; one that was never taken, or is damaged, is asked for, and None until it is there."""
    with suppress(StudioError):
        if exam := read_exam(run, sitting.part, sitting.epoch):
            return exam
    if not may_see_pictures(run.info()):
        st.caption(_("The pictures of this run are private: only the exams that it has taken are shown."))
        return None
    asked = _("Judging {count} pictures …").format(count=format.count(len(part_of(run, sitting.part))))
    stamp = run.checkpoint.stat().st_mtime_ns if run.checkpoint.exists() else 0
    answer = answer_to(
        studio().long,
        ("exam", run.id, stamp, sitting),
        lambda inference, tell: take_exam(inference, run, sitting.part, sitting.epoch, tell),
        asked,
        "exam",
    )
    return answer if isinstance(answer, Exam) else None


def _epoch_slider(run: RunFolder, sitting: Sitting) -> None:
    epochs = kept_epochs(run)
    if len(epochs) < 2:
        return
    end = _("kept") if run.info().spec.training.early_stopping else _("end")
    shown = END if sitting.epoch is None else sitting.epoch
    session.show_value("exam-epoch", shown)
    st.select_slider(
        _("The model after"),
        [*epochs, END],
        value=shown,
        key="exam-epoch",
        format_func=lambda epoch: end if epoch == END else _("epoch {epoch}").format(epoch=epoch + 1),
        on_change=lambda: session.set_view(run.id, "epoch", _epoch_word(session.widget_value("exam-epoch"))),
        help=_(
            "The weights after this epoch, judged anew: see how the mistakes went away. Last comes the model that was "
            "kept; with early stopping that is the one of the best epoch."
        ),
        width=340,
        persist_state="page",
    )


def _epoch_word(epoch: int) -> str:
    return "" if epoch == END else str(epoch + 1)


def _unless(value: str | None, usual: str) -> str:
    return "" if value in (None, usual) else str(value)
