"""A lesson on the pages: its box on top, and the sentence in place of a page that it does without."""

from __future__ import annotations

import streamlit as st

from core.errors import StudioError
from core.i18n import _
from core.lesson import Lesson
from ui import session
from ui.datasets import chosen_dataset
from ui.html import escaped
from ui.navigation import PAGES, is_left_out, link_to


def look_for_pictures() -> None:
    """Free the choice of pictures where those of the lesson are not here; called before anything of a page is drawn."""
    if session.lesson() is None:
        return
    try:
        chosen_dataset()
    except StudioError:
        session.remember(session.NO_PICTURES, True)
    else:
        session.remember(session.NO_PICTURES, False)


def lesson_box() -> None:
    """Title and text of the lesson that is on, with the way out of it; nothing where none is."""
    lesson = session.lesson()
    if lesson is None:
        return
    with st.container(key="lesson", border=True, horizontal=True, vertical_alignment="top"):
        st.html(_words(lesson), width="stretch")
        st.button(
            _("Leave the lesson"),
            type="tertiary",
            icon=":material/logout:",
            help=_("Your settings stay as they are; everything can be changed then."),
            on_click=session.leave_lesson,
            key="lesson-leave",
        )
    if session.recall(session.NO_PICTURES):
        with st.container(horizontal=True, vertical_alignment="center", key="lesson-pictures"):
            words = _("The pictures of this lesson are not here. Get them, or choose others.")
            st.warning(words, icon=":material/hide_image:")
            link_to("data", _("Choose pictures"))
    if session.recall(session.KEPT):
        session.remember(session.KEPT, False)
        st.info(_("The lesson keeps some of these settings as they are."), icon=":material/lock:")


def page_left_out(name: str) -> None:
    """What stands in place of a page that the lesson does without: a sentence, and the way to one that it has."""
    words = _("This lesson does without the page “{page}”.").format(page=_(PAGES[name].title))
    st.info(words, icon=":material/school:")
    names = list(PAGES)
    here = names.index(name)
    other = next((page for page in [*names[here:], *names[:here]] if not is_left_out(page)), None)
    if other:
        link_to(other, _("Go on with {page}").format(page=_(PAGES[other].title)))


def _words(lesson: Lesson) -> str:
    """A stranger's texts as they are: no markup, no links, line breaks kept."""
    title = lesson.title or _("Lesson")
    text = f"<p tabindex='0'>{escaped(lesson.text)}</p>" if lesson.text else ""
    return f"<section class='studio-lesson' dir='auto'><h2>{escaped(title)}</h2>{text}</section>"
