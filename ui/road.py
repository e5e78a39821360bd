"""The one road: Data → Augment → Model → Train → Evaluate → Classify, with the current choice under each stop."""

from __future__ import annotations

import streamlit as st

from core.architecture.describe import describe
from core.augmentation.words import summary
from core.errors import StudioError
from core.exams import score
from core.i18n import _
from core.runs.folder import RunFolder, RunInfo
from core.runs.network_words import network_name
from core.runs.notes import run_name
from core.spec import RunSpec
from ui import format, session
from ui.access import visible_run
from ui.datasets import chosen_dataset
from ui.html import escaped
from ui.navigation import PAGES, ROAD, is_left_out, page
from ui.words import standing

Choices = dict[str, tuple[str, ...]]

OF_A_RUN = ("evaluate", "classify")


def road(here: str) -> None:
    """Draw the band; `here` is the name of the page that shows it. A page that shows a run tells that run's choices."""
    run = _run()
    made_for = run.info() if run and here in OF_A_RUN else None
    choices = {**(_choices_of(made_for) if made_for else _choices()), **_outcome(run)}
    stops = [name for name in ROAD if not is_left_out(name)]
    if not stops:
        return
    with st.container(horizontal=True, key="road"):
        for name in stops:
            with st.container(key=f"stop-{name}"), st.container(key=f"{'here' if name == here else 'there'}-{name}"):
                st.page_link(page(name), label=_(PAGES[name].title))
                _choice(*choices[name])


def _choice(name: str, figure: str = "") -> None:
    """Name the choice in one line: where it is too long the name is cut, the figure stays; the title has it all."""
    whole = f"{name} · {figure}" if figure else name
    tail = f"<span>\N{NO-BREAK SPACE}· {escaped(figure)}</span>" if figure else ""
    st.html(f"<div class='studio-choice' title='{escaped(whole)}'><span>{escaped(name)}</span>{tail}</div>")


def _choices() -> Choices:
    """What this browser has chosen."""
    spec = session.spec()
    try:
        dataset = chosen_dataset()
    except StudioError:
        return _in_words(spec, (_("missing"),), None)
    title = _(dataset.meta.label), format.count(len(dataset))
    return _in_words(spec, title, len(dataset.meta.classes))


def _choices_of(info: RunInfo) -> Choices:
    """What a run was made with."""
    return _in_words(info.spec, (_(info.dataset_title),), len(info.classes))


def _in_words(spec: RunSpec, data: tuple[str, ...], classes: int | None) -> Choices:
    model: tuple[str, ...] = (network_name(spec.architecture),)
    if classes:
        facts = describe(spec, classes)
        model = (*model, "✗" if facts.problem else format.short_count(facts.parameters))
    return {"data": data, "augment": (summary(spec.augmentation),), "model": model}


def _run() -> RunFolder | None:
    try:
        return visible_run(session.run_id() or "")
    except StudioError:
        return None


def _outcome(run: RunFolder | None) -> Choices:
    if run is None:
        return {"train": (_("not yet"),), "evaluate": ("–",), "classify": ("–",)}
    status, name = run.status(), run_name(run)
    return {
        "train": (name, standing(status)),
        "evaluate": (format.percent(score(run, status)),),
        "classify": (name,),
    }
