"""The events of a run in a bundle: those that curves are made of, each field checked when they come from a stranger."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from core.i18n import _
from core.knobs import Frozen
from core.runs.events import EventKind, Stage, read_events
from core.runs.folder import State
from core.runs.history import History

MOST = 20_000  # events that are read
MOST_BATCHES = 2_000  # batch events that are written; between those kept others are left out

_Epoch = Annotated[int, Field(ge=0, le=1_000)]
_Count = Annotated[int, Field(ge=1, le=10**9)]
_Number = Annotated[float, Field(ge=0, le=1e12)]
_Loss = Annotated[float, Field(ge=0)] | None
_Share = Annotated[float, Field(ge=0, le=1)] | None


class _Event(Frozen):
    model_config = ConfigDict(allow_inf_nan=False)

    t: _Number


class Started(_Event):
    kind: Literal["started"]
    epochs: _Count
    steps: _Count
    batch_size: _Count
    epoch: _Epoch
    batch: Annotated[int, Field(ge=0)]


class Batch(_Event):
    kind: Literal["batch"]
    epoch: _Epoch
    batch: _Count
    loss: _Loss
    accuracy: _Share
    images_per_second: _Number


class Staged(_Event):
    kind: Literal["stage"]
    stage: Stage


class Extracted(_Event):
    kind: Literal["extracted"]
    done: Annotated[int, Field(ge=0, le=10**9)]
    total: _Count
    images_per_second: _Number


class EpochEnded(_Event):
    kind: Literal["epoch"]
    epoch: _Epoch
    loss: _Loss
    accuracy: _Share
    val_loss: _Loss
    val_accuracy: _Share
    learning_rate: _Number
    seconds: _Number


class Ended(_Event):
    kind: Literal["ended"]
    state: State
    message: Literal[""] = ""


Event = Started | Staged | Extracted | Batch | EpochEnded | Ended
_EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="kind")])
_KINDS = frozenset(EventKind) - {EventKind.NOTE}


def bundled_history(events: Path) -> str:
    """The lines of a bundle's history.jsonl."""
    told = [event for event in read_events(events)[0] if event["kind"] in _KINDS]
    kept = [event | {"message": ""} if event["kind"] == EventKind.ENDED else event for event in told]
    return _lines(_thinned([_EVENT.validate_python(event) for event in kept]))


def checked_history(text: bytes) -> tuple[Event, ...]:
    """The events of a bundle.

    Raises:
        ValidationError: If a field is not what it must be.
        ValueError: If there are too many, or none says first how many epochs and steps there are.
    """
    lines = text.splitlines()
    if len(lines) > MOST:
        raise ValueError(_("too many events"))
    events = tuple(map(_EVENT.validate_json, lines))
    learnt = [event for event in events if isinstance(event, Started | Batch | EpochEnded)]
    if learnt and not isinstance(learnt[0], Started):
        raise ValueError(_("a history without its start"))
    return events


def history_lines(events: Sequence[Event]) -> str:
    """The same as a run's events.jsonl, with an end also where the worker was lost."""
    if events and isinstance(events[-1], Ended):
        return _lines(events)
    return _lines([*events, Ended(kind="ended", t=events[-1].t if events else 0.0, state=State.INTERRUPTED)])


def folded(events: Sequence[Event]) -> History:
    """The history that they come to."""
    history = History()
    for event in events:
        history.apply(event.model_dump())
    return history


def _thinned(events: Sequence[Event]) -> list[Event]:
    """Of a frozen part's many reports in a row the last one: all the time that it took is before that."""
    batches = sum(isinstance(event, Batch) for event in events)
    step = -(-batches // MOST_BATCHES) or 1
    kept, number = [], 0
    for event, after in zip_longest(events, events[1:]):
        number += isinstance(event, Batch)
        is_needless = isinstance(event, Extracted) and isinstance(after, Extracted)
        if not is_needless and (not isinstance(event, Batch) or number % step == 0):
            kept.append(event)
    return kept


def _lines(events: Sequence[Frozen]) -> str:
    return "".join(f"{event.model_dump_json()}\n" for event in events)
