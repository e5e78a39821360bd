"""In which order waiting runs come: owners take turns, so that somebody's ten runs do not hold up another's first."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress

from core.errors import StudioError
from core.runs.folder import RunFolder, State, Status

Runs = list[tuple[RunFolder, Status]]


def in_turn(active: Runs) -> Runs:
    """Those of the active runs that wait, the next one first.

    A run ranks behind all of its owner's that train or came before it; among equals the one that waits longest is next.
    """
    ahead = Counter(_owner(run) for run, status in active if status.state == State.RUNNING)
    queued = [(run, status) for run, status in active if status.state == State.QUEUED]
    ranked = []
    for run, status in sorted(queued, key=lambda pair: (pair[1].queued_at, pair[0].id)):
        owner = _owner(run)
        ranked.append((ahead[owner], run, status))
        ahead[owner] += 1
    return [(run, status) for _rank, run, status in sorted(ranked, key=lambda entry: entry[0])]


def _owner(run: RunFolder) -> str:
    """Whose a run is. Those of the command line count as one owner's, and so do those that cannot be read."""
    with suppress(StudioError):
        return run.info().owner
    return ""
