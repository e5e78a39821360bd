"""The pages: their files, names and places in the menu; and the road that leads through them."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.home import PROJECT
from core.i18n import N_, _
from ui import session


@dataclass(frozen=True)
class PageEntry:
    """One page. `section` is its heading in the menu; `shows_run` says that its URL names the run it shows."""

    file: str
    title: str
    icon: str
    section: str = ""
    shows_run: bool = False


PAGES: dict[str, PageEntry] = {
    "start": PageEntry("start/start.py", N_("Start"), ":material/home:"),
    "data": PageEntry("build/data.py", N_("Data"), ":material/photo_library:", N_("Build")),
    "augment": PageEntry("build/augment.py", N_("Augment"), ":material/auto_awesome_motion:", N_("Build")),
    "model": PageEntry("build/model.py", N_("Model"), ":material/layers:", N_("Build")),
    "train": PageEntry("build/train.py", N_("Train"), ":material/show_chart:", N_("Build"), shows_run=True),
    "evaluate": PageEntry(
        "understand/evaluate.py", N_("Evaluate"), ":material/grid_on:", N_("Understand"), shows_run=True
    ),
    "compare": PageEntry("understand/compare.py", N_("Compare"), ":material/compare_arrows:", N_("Understand")),
    "routes": PageEntry("understand/routes.py", N_("Four routes"), ":material/alt_route:", N_("Understand")),
    "classify": PageEntry("use/classify.py", N_("Classify"), ":material/image_search:", N_("Use"), shows_run=True),
    "export": PageEntry("use/export.py", N_("Keep it"), ":material/archive:", N_("Use"), shows_run=True),
    "share": PageEntry("use/share.py", N_("Share"), ":material/share:", N_("Use")),
}
TEACHERS = {"class": PageEntry("start/class.py", N_("Class"), ":material/groups:")}  # in the teacher's menu alone
ROAD = ("data", "augment", "model", "train", "evaluate", "classify")


def is_left_out(name: str) -> bool:
    """Whether the lesson that is on does without the page: its address then leads to a sentence that says so."""
    lesson = session.lesson()
    return lesson is not None and name in PAGES and name in lesson.pages


def entry_of(name: str) -> PageEntry:
    """The page called `name`, the teacher's own among them."""
    return TEACHERS.get(name) or PAGES[name]


def page(name: str) -> st.Page:
    """The Streamlit page called `name`."""
    entry = entry_of(name)
    is_hidden = is_left_out(name) or (name in TEACHERS and not session.viewer().is_teacher)
    return st.Page(
        PROJECT / "pages" / entry.file,
        title=_(entry.title),
        icon=entry.icon,
        url_path=name,
        default=name == "start",
        visibility="hidden" if is_hidden else "visible",
    )


def menu() -> dict[str, list[st.Page]]:
    """All pages by section, as `st.navigation` takes them."""
    sections: dict[str, list[st.Page]] = {}
    for name in (*PAGES, *TEACHERS):
        sections.setdefault(_(entry_of(name).section), []).append(page(name))
    return sections


def go(name: str) -> None:
    """Leave this page for another."""
    st.switch_page(page(name))


def link_to(name: str, label: str) -> None:
    """A link to a page; nothing where the lesson that is on does without it."""
    if not is_left_out(name):
        st.page_link(page(name), label=label, icon=PAGES[name].icon)


def next_step(name: str, label: str, disabled: bool = False, help: str | None = None) -> None:
    """The one primary button of a page, bottom right: the next stop of the road.

    Where the lesson that is on does without it, the button leads to the stop after it; past the last there is none.
    """
    to = next((stop for stop in ROAD[ROAD.index(name) :] if not is_left_out(stop)), None)
    if to is None:
        return
    if to != name:
        label = _("On to {page}").format(page=_(PAGES[to].title))
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(
            label, type="primary", icon=":material/arrow_forward:", icon_position="right", disabled=disabled, help=help
        ):
            go(to)
