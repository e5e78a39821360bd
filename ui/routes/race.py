"""The right side of the page, drawn anew each second while a run goes on: chart, table, verdict, mistakes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from core.i18n import _
from core.routes import PUBLISHED, Mistake, Route
from core.runs.extraction import extraction_seconds
from core.runs.folder import RunFolder, State
from core.runs.history import History, history_of
from core.spec import RunSpec
from ui.access import recheck
from ui.components.chart import chart
from ui.html import plain
from ui.race_chart import Lane, in_words, race
from ui.routes.mistakes import mistakes
from ui.routes.table import Entry, table, table_style
from ui.routes.words import LOOKS, verdict
from ui.side_by_side import REFRESH, any_active

HEIGHT = 340  # px of the chart

Entries = dict[Route, Entry]


@dataclass(frozen=True)
class Race:
    """What is raced: specifications, their newest runs, and whether anything could be trained now."""

    routes: Mapping[Route, RunSpec]
    raced: Mapping[Route, RunFolder]
    mistakes: Mapping[Mistake, RunSpec]
    tried: Mapping[Mistake, RunFolder]
    classes: int
    can_start: bool

    @property
    def is_active(self) -> bool:
        """Whether any of them waits or goes on."""
        return any_active([*self.raced.values(), *self.tried.values()])


def race_panel(asked: Race) -> None:
    """Show the race with the newest run of each route, whoever started it."""
    table_style()
    active = asked.is_active
    st.fragment(_live, run_every=REFRESH if active else None)(asked, active)


def _live(asked: Race, was_active: bool) -> None:
    if was_active != asked.is_active:  # all have ended, or are gone: look for the newest runs again
        st.rerun()
    for run in (*asked.raced.values(), *asked.tried.values()):
        recheck(run)
    entries = {route: _entry(spec, asked.raced.get(route)) for route, spec in asked.routes.items()}
    _chart(entries)
    table(entries, asked.classes)
    _messages(entries)
    _outcome(entries)
    right = entries["features"].status
    mistakes(asked.mistakes, asked.tried, right.test_accuracy if right else None, asked.can_start)


def _entry(spec: RunSpec, run: RunFolder | None) -> Entry:
    if run is None:
        return Entry(spec, None, None, History(), 0.0)
    return Entry(spec, run, run.status(), history_of(run.events), extraction_seconds(run.events))


def _chart(entries: Entries) -> None:
    lanes = [_lane(number, route, entry) for number, (route, entry) in enumerate(entries.items(), start=1)]
    begun = any(entry.run for entry in entries.values())
    waiting = _("No epoch is finished yet.") if begun else _("Four lines will be drawn here as the networks learn.")
    chart(race(lanes, waiting), key="race-chart", height=HEIGHT, alt=in_words(lanes))
    st.caption(_("◀ What the notebook published: test accuracy on its own photos of three animals."))


def _lane(number: int, route: Route, entry: Entry) -> Lane:
    look, published = LOOKS[route], PUBLISHED[route]
    return Lane(f"{number} {_(look.label)}", _(look.name), look.colour, look.dash, entry.history, published)


def _messages(entries: Entries) -> None:
    """What the runs that did not come to their end say of it."""
    for route, entry in entries.items():
        if entry.status and entry.status.message:
            st.warning(plain(f"{_(LOOKS[route].name)}: {_(entry.status.message)}"), icon=":material/info:")


def _outcome(entries: Entries) -> None:
    """The sentence at the end, where all four got there."""
    ended = {route: entry.status for route, entry in entries.items() if entry.status}
    scores = {
        route: status.test_accuracy
        for route, status in ended.items()
        if status.state == State.FINISHED and status.test_accuracy is not None
    }
    if len(scores) < len(entries):
        return
    if all(ended[route].epoch == entry.spec.training.epochs for route, entry in entries.items()):
        st.success(verdict(scores), icon=":material/flag:")
    else:
        text = _("One of the four ended before its last epoch, so they cannot be compared. Race again.")
        st.info(text, icon=":material/info:")
