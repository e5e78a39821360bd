"""All runs that wait or train, whoever's: what a teacher sees, and can stop."""

from __future__ import annotations

from contextlib import suppress

from core.home import Home
from core.runs.folder import ACTIVE, Request, RunFolder
from core.runs.index import index_of
from core.runs.summary import RunSummary


def active_runs(home: Home) -> list[RunSummary]:
    """Runs that wait or train, newest first."""
    return [run for run in index_of(home).look().runs if run.state in ACTIVE]


def stop_all(home: Home) -> int:
    """Ask every run that waits or trains to stop, and return how many were asked; what they learnt is kept."""
    everything = index_of(home).look(now=True, budget=float("inf"))  # one that is not read yet would go on
    asked = 0
    for summary in everything.runs:
        run = RunFolder(home.runs / summary.id)
        if summary.state in ACTIVE and run.can_ask(Request.STOP):
            with suppress(FileNotFoundError):  # deleted meanwhile
                run.ask(Request.STOP)
                asked += 1
    return asked
