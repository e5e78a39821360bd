"""Which of the runs a person wants to see, and in which order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from core.runs.folder import State
from core.runs.summary import RunSummary

Column = Literal["starred", "name", "best", "state", "title", "network", "score", "seconds", "parameters", "created_at"]

_KEYS: Mapping[Column, Callable[[RunSummary], Any]] = {
    "starred": lambda run: run.starred,
    "name": lambda run: _natural(run.name),
    "best": lambda run: run.best,
    "state": lambda run: list(State).index(run.state),
    "title": lambda run: run.title.casefold() or None,
    "network": lambda run: (run.network, _natural(run.detail)) if run.network else None,
    "score": lambda run: run.score,
    "seconds": lambda run: run.seconds or None,
    "parameters": lambda run: run.parameters,
    "created_at": lambda run: run.id,  # ids sort by time
}
COLUMNS: tuple[Column, ...] = tuple(_KEYS)
UPWARDS: frozenset[Column] = frozenset({"name", "state", "title", "network"})  # sorted so at the first press


@dataclass(frozen=True)
class Wanted:
    """A filter and an order; an empty text filters nothing.

    Attributes:
        text: Words that all occur in name, note, data set or network, in any order.
        dataset: Its title: versions of one set belong together.
        network: As `RunSummary.network`.
    """

    text: str = ""
    dataset: str = ""
    state: str = ""
    network: str = ""
    starred: bool = False
    sort: Column = "created_at"
    upwards: bool = False


def wanted_runs(runs: Iterable[RunSummary], wanted: Wanted) -> list[RunSummary]:
    """The runs that suit, in order; those without a value in the column that is sorted by come last."""
    words = wanted.text.casefold().split()
    suiting = [run for run in runs if _suits(run, wanted, words)]
    if wanted.sort == "created_at" and not wanted.upwards:
        return suiting  # as they come: newest first
    key = _KEYS[wanted.sort]
    valued = [(value, run) for run in suiting if (value := key(run)) is not None]
    valued.sort(key=lambda pair: pair[0], reverse=not wanted.upwards)
    return [run for _value, run in valued] + [run for run in suiting if key(run) is None]


def _suits(run: RunSummary, wanted: Wanted, words: list[str]) -> bool:
    if wanted.dataset not in ("", run.title) or wanted.state not in ("", run.state):
        return False
    if wanted.network not in ("", run.network) or (wanted.starred and not run.starred):
        return False
    return not words or _has(f"{run.name}\n{run.note}\n{run.title}\n{run.network}\n{run.detail}".casefold(), words)


def _has(text: str, words: list[str]) -> bool:
    return all(word in text for word in words)


def _natural(name: str) -> tuple[str | int, ...]:
    """Sorts "Run 9" before "Run 10": texts and numbers in turn, a text first."""
    parts = re.split(r"([0-9]+)", name.casefold())
    return tuple(int(part) if place % 2 else part for place, part in enumerate(parts))
