"""The weights of epochs: which are kept, and that they are what the run had then."""

import errno
import time

import keras
import numpy as np
import pytest

from core.errors import StudioError
from core.evaluation import Exam
from core.exams import exam_file, kept_epochs, read_exam
from core.learning import predict, snapshots
from core.learning.evaluate import TOLD_EVERY, at_times, evaluate_model
from core.learning.fit import train_run
from core.learning.predict import examine_run, load_trained
from core.learning.snapshots import MOST_BYTES, MOST_EPOCHS, epochs_to_keep
from core.runs.folder import Request, RunFolder, State
from core.runs.history import history_of
from core.runs.submit import submit_run
from core.spec import RunSpec, TrainingSpec


def spec(epochs=3):
    return RunSpec(training=TrainingSpec(epochs=epochs, batch_size=256, learning_rate=1e-2))


@pytest.fixture
def run(home):
    made = submit_run(home, spec())
    assert train_run(made).state == State.FINISHED
    return made


def arrays_in(file):
    with np.load(file) as arrays:
        return {name: arrays[name] for name in arrays.files if name.startswith("model/")}


def assert_same(ours, theirs):
    assert ours.keys() == theirs.keys()
    for name, array in ours.items():
        np.testing.assert_array_equal(array, theirs[name], err_msg=name)


@pytest.mark.parametrize(
    ("epochs", "size", "kept"),
    [
        (1, 1, [0]),
        (5, 1, [0, 1, 2, 3, 4]),
        (5, MOST_BYTES // 4, [0, 1, 3, 4]),
        (6, MOST_BYTES // 4, [0, 1, 3, 5]),
        (5, MOST_BYTES // 3, [0, 3, 4]),
        (5, MOST_BYTES // 2, [0, 4]),
        (5, MOST_BYTES, []),
        (1, MOST_BYTES, [0]),
        (1, MOST_BYTES + 1, []),
    ],
)
def test_the_first_the_last_and_evenly_between_are_kept(epochs, size, kept):
    assert sorted(epochs_to_keep(epochs, size)) == kept


@pytest.mark.parametrize("size", [1, 10_000_000, 60_000_000])
def test_the_bounds_hold_for_any_number_of_epochs(size):
    for epochs in range(1, 400):
        kept = epochs_to_keep(epochs, size)
        assert {0, epochs - 1} <= kept
        assert len(kept) <= MOST_EPOCHS
        assert len(kept) * size <= MOST_BYTES


def test_each_epoch_leaves_its_weights(run):
    assert kept_epochs(run) == [0, 1, 2]
    assert_same(arrays_in(run.snapshot(2)), arrays_in(run.checkpoint))
    assert (arrays_in(run.snapshot(0))["model/0000"] != arrays_in(run.snapshot(2))["model/0000"]).any()


def test_a_run_that_was_left_keeps_the_same_as_one_that_was_not(home, run, monkeypatch):
    again, polls = submit_run(home, spec()), iter(range(10_000))
    with monkeypatch.context() as patch:
        patch.setattr(RunFolder, "request", lambda self: (Request.PAUSE, 0.0) if next(polls) == 9 else None)
        assert train_run(again).state == State.PAUSED
    assert kept_epochs(again) == [0]
    again.snapshot(1).write_bytes(b"of an epoch that its checkpoint does not know")
    assert train_run(again).state == State.FINISHED
    for epoch in (0, 1, 2):
        assert_same(arrays_in(again.snapshot(epoch)), arrays_in(run.snapshot(epoch)))


def no_room(*_arguments):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(("name", "stub"), [("save_weights", no_room), ("free_bytes", lambda folder: 200_000_000)])
def test_a_full_disk_is_noted_once_and_training_goes_on(home, monkeypatch, name, stub):
    monkeypatch.setattr(snapshots, name, stub)
    run = submit_run(home, spec())
    assert train_run(run).state == State.FINISHED
    assert history_of(run.events).notes == [(0, snapshots.FULL)]
    assert kept_epochs(run) == []


def answers(model):
    return model.predict_on_batch(np.random.default_rng(0).integers(0, 256, (4, 8, 8, 1), dtype=np.uint8))


def test_a_model_is_asked_as_it_was_after_an_epoch(run):
    saved = answers(keras.models.load_model(run.model))
    first, last = (answers(load_trained(run, epoch).model) for epoch in (0, None))
    np.testing.assert_allclose(last, saved, atol=1e-6)
    np.testing.assert_allclose(answers(load_trained(run, 2).model), saved, atol=1e-6)
    assert np.abs(first - last).max() > 0.01
    np.testing.assert_array_equal(answers(load_trained(run, 0).model), first)


def test_one_model_serves_all_epochs_and_weights_are_read_when_they_change(run, monkeypatch):
    model, read = load_trained(run).model, []
    monkeypatch.setattr(predict, "load_weights", lambda path, model: read.append(path))
    for epoch in (None, 1, 1, None):
        assert load_trained(run, epoch).model is model
    assert read == [run.snapshot(1), run.checkpoint]
    run.checkpoint.touch()
    load_trained(run)
    assert len(read) == 3


def test_weights_that_cannot_be_read_leave_nothing_half_read_behind(run):
    before = answers(load_trained(run).model)
    run.snapshot(1).write_bytes(b"PK")
    with pytest.raises(StudioError, match="weights of epoch 2 are damaged"):
        load_trained(run, 1)
    np.testing.assert_allclose(answers(load_trained(run).model), before, atol=1e-6)


def test_an_epoch_that_was_not_kept_is_named_as_people_count(run):
    run.snapshot(1).unlink()
    with pytest.raises(StudioError, match="epoch 2 were not kept"):
        load_trained(run, 1)


def exam_of(run, part, epoch) -> Exam:
    examine_run(run, part, epoch)
    exam = read_exam(run, part, epoch)
    assert exam is not None
    return exam


def test_validation_pictures_are_judged_as_training_judged_them(run):
    with np.load(run.split) as split:
        expected = split["validation"]
    for epoch, record in enumerate(history_of(run.events).records):
        exam = exam_of(run, "validation", epoch)
        np.testing.assert_array_equal(exam.indices, expected)
        assert exam.accuracy == pytest.approx(record.val_accuracy, abs=1e-6)
        assert exam.loss == pytest.approx(record.val_loss, rel=1e-4)


def test_the_last_epoch_answers_the_test_as_the_final_exam(run):
    final = read_exam(run)
    assert final is not None
    exam = exam_of(run, "test", 2)
    np.testing.assert_allclose(exam.probabilities, final.probabilities, atol=1e-5)
    assert exam.report.keys() == final.report.keys()


def test_an_exam_of_a_model_that_learns_on_meanwhile_is_not_kept(run, monkeypatch):
    def while_it_learns(*arguments):
        time.sleep(0.01)
        run.checkpoint.touch()
        return evaluate_model(*arguments)

    monkeypatch.setattr(predict, "evaluate_model", while_it_learns)
    exam_file(run, "validation").unlink(missing_ok=True)
    with pytest.raises(StudioError, match="has learnt more while it was judged"):
        examine_run(run, "validation")
    assert not exam_file(run, "validation").exists()


def test_an_exam_of_a_run_that_is_deleted_meanwhile_says_so(run, monkeypatch):
    def gone(*arguments):
        raise FileNotFoundError(run.path)

    monkeypatch.setattr("core.exams.write_atomically", gone)
    with pytest.raises(StudioError, match="may have been deleted"):
        examine_run(run, "validation")


def test_a_full_disk_is_said_in_words(run, monkeypatch):
    monkeypatch.setattr("core.exams.write_atomically", no_room)
    with pytest.raises(StudioError, match="disk is full"):
        examine_run(run, "validation")


def test_progress_is_told_at_times_and_at_the_end(monkeypatch):
    clock, told = iter(np.arange(1000) * TOLD_EVERY / 4), []
    monkeypatch.setattr("core.learning.evaluate.time.monotonic", lambda: 100 + next(clock))
    tell = at_times(lambda done, of: told.append(done))
    for batch in range(1, 12):
        tell(batch, 11)
    assert told[0] == 1
    assert told[-1] == 11
    assert 3 <= len(told) <= 5


def test_an_exam_tells_how_far_it_is(run):
    told = []
    examine_run(run, "test", 1, lambda done, of: told.append((done, of)))
    assert told[-1] == (2, 2), "359 pictures in batches of 256"
