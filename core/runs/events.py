"""What a run tells while it goes on: one JSON line an event, appended to events.jsonl, read by offset."""

from __future__ import annotations

import json
import math
import os
import time
from enum import StrEnum
from pathlib import Path
from typing import Any, Self


class EventKind(StrEnum):
    """The kinds of event; every event also carries `t`, seconds since 1970."""

    STARTED = "started"
    """A worker took the run: epochs, steps (batches an epoch), epoch and batch from which it goes on (0-based)."""
    STAGE = "stage"
    """What the worker does now: `stage` is a value of `Stage`."""
    EXTRACTED = "extracted"
    """About 4 a second while a frozen part works: done and total pictures, images_per_second."""
    BATCH = "batch"
    """About 10 a second: epoch, batch (done, 1-based), loss and accuracy since the last one, images_per_second."""
    EPOCH = "epoch"
    """An epoch ended: epoch (0-based), loss, accuracy, val_loss, val_accuracy, learning_rate, seconds."""
    NOTE = "note"
    """Something worth telling: `message`, in English, and `epoch`."""
    ENDED = "ended"
    """The worker leaves: `state` and `message` as in the run's status."""


class Stage(StrEnum):
    """What a worker is busy with."""

    LOADING = "loading"
    BUILDING = "building"
    EXTRACTING = "extracting"
    TRAINING = "training"
    VALIDATING = "validating"
    EVALUATING = "evaluating"
    SAVING = "saving"


class EventWriter:
    """Appends events to a file; each is one `write`, so a crash tears at most the last line."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)
        if self._file.tell() and not _ends_with_newline(path):
            self._file.write(b"\n")  # closes the line that a killed worker left torn; readers skip it

    def write(self, kind: EventKind, **values: Any) -> None:
        """Append one event. Numbers that are not finite are written as null: JSON has no word for them."""
        event = {"kind": kind, "t": round(time.time(), 3), **{name: _finite(value) for name, value in values.items()}}
        self._file.write(json.dumps(event, separators=(",", ":")).encode() + b"\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._file.close()


def read_events(path: Path, offset: int = 0) -> tuple[list[dict[str, Any]], int]:
    """Read the whole events after byte `offset`; return them with the offset to go on from.

    A last line without its newline is left for the next call; a line that is not JSON is skipped. A missing file
    has no events.
    """
    try:
        with path.open("rb") as file:
            file.seek(offset)
            text = file.read()
    except FileNotFoundError:
        return [], offset
    whole = text[: text.rfind(b"\n") + 1]
    return [event for line in whole.splitlines() if (event := _parse(line))], offset + len(whole)


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and "kind" in event else None


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
