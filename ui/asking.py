"""Questions to a worker on a page: the answer, or how far it is, or why there is none."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import streamlit as st

from core.desk import new_token
from core.i18n import _
from core.questions import Answer, Put, Questions
from ui import session
from ui.components import look_again
from ui.html import plain

REFRESH = 0.3  # seconds between two looks at a question that is being asked
PATIENCE = 0.15  # seconds that a page waits for an answer, so that a quick one does not flicker


def answer_to(questions: Questions, key: Hashable, put: Put, words: str, place: str) -> Any | None:
    """The answer; until it is there None, and a line that says what runs. The page is drawn again when it is.

    Args:
        key, put: As `core.questions.Questions.ask` takes them.
        words: What is being done, such as "Your model looks at 359 pictures …".
        place: Where on the page; a question of the same browser from the same place gives way to this one.
    """
    answer = questions.ask(key, put, _asker(place), PATIENCE)
    if not answer.is_there:
        st.fragment(_wait, run_every=REFRESH)(questions, key, put, words, place)
    elif answer.error:
        _failed(questions, key, answer, place)
    return answer.value


def answer_in_place(questions: Questions, key: Hashable, put: Put, words: str, place: str) -> Any | None:
    """The same within a fragment or a dialog, which alone is drawn again: drawing the page would close the dialog."""
    answer = questions.ask(key, put, _asker(place), PATIENCE)
    if answer.error:
        _failed(questions, key, answer, place)
    elif not answer.is_there:
        _progress(answer, words)
        look_again(REFRESH, key=f"wait-{place}")
    return answer.value


def _wait(questions: Questions, key: Hashable, put: Put, words: str, place: str) -> None:
    answer = questions.ask(key, put, _asker(place))
    if answer.is_there:
        st.rerun()
    _progress(answer, words)


def _progress(answer: Answer, words: str) -> None:
    if answer.waits:
        st.status(_("Waits for another question …"), state="running")
    elif answer.of:
        st.progress(min(answer.done / answer.of, 1.0), text=words)
    else:
        st.status(words, state="running")


def _failed(questions: Questions, key: Hashable, answer: Answer, place: str) -> None:
    st.error(plain(answer.error), icon=":material/error:")
    label = _("Try again")
    st.button(label, icon=":material/refresh:", on_click=questions.try_again, args=(key,), key=f"again-{place}")


def _asker(place: str) -> str:
    """This window of this browser, at a place of a page."""
    token = session.recall("asker") or new_token()
    session.remember("asker", token)
    return f"{token}-{place}"
