"""How long the frozen part of a network worked through the pictures of a run, read off the times of its events.

It is not in the time of a run (`core.runs.history.History.training_seconds`), since what it gives is kept for others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.runs.events import EventKind
from core.runs.reader import MAX_READERS, EventReader

NOTABLE = 1.0  # seconds; less is not told


@dataclass
class Extraction:
    """State folded from events; `seconds` is what the frozen part took so far, pauses left out."""

    seconds: float = 0.0
    _last: float | None = None  # time of the event before; a worker's first tells of loading, so no gap counts

    def apply(self, event: dict[str, Any]) -> None:
        """Fold one event in."""
        kind, now = event["kind"], float(event["t"])
        if kind == EventKind.EXTRACTED and self._last is not None:
            self.seconds += max(0.0, now - self._last)
        self._last = now

    def copy(self) -> Extraction:
        """The same state."""
        return replace(self)


@lru_cache(maxsize=MAX_READERS)
def _reader(path: Path) -> EventReader[Extraction]:
    return EventReader(path, Extraction())


def extraction_seconds(events_path: Path) -> float:
    """What the frozen part took so far in the run whose events are there; readers are shared by all browsers."""
    return _reader(events_path).update().seconds
