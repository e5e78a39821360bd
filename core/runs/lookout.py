"""Which runs of a data home wait or train, with few looks at the ten thousand others."""

from __future__ import annotations

import time

from core.home import Home
from core.runs.folder import ACTIVE, RunFolder
from core.runs.index import index_of
from core.runs.store import run_stamps
from core.runs.turns import Runs

LOOK_EVERY = 2.0  # seconds between two looks at all folders, which take 40 ms for ten thousand


class Lookout:
    """Follows the runs that wait or train; one seen settled is read again only when its folder has changed.

    A new run is seen at once. One that another process puts back to work is seen at the next look at all folders.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._settled = index_of(home).settled()  # else the first look would read every status there is
        self._followed: set[str] = set()
        self._looked_at = float("-inf")
        self._changed_at = 0  # ns, of the folder of all runs

    def expect(self, run_id: str) -> None:
        """Read this run at the next call, whatever was seen of it."""
        self._followed.add(run_id)

    def active(self) -> Runs:
        """Runs that wait or train, with how they stand."""
        stamps = self._stamps()
        self._followed |= {run_id for run_id, stamp in stamps.items() if self._settled.get(run_id) != stamp}
        found = []
        for run_id in sorted(self._followed):
            run = RunFolder(self._home.runs / run_id)
            status = run.status()
            if status.state in ACTIVE:
                found.append((run, status))
            elif run_id in stamps:
                self._settled[run_id] = stamps[run_id]
        self._followed = {run.id for run, _status in found}
        return found

    def _stamps(self) -> dict[str, int]:
        """The stamps of all folders, or none where the last look at them still holds."""
        changed_at, now = self._home.runs.stat().st_mtime_ns, time.monotonic()
        if changed_at == self._changed_at and now - self._looked_at < LOOK_EVERY:
            return {}
        self._changed_at, self._looked_at = changed_at, now
        return run_stamps(self._home)
