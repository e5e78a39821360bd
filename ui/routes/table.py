"""The table under the race: one row a route, its figures in columns that hold still."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from core.architecture.describe import describe
from core.i18n import _
from core.routes import PUBLISHED, Route, cost_of
from core.runs.extraction import NOTABLE
from core.runs.folder import RunFolder, Status
from core.runs.history import History
from core.spec import RunSpec
from ui import format, session
from ui.html import escaped
from ui.navigation import go
from ui.routes.words import ABOUT, LOOKS, cost_words
from ui.side_by_side import standing

_SHEET = Path(__file__).with_name("race.css").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Entry:
    """All that is known about one route: what is asked, its newest run and how that stands.

    Attributes:
        extracting: Seconds that its frozen part took.
    """

    spec: RunSpec
    run: RunFolder | None
    status: Status | None
    history: History
    extracting: float


def table_style() -> None:
    """Put the table's style sheet into the page."""
    colours = "".join(f".st-key-route-row-{route} {{ --route: {look.colour}; }}" for route, look in LOOKS.items())
    st.html(f"<style>{_SHEET}{colours}</style>")


def table(entries: dict[Route, Entry], classes: int) -> None:
    """Draw it; a press on a route shows its run."""
    cells = {route: _cells(route, entry, classes) for route, entry in entries.items()}
    with st.container(key="race-table"):
        heads = "".join(f"<span>{escaped(name)}</span>" for name, _value in cells["own"])
        st.html(f"<div class='race-figures race-heads' aria-hidden='true'>{heads}</div>")
        for number, (route, entry) in enumerate(entries.items(), start=1):
            with st.container(key=f"route-row-{route}"):
                _name(number, route, entry)
                st.html(_figures(cells[route]))
    st.caption(
        _(
            "Time: of training, as on every page; in brackets, what the frozen part took before it. That is kept, so a "
            "route or a race that finds it there is spared it. Multiply-adds: multiplications with additions on the "
            "way through the network; learning takes about twice as many again."
        )
    )


def _name(number: int, route: Route, entry: Entry) -> None:
    label, about = f"{number} {_(LOOKS[route].name)}", _(ABOUT[route])
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key=f"route-head-{route}"
    ):
        if entry.run is None:
            st.markdown(label, help=about, width="content")
        elif st.button(label, type="tertiary", key=f"route-{route}", help=about):
            session.look_at(entry.run.id)
            go("train")
        said = standing(entry.run, entry.status, entry.history, entry.spec.training.epochs)
        st.html(f"<p class='race-state'>{escaped(said)}</p>", width="content")


def _cells(route: Route, entry: Entry, classes: int) -> list[tuple[str, str]]:
    facts = describe(entry.spec, classes)
    cost = "–" if facts.problem else cost_words(cost_of(entry.spec, classes))
    return [
        (_("Test accuracy"), format.percent(entry.status.test_accuracy if entry.status else None)),
        (_("Notebook"), format.percent(PUBLISHED[route])),
        (_("Parameters trained"), "–" if facts.problem else format.count(facts.trainable_parameters)),
        (_("Time"), time_words(entry.history, entry.extracting)),
        (_("Multiply-adds a photo"), cost),
    ]


def time_words(history: History, extracting: float) -> str:
    """Time of training and, beside it, that of the frozen part: "2 s (+ 10 s once)"; a dash before the first epoch."""
    if not history.records:
        return "–"
    took = format.duration(history.training_seconds)
    if extracting < NOTABLE:
        return took
    return _("{time} (+ {frozen} once)").format(time=took, frozen=format.duration(extracting))


def _figures(cells: list[tuple[str, str]]) -> str:
    body = "".join(f"<div><dt>{escaped(name)}</dt><dd>{escaped(value)}</dd></div>" for name, value in cells)
    return f"<dl class='race-figures'>{body}</dl>"
