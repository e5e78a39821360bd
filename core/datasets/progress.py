"""How far a long job is: a fraction from 0 to 1 and one sentence on what runs."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float, str], None]


def silent(_fraction: float, _text: str) -> None:
    """Report to nobody."""


def within(progress: Progress, low: float, high: float) -> Progress:
    """A progress whose 0–1 fills only `low`–`high` of the given one: for one stage of a longer job."""
    return lambda fraction, text: progress(low + fraction * (high - low), text)
