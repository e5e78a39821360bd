import pytest

from core.runs.events import EventKind, EventWriter, Stage
from core.runs.history import MAX_TRACE, History, history_of


def started(epoch=0, batch=0, **more):
    return {"kind": "started", "epochs": 4, "steps": 10, "batch_size": 8, "epoch": epoch, "batch": batch, **more}


def batch(epoch, number, speed=80.0):
    return {
        "kind": "batch",
        "epoch": epoch,
        "batch": number,
        "loss": 1.0,
        "accuracy": 0.5,
        "images_per_second": speed,
    }


def epoch(number, val_accuracy=0.5, seconds=2.0):
    values = {"loss": 1.0, "accuracy": 0.5, "val_loss": 1.0, "val_accuracy": val_accuracy}
    return {"kind": "epoch", "epoch": number, "learning_rate": 1e-3, "seconds": seconds, **values}


def folded(*events):
    history = History()
    for event in events:
        history.apply(event)
    return history


def test_position_and_records_follow_the_events():
    history = folded(started(), batch(0, 5), epoch(0, 0.7), batch(1, 2))
    assert (history.epoch, history.batch, history.steps, history.epochs_planned) == (1, 2, 10, 4)
    assert history.best_val_accuracy == 0.7
    assert [point.x for point in history.trace] == [0.5, 1.2]
    assert history.stage is Stage.TRAINING


def test_time_left_comes_from_the_speed_before_an_epoch_is_done_and_from_epochs_after():
    assert folded(started(), batch(0, 5, speed=80.0)).seconds_left == pytest.approx(35 * 8 / 80)
    assert folded(started(), epoch(0, seconds=2.0), batch(1, 5)).seconds_left == pytest.approx(2.5 * 2.0)
    assert folded().seconds_left is None


def test_a_resume_forgets_what_the_lost_worker_told_beyond_its_checkpoint():
    history = folded(started(), batch(0, 5), epoch(0), batch(1, 5), epoch(1), batch(2, 3), started(epoch=1, batch=0))
    assert [record.epoch for record in history.records] == [0]
    assert [point.x for point in history.trace] == [0.5]
    assert (history.epoch, history.batch) == (1, 0)


def test_a_long_trace_is_thinned():
    history = folded(started(), *(batch(0, 1) for _ in range(MAX_TRACE + 1)))
    assert len(history.trace) == MAX_TRACE // 2 + 1


def test_an_unknown_kind_is_ignored():
    assert folded({"kind": "of a later version"}) == History()


def test_history_of_reads_on_where_it_stopped(tmp_path):
    path = tmp_path / "events.jsonl"
    with EventWriter(path) as writer:
        writer.write(EventKind.STARTED, **{key: value for key, value in started().items() if key != "kind"})
        assert history_of(path).steps == 10
        writer.write(EventKind.NOTE, epoch=0, message="hello")
    assert history_of(path).notes == [(0, "hello")]


def test_an_extraction_tells_how_far_it_is_and_the_time_to_its_own_end():
    told = {"kind": "extracted", "done": 30, "total": 90, "images_per_second": 4.0}
    history = folded(started(), {"kind": "stage", "stage": "extracting"}, told)
    assert (history.stage, history.extracted, history.to_extract) == (Stage.EXTRACTING, 30, 90)
    assert history.seconds_left == 15.0
    history.apply({**told, "done": 0, "images_per_second": 0.0})
    assert history.seconds_left is None, "no speed yet"
    assert not history.has_learnt
    history.apply({"kind": "stage", "stage": "training"})
    history.apply(batch(0, 5))
    assert history.stage is Stage.TRAINING
    assert history.has_learnt


def test_the_time_of_training_is_that_of_the_epochs_that_count():
    history = folded(started(), epoch(0, seconds=2.0), epoch(1, seconds=3.0))
    assert history.training_seconds == 5.0
    history.apply({**started(), "epoch": 1})  # a lost worker's epoch is done again
    history.apply(epoch(1, seconds=4.0))
    assert history.training_seconds == 6.0
