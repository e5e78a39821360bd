"""How long workers have been busy with a run, read off the times of its events: what a race is measured by."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.runs.events import EventKind, Stage
from core.runs.reader import MAX_READERS, EventReader

NOTABLE = 1.0  # seconds of the frozen part; less is not told


@dataclass(frozen=True)
class Mark:
    """The end of an epoch, 0-based: `seconds` of work until then, and its validation accuracy, 0 to 1 or None."""

    epoch: int
    seconds: float
    val_accuracy: float | None


@dataclass
class Elapsed:
    """Time at work, in seconds: loading, extraction and exam count, waiting in the queue and pauses do not.

    Attributes:
        seconds: Until the last event.
        extracting: Those of them in which the frozen part worked through the pictures.
        marks: Finished epochs in order.
    """

    seconds: float = 0.0
    extracting: float = 0.0
    marks: list[Mark] = field(default_factory=list)
    _last: float | None = None  # time of the event before, None while no worker has the run

    def apply(self, event: dict[str, Any]) -> None:
        """Fold one event in."""
        kind, now = event["kind"], float(event["t"])
        is_first = kind == EventKind.STAGE and event["stage"] == Stage.LOADING  # what every worker tells first
        if self._last is not None and not is_first:
            passed = max(0.0, now - self._last)
            self.seconds += passed
            self.extracting += passed if kind == EventKind.EXTRACTED else 0.0
        self._last = None if kind == EventKind.ENDED else now
        if kind == EventKind.STARTED:  # what a lost worker told beyond its checkpoint did not happen, but took its time
            self.marks = [mark for mark in self.marks if mark.epoch < event["epoch"]]
        elif kind == EventKind.EPOCH:
            self.marks.append(Mark(event["epoch"], self.seconds, event["val_accuracy"]))

    def copy(self) -> Elapsed:
        """The same times, with a list of its own."""
        return replace(self, marks=self.marks[:])


@lru_cache(maxsize=MAX_READERS)
def _reader(path: Path) -> EventReader[Elapsed]:
    return EventReader(path, Elapsed())


def elapsed_of(events_path: Path) -> Elapsed:
    """The time spent so far on the run whose events are at `events_path`; readers are shared by all browsers."""
    return _reader(events_path).update()
