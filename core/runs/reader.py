"""Keeping up with a run: what is folded from its events, brought up to date by reading only what was appended."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, Generic, Protocol, Self, TypeVar

from core.runs.events import read_events

MAX_READERS = 64  # runs of each kind of state that are kept up with; others are read from the start again


class Folded(Protocol):
    """A state that events are folded into, one after the other."""

    def apply(self, event: dict[str, Any]) -> None:
        """Fold one event in."""

    def copy(self) -> Self:
        """The same state, which later events leave alone."""


State = TypeVar("State", bound=Folded)


class EventReader(Generic[State]):
    """Keeps the state of one run up to date; safe to share between threads, so thirty viewers cost one read each.

    Args:
        path: Of the run's events.
        empty: The state before any event; it is the reader's from now on.
    """

    def __init__(self, path: Path, empty: State) -> None:
        self._path, self._offset, self._lock = path, 0, threading.Lock()
        self._state = empty

    def update(self) -> State:
        """Read what is new and return a copy of the state, which no other thread changes."""
        with self._lock:
            events, self._offset = read_events(self._path, self._offset)
            for event in events:
                self._state.apply(event)
            return self._state.copy()
