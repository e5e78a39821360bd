"""Seconds of work, from the times of events."""

import pytest

from core.runs.elapsed import Elapsed, Mark, elapsed_of
from core.runs.events import EventKind, EventWriter


def event(kind, t, **values):
    return {"kind": kind, "t": t, **values}


def loading(t):
    return event("stage", t, stage="loading")


def started(t, epoch=0):
    return event("started", t, epochs=4, steps=10, batch_size=8, epoch=epoch, batch=0)


def epoch(t, number, accuracy=0.5):
    return event("epoch", t, epoch=number, val_accuracy=accuracy)


def folded(*events):
    elapsed = Elapsed()
    for one in events:
        elapsed.apply(one)
    return elapsed


def test_loading_and_extraction_count():
    extracted = [event("extracted", t, done=t, total=140, images_per_second=1.0) for t in (103.0, 140.0)]
    elapsed = folded(loading(100.0), started(102.0), *extracted, epoch(150.0, 0, 0.8), epoch(152.0, 1, None))
    assert elapsed.marks == [Mark(0, 50.0, 0.8), Mark(1, 52.0, None)]
    assert (elapsed.seconds, elapsed.extracting) == (52.0, 38.0)


def test_a_pause_does_not_count():
    ended = event("ended", 112.0, state="paused", message="")
    elapsed = folded(loading(100.0), started(101.0), epoch(110.0, 0), ended, loading(900.0), started(901.0, 1))
    assert elapsed.seconds == 13.0
    elapsed.apply(epoch(905.0, 1))
    assert elapsed.marks == [Mark(0, 10.0, 0.5), Mark(1, 17.0, 0.5)]


def test_what_a_lost_worker_did_beyond_its_checkpoint_took_its_time_and_is_done_again():
    lost = (loading(100.0), started(100.0), epoch(110.0, 0), epoch(120.0, 1))
    elapsed = folded(*lost, loading(500.0), started(501.0, 1), epoch(511.0, 1, 0.6))
    assert elapsed.marks == [Mark(0, 10.0, 0.5), Mark(1, 31.0, 0.6)]


def test_a_clock_that_is_set_back_takes_nothing_away():
    assert folded(loading(100.0), started(90.0), epoch(95.0, 0)).marks == [Mark(0, 5.0, 0.5)]


def test_it_reads_on_where_it_stopped(tmp_path):
    path = tmp_path / "events.jsonl"
    assert elapsed_of(path) == Elapsed()
    with EventWriter(path) as writer:
        writer.write(EventKind.STAGE, stage="loading")
        first = elapsed_of(path)
        assert first.seconds == 0.0
        writer.write(EventKind.EPOCH, epoch=0, val_accuracy=0.5)
    (mark,) = elapsed_of(path).marks
    assert mark.seconds == pytest.approx(elapsed_of(path).seconds)
    assert first.marks == [], "a copy of its own"
