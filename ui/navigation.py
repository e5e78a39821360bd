"""The pages: their files, names and places in the menu; and the road that leads through them."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.home import PROJECT
from core.i18n import N_, _


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
}


def page(name: str) -> st.Page:
    """The Streamlit page called `name`."""
    entry = PAGES[name]
    return st.Page(
        PROJECT / "pages" / entry.file, title=_(entry.title), icon=entry.icon, url_path=name, default=name == "start"
    )


def menu() -> dict[str, list[st.Page]]:
    """All pages by section, as `st.navigation` takes them."""
    sections: dict[str, list[st.Page]] = {}
    for name, entry in PAGES.items():
        sections.setdefault(_(entry.section), []).append(page(name))
    return sections


def go(name: str) -> None:
    """Leave this page for another."""
    st.switch_page(page(name))


def next_step(name: str, label: str, disabled: bool = False, help: str | None = None) -> None:
    """The one primary button of a page, bottom right: the next stop of the road."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(
            label, type="primary", icon=":material/arrow_forward:", icon_position="right", disabled=disabled, help=help
        ):
            go(name)
