"""The one road: Data → Augment → Model → Train → Evaluate → Classify, with the current choice under each stop."""

from __future__ import annotations

import streamlit as st

from core.architecture.describe import describe
from core.errors import StudioError
from core.exams import score
from core.i18n import _
from core.runs.folder import open_run
from core.runs.notes import run_name
from ui import format, session
from ui.augment.words import summary
from ui.datasets import chosen_dataset
from ui.html import escaped
from ui.navigation import PAGES, page
from ui.network_words import network_name
from ui.services import studio
from ui.words import standing

STOPS = ("data", "augment", "model", "train", "evaluate", "classify")


def road(here: str) -> None:
    """Draw the band; `here` is the name of the page that shows it."""
    choices = {"data": _data(), "augment": (summary(session.spec().augmentation),), "model": _model(), **_run()}
    with st.container(horizontal=True, key="road"):
        for name in STOPS:
            with st.container(key=f"stop-{name}"), st.container(key=f"{'here' if name == here else 'there'}-{name}"):
                st.page_link(page(name), label=_(PAGES[name].title))
                _choice(*choices[name])


def _choice(name: str, figure: str = "") -> None:
    """Name the choice in one line: where it is too long the name is cut, the figure stays; the title has it all."""
    whole = f"{name} · {figure}" if figure else name
    tail = f"<span>\N{NO-BREAK SPACE}· {escaped(figure)}</span>" if figure else ""
    st.html(f"<div class='studio-choice' title='{escaped(whole)}'><span>{escaped(name)}</span>{tail}</div>")


def _data() -> tuple[str, ...]:
    try:
        dataset = chosen_dataset()
    except StudioError:
        return (_("missing"),)
    return _(dataset.meta.label), format.count(len(dataset))


def _model() -> tuple[str, ...]:
    spec = session.spec()
    name = network_name(spec.architecture)
    try:
        classes = len(chosen_dataset().meta.classes)
    except StudioError:
        return (name,)
    facts = describe(spec, classes)
    return name, "✗" if facts.problem else format.short_count(facts.parameters)


def _run() -> dict[str, tuple[str, ...]]:
    try:
        run = open_run(studio().home, session.run_id() or "")
    except StudioError:
        return {"train": (_("not yet"),), "evaluate": ("–",), "classify": ("–",)}
    status, name = run.status(), run_name(run)
    return {
        "train": (name, standing(status)),
        "evaluate": (format.percent(score(run, status)),),
        "classify": (name,),
    }
