"""What the last thing done on the Data page came to, in words that stay until the next thing is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.errors import StudioError
from ui import session
from ui.html import plain


def outcome() -> None:
    """Say what the last task came to, until something else is done or looked at."""
    words, went_wrong = session.recall("data.outcome", ("", False))
    if not words:
        return
    if went_wrong:
        st.error(plain(words), icon=":material/error:")
    else:
        st.success(plain(words), icon=":material/check:")


def say(words: str, went_wrong: bool = False) -> None:
    """Keep words for `outcome`."""
    session.remember("data.outcome", (words, went_wrong))


@contextmanager
def errors_said() -> Iterator[None]:
    """Keep the words of a `StudioError` of the block for `outcome`, also where the page runs again by itself."""
    try:
        yield
    except StudioError as error:
        say(str(error), went_wrong=True)
        st.rerun()
