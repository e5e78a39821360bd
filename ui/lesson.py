"""A lesson on the pages: its box on top, and the sentence in place of a page that it does without."""

from __future__ import annotations

import streamlit as st

from core.architecture.transfer import IMAGENET, Transfer
from core.errors import StudioError
from core.i18n import _
from core.lesson import Lesson
from core.weights.find import weights_problem
from ui import session
from ui.access import sees_dataset
from ui.datasets import chosen_dataset
from ui.held import names_of
from ui.html import escaped, plain
from ui.navigation import PAGES, is_left_out, link_to
from ui.services import studio


def look_for_what_it_needs() -> None:
    """Free the choice of pictures or weights where those of the lesson are not here; called before a page is drawn."""
    if session.lesson() is None:
        return
    pages, controls = list[str](), list[str]()
    if not _has_pictures():
        pages.append("data")
        controls += session.PICTURES
    architecture = session.spec().architecture
    if isinstance(architecture, Transfer) and weights_problem(studio().home, architecture):
        pages.append("model")
        controls += [] if architecture.weights == IMAGENET else ["architecture"]  # those of ImageNet can be fetched
    session.remember(session.MISSING, (tuple(pages), tuple(controls)) if pages else None)


def _has_pictures() -> bool:
    try:
        chosen_dataset()
    except StudioError:
        return False
    return True


def lesson_box(page: str) -> None:
    """Title and text of the lesson that is on, with the way out of it; nothing where none is.

    Args:
        page: The name of the page that it is shown on.
    """
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
    missing, _controls = session.recall(session.MISSING) or ((), ())
    if "data" in missing:
        _way_on(_no_pictures(), ":material/hide_image:", "data", _("Choose pictures"), page)
    if "model" in missing:
        _way_on(_no_weights(), ":material/hide_source:", "model", _("Get the weights"), page)
    kept = session.recall(session.KEPT)
    if kept:
        session.remember(session.KEPT, ())
        st.info(_kept(kept), icon=":material/lock:")


def page_left_out(name: str) -> None:
    """What stands in place of a page that the lesson does without: a sentence, and the way to one that it has."""
    words = _("This lesson does without the page “{page}”.").format(page=_(PAGES[name].title))
    st.info(words, icon=":material/school:")
    names = list(PAGES)
    here = names.index(name)
    other = next((page for page in [*names[here:], *names[:here]] if not is_left_out(page)), None)
    if other:
        link_to(other, _("Go on with {page}").format(page=_(PAGES[other].title)))


def _way_on(words: str, icon: str, to: str, label: str, page: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"lesson-missing-{to}"):
        st.warning(words, icon=icon)
        if page != to:
            link_to(to, label)


def _no_pictures() -> str:
    if sees_dataset(session.spec().data.dataset):
        return _("The pictures of this lesson are not here. Get them, or choose others.")
    return _("The pictures of this lesson are private. Ask your teacher to publish them, or choose others.")


def _no_weights() -> str:
    architecture = session.spec().architecture
    if not isinstance(architecture, Transfer) or architecture.weights == IMAGENET:
        return _("The weights that this lesson begins with are not on this computer. Fetch them first.")
    text = _("This lesson begins with the weights file {file}, which is not here. Ask for it, or choose other weights.")
    return plain(text.format(file=architecture.weights))


def _kept(controls: tuple[str, ...]) -> str:
    settings = names_of(controls)
    if not settings:
        return _("The lesson keeps some of these settings as they are.")
    return _("The lesson keeps as set: {settings}.").format(settings=settings)


def _words(lesson: Lesson) -> str:
    """A stranger's texts as they are: no markup, no links, line breaks kept."""
    title = lesson.title or _("Lesson")
    text = f"<p tabindex='0'>{escaped(lesson.text)}</p>" if lesson.text else ""
    return f"<section class='studio-lesson' dir='auto'><h2>{escaped(title)}</h2>{text}</section>"
