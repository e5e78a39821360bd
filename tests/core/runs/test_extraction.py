"""Seconds of the frozen part, from the times of events."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.runs.events import EventKind, EventWriter
from core.runs.extraction import Extraction, extraction_seconds

LOADING, TRAINING = {"kind": "stage", "stage": "loading"}, {"kind": "stage", "stage": "training"}
EXTRACTED = {"kind": "extracted", "done": 1, "total": 4, "images_per_second": 1.0}
ENDED = {"kind": "ended", "state": "paused", "message": ""}


def seconds(*told: tuple[float, dict[str, Any]]) -> float:
    extraction = Extraction()
    for time, event in told:
        extraction.apply({**event, "t": time})
    return extraction.seconds


def test_the_frozen_part_counts_and_nothing_else() -> None:
    begun = ((100.0, LOADING), (102.0, TRAINING))
    assert seconds(*begun, (152.0, TRAINING)) == 0.0
    assert seconds(*begun, (103.0, EXTRACTED), (140.0, EXTRACTED), (150.0, TRAINING)) == 38.0


def test_neither_a_pause_nor_a_lost_worker_counts() -> None:
    first = ((100.0, LOADING), (101.0, EXTRACTED))
    again = ((900.0, LOADING), (901.0, TRAINING), (903.0, EXTRACTED))
    assert seconds(*first, (102.0, ENDED), *again) == 3.0
    assert seconds(*first, *again) == 3.0


def test_a_clock_that_is_set_back_takes_nothing_away() -> None:
    assert seconds((100.0, LOADING), (90.0, EXTRACTED), (95.0, EXTRACTED)) == 5.0


def test_it_reads_on_where_it_stopped(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    assert extraction_seconds(path) == 0.0
    with EventWriter(path) as writer:
        writer.write(EventKind.STAGE, stage="loading")
        assert extraction_seconds(path) == 0.0
        writer.write(EventKind.EXTRACTED, done=1, total=4, images_per_second=1.0)
    assert extraction_seconds(path) == extraction_seconds(path) >= 0.0
