"""How long workers have been busy with a run, read off the times of its events: what a race is measured by."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.runs.events import EventKind, Stage, read_events


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
        marks: Finished epochs in order.
    """

    seconds: float = 0.0
    marks: list[Mark] = field(default_factory=list)
    _last: float | None = None  # time of the event before, None while no worker has the run

    def apply(self, event: dict[str, Any]) -> None:
        """Fold one event in."""
        kind, now = event["kind"], float(event["t"])
        is_first = kind == EventKind.STAGE and event["stage"] == Stage.LOADING  # what every worker tells first
        if self._last is not None and not is_first:
            self.seconds += max(0.0, now - self._last)
        self._last = None if kind == EventKind.ENDED else now
        if kind == EventKind.STARTED:  # what a lost worker told beyond its checkpoint did not happen, but took its time
            self.marks = [mark for mark in self.marks if mark.epoch < event["epoch"]]
        elif kind == EventKind.EPOCH:
            self.marks.append(Mark(event["epoch"], self.seconds, event["val_accuracy"]))


class _Reader:
    """Keeps one run's times up to date by reading only what was appended; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self._path, self._offset, self._lock = path, 0, threading.Lock()
        self._elapsed = Elapsed()

    def update(self) -> Elapsed:
        with self._lock:
            events, self._offset = read_events(self._path, self._offset)
            for event in events:
                self._elapsed.apply(event)
            return replace(self._elapsed, marks=self._elapsed.marks[:])


@lru_cache(maxsize=64)
def _reader(path: Path) -> _Reader:
    return _Reader(path)


def elapsed_of(events_path: Path) -> Elapsed:
    """The time spent so far on the run whose events are at `events_path`; readers are shared by all browsers."""
    return _reader(events_path).update()
