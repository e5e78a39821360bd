"""The events that travel in a bundle: enough for the same curves and the same times."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from core.runs import bundle_history
from core.runs.bundle_history import bundled_history, checked_history, folded, history_lines
from core.runs.events import EventKind, EventWriter, Stage, read_events
from core.runs.extraction import extraction_seconds
from core.runs.history import history_of

EPOCH = {"loss": 1.5, "accuracy": 0.4, "val_loss": 1.4, "val_accuracy": 0.5, "learning_rate": 1e-3, "seconds": 9.0}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time at which events are written, which each test sets."""
    now = [0.0]
    monkeypatch.setattr("core.runs.events.time.time", lambda: now[0])
    return now


def arrived(events: Path) -> Path:
    """The events as another home has them."""
    target = events.with_name("arrived.jsonl")
    target.write_text(history_lines(checked_history(bundled_history(events).encode())))
    return target


def start(events: EventWriter, epoch: int = 0) -> None:
    events.write(EventKind.STARTED, epochs=2, steps=9, batch_size=8, epoch=epoch, batch=0)


def test_the_times_of_training_and_of_the_frozen_part_travel(tmp_path: Path, clock: list[float]) -> None:
    file = tmp_path / "events.jsonl"
    with EventWriter(file) as events:
        events.write(EventKind.STAGE, stage=Stage.LOADING)
        clock[0] = 2.0
        start(events)
        for done in (1, 2, 3, 4):
            clock[0] += 1.0
            events.write(EventKind.EXTRACTED, done=done, total=4, images_per_second=1.0)
        clock[0] = 15.0
        events.write(EventKind.EPOCH, epoch=0, **EPOCH)
        events.write(EventKind.ENDED, state="paused", message="a sentence")
        clock[0] = 50_000.0
        events.write(EventKind.STAGE, stage=Stage.LOADING)
        clock[0] = 50_003.0
        start(events, epoch=1)
        clock[0] = 50_016.0
        events.write(EventKind.EPOCH, epoch=1, **EPOCH)
        clock[0] = 50_017.0
        events.write(EventKind.ENDED, state="finished", message="")
    there = arrived(file)
    assert extraction_seconds(there) == extraction_seconds(file) == 4.0
    assert history_of(there).clock == history_of(file).clock == [9.0, 18.0]
    kinds = [event["kind"] for event in read_events(arrived(file))[0]]
    assert kinds.count("extracted") == 1
    assert "sentence" not in arrived(file).read_text()


def test_a_lost_worker_s_history_ends(tmp_path: Path) -> None:
    with EventWriter(tmp_path / "events.jsonl") as events:
        start(events)
        events.write(EventKind.STAGE, stage=Stage.TRAINING)
    assert history_of(tmp_path / "events.jsonl").stage == Stage.TRAINING
    assert history_of(arrived(tmp_path / "events.jsonl")).stage is None


def test_of_many_batches_some_are_left_out_evenly_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle_history, "MOST_BATCHES", 4)
    with EventWriter(tmp_path / "events.jsonl") as events:
        start(events)
        for batch in range(1, 10):
            events.write(EventKind.BATCH, epoch=0, batch=batch, loss=1.0, accuracy=0.5, images_per_second=1.0)
        events.write(EventKind.EPOCH, epoch=0, **EPOCH)
    history = folded(checked_history(bundled_history(tmp_path / "events.jsonl").encode()))
    assert [point.x for point in history.trace] == [3 / 9, 6 / 9, 9 / 9], "9 are more than 2 · 4: each third"
    assert len(history.records) == 1


def test_few_batches_all_travel(tmp_path: Path) -> None:
    with EventWriter(tmp_path / "events.jsonl") as events:
        start(events)
        for batch in (1, 2, 3):
            events.write(EventKind.BATCH, epoch=0, batch=batch, loss=1.0, accuracy=0.5, images_per_second=1.0)
    assert len(folded(checked_history(bundled_history(tmp_path / "events.jsonl").encode())).trace) == 3


@pytest.mark.parametrize(
    "line",
    [
        '{"kind":"stage","t":1,"stage":"dancing"}',
        '{"kind":"ended","t":1,"state":"finished","message":"words of a stranger"}',
        '{"kind":"ended","t":1,"state":"excellent"}',
        '{"kind":"extracted","t":1,"done":-1,"total":4,"images_per_second":1}',
        '{"kind":"note","t":1,"epoch":0,"message":"words of a stranger"}',
    ],
)
def test_what_a_run_would_not_tell_is_refused(line: str) -> None:
    with pytest.raises(ValidationError):
        checked_history(line.encode())


def test_no_batch_comes_before_the_start() -> None:
    loading = b'{"kind":"stage","t":1,"stage":"loading"}\n'
    batch = b'{"kind":"batch","t":1,"epoch":0,"batch":1,"loss":1,"accuracy":1,"images_per_second":1}\n'
    with pytest.raises(ValueError, match="without its start"):
        checked_history(loading + batch)
    assert folded(checked_history(loading)).stage == Stage.LOADING
