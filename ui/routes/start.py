"""The presses that start routes and mistakes, and what keeps them waiting."""

from __future__ import annotations

from collections.abc import Mapping

import psutil
import streamlit as st

from core.architecture.describe import memory_needed
from core.datasets.dataset import Dataset
from core.i18n import _
from core.routes import Route
from core.runs.folder import RunFolder, State
from core.runs.store import can_go_on
from core.runs.submit import Problem, problems
from core.runs.waiting import check_line
from core.spec import RunSpec
from ui import format, session
from ui.access import may_change, newest_runs
from ui.errors import errors_shown
from ui.held import not_in_lesson
from ui.html import plain
from ui.navigation import PAGES, link_to
from ui.routes.words import LOOKS
from ui.run_actions import go_on
from ui.services import studio
from ui.side_by_side import any_active
from ui.start_training import queue_run

Specs = Mapping[Route, RunSpec]
Runs = Mapping[Route, RunFolder]


def found_problems(dataset: Dataset, specs: Specs) -> list[Problem]:
    """What keeps any of the routes from starting, each thing once."""
    found = [problem for spec in specs.values() for problem in problems(spec, dataset, studio().home)]
    return list(dict.fromkeys(found))


def race_button(dataset: Dataset, specs: Specs, runs: Runs, found: list[Problem]) -> None:
    """The one press, with what keeps it waiting above it."""
    for problem in found:
        _problem(problem)
    if not found:
        _memory(specs, len(dataset.meta.classes))
    active, kept = any_active(runs.values()), not_in_lesson(*specs.values())
    waits = active or bool(found) or bool(kept)
    if st.button(_label(runs, active), type="primary", icon=":material/flag:", disabled=waits, key="race"):
        with errors_shown():
            _race(specs)
            st.rerun()
    if not found:
        st.caption(kept if kept and not active else _next(runs, active))


def begin(run: RunFolder | None, spec: RunSpec, name: str) -> None:
    """Let a run that was paused, stopped or interrupted go on; else, and where it is another's, queue a new one.

    Raises:
        StudioError: If the settings do not fit together, or too many runs wait.
    """
    if run and can_go_on(run) and may_change(run):
        go_on(run.id)
    else:
        queue_run(spec, name)


def _race(specs: Specs) -> None:
    """Begin what has not come to its end, else all; nothing if another browser has done so since the page was drawn."""
    runs = newest_runs(specs)
    if any_active(runs.values()):
        return
    due = _unfinished(runs) or list(specs)
    check_line(studio().home, session.viewer(), len(due))  # all of them or none
    for route in due:
        begin(runs.get(route), specs[route], _(LOOKS[route].name))


def _unfinished(runs: Runs) -> list[Route]:
    """Those that have not come to their end, the ones that were never started among them."""
    done = [route for route, run in runs.items() if run.status().state == State.FINISHED]
    return [route for route in LOOKS if route not in done]


def _label(runs: Runs, active: bool) -> str:
    if active:
        return _("The race is on")
    if not runs:
        return _("Race the four routes")
    return _("Race the rest") if _unfinished(runs) else _("Race again")


def _next(runs: Runs, active: bool) -> str:
    """What the press does, or has done."""
    if active:
        return _("It goes on while you look at other pages.")
    if runs and _unfinished(runs):
        return _("What is finished stays; the others are queued in their order.")
    return _("Queues all four, in the order of the table.")


def _problem(problem: Problem) -> None:
    st.warning(plain(problem.message), icon=":material/build:")
    link_to(problem.page, _("Mend it: {page}").format(page=_(PAGES[problem.page].title)))


def _memory(specs: Specs, classes: int) -> None:
    """A warning where the hungriest route would need more memory than is free."""
    needed = {route: memory_needed(spec, classes) for route, spec in specs.items()}
    most, free = max(needed, key=lambda route: needed[route]), psutil.virtual_memory().available
    if needed[most] > free:
        text = _("{name} would need about {needed} of memory, and {free} are free on this computer.")
        values = {"needed": format.size(needed[most]), "free": format.size(free)}
        sentence = text.format(name=_(LOOKS[most].name), **values)
        st.warning(plain(f"{sentence} {_('Take smaller pictures.')}"), icon=":material/memory:")
