"""Asking for the honesty meter: a picture at once, a sample on a click; and what is said until the answer is there."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.desk import new_token
from core.i18n import _
from core.wavering import Question
from core.waverings import WaverAnswer, Waverings
from ui import format, session
from ui.html import plain
from ui.services import studio

PATIENCE = 0.03  # seconds that the page waits for a picture's answer, so that sliders stay quick
REFRESH = 0.25  # seconds between two looks at a question that is being asked
ASKED, ASKER = "meter.asked", "meter.asker"


def photo_answer(question: Question) -> WaverAnswer:
    """The answer about one picture, or how far it is; the one that this page asked about before is dropped for it."""
    return _waverings().ask(question, _asker(question), PATIENCE)


def sample_answer(question: Question) -> WaverAnswer | None:
    """The same about a sample of the test part; None where nobody has asked for it with these settings."""
    if session.recall(ASKED) == question:
        return _waverings().ask(question, _asker(question))
    _waverings().leave(_asker(question))
    return _waverings().known(question)


def sample_offer(question: Question) -> None:
    """The button that asks about a sample."""
    st.button(
        _("Ask about {count} test pictures").format(count=len(question.numbers)),
        icon=":material/quiz:",
        help=_(
            "They come from every class and the model has never learnt from them. With these settings it looks at "
            "{copies} copies."
        ).format(copies=format.count(question.copies)),
        on_click=session.remember,
        args=(ASKED, question),
    )


def standing(question: Question, answer: WaverAnswer) -> None:
    """While there is no answer: how far it is, or why there is none."""
    if answer.error:
        st.error(plain(answer.error), icon=":material/error:")
        st.button(
            _("Try again"),
            icon=":material/refresh:",
            on_click=_waverings().try_again,
            args=(question,),
            key=f"meter-again-{_kind(question)}",
        )
    elif not answer.is_there:
        st.fragment(_wait, run_every=REFRESH)(question)


def _wait(question: Question) -> None:
    answer = _waverings().ask(question, _asker(question))
    if answer.is_there:
        st.rerun()
    copies = format.count(question.copies)
    if not question.is_sample:
        st.status(_("Your model looks at {copies} copies of this picture …").format(copies=copies), state="running")
    else:
        text = _("Your model looks at {copies} copies of {count} test pictures …")
        st.progress(answer.done, text=text.format(copies=copies, count=len(question.numbers)))


def _asker(question: Question) -> str:
    """This window of this browser, once for pictures and once for samples."""
    token = session.recall(ASKER) or new_token()
    session.remember(ASKER, token)
    return f"{token}-{_kind(question)}"


def _kind(question: Question) -> str:
    return "sample" if question.is_sample else "picture"


def _waverings() -> Waverings:
    """The one of this server process."""
    return _of(studio().home.root)


@st.cache_resource(show_spinner=False)
def _of(home: Path) -> Waverings:
    return Waverings(studio().inference)
