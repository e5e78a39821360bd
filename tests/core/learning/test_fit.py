"""Training from a run folder: to its end, in pieces, and through what goes wrong."""

import subprocess
import sys
import time

import numpy as np
import pytest

from core.architecture.layers import BatchNormalization, Conv2D, Dropout, Flatten, MaxPool2D, OwnCNN
from core.augmentation.spec import PRESETS
from core.datasets.dataset import TRAIN, About, Original
from core.datasets.store import save_dataset
from core.home import PROJECT, Home
from core.learning.fit import train_run
from core.runs.events import read_events
from core.runs.folder import Request, RunFolder, State
from core.runs.history import history_of
from core.runs.submit import submit_run
from core.spec import RunSpec, TrainingSpec

# Everything that has a state of its own: dropout's random stream, batch norm's means, Adam's moments.
STACK = OwnCNN(layers=(Conv2D(filters=4), BatchNormalization(), MaxPool2D(), Flatten(), Dropout(rate=0.5)))
OFF, STRONG = (PRESETS[name].spec for name in ("none", "strong"))


def spec(augmentation=OFF, **training):
    settings = {"epochs": 3, "batch_size": 128, "learning_rate": 1e-2, **training}
    return RunSpec(architecture=STACK, augmentation=augmentation, training=TrainingSpec(**settings))


def weights(run):
    with np.load(run.checkpoint) as arrays:
        return {name: arrays[name] for name in arrays.files if name.startswith(("model/", "optimizer/"))}


def assert_same_weights(run, other):
    ours, theirs = weights(run), weights(other)
    assert ours.keys() == theirs.keys()
    for name, array in ours.items():
        np.testing.assert_array_equal(array, theirs[name], err_msg=name)


def history(run):
    return history_of(run.events)


@pytest.fixture
def whole_run(home):
    run = submit_run(home, spec())
    assert train_run(run).state == State.FINISHED
    return run


def ask_at_poll(monkeypatch, poll, request):
    """Make the request appear when the worker polls for the `poll`-th time."""
    polls = iter(range(1, 10_000))
    monkeypatch.setattr(RunFolder, "request", lambda self: (request, 0.0) if next(polls) == poll else None)


def test_a_run_learns_and_leaves_all_its_files(whole_run):
    status = whole_run.status()
    assert (status.epoch, status.pid) == (3, None)
    assert status.test_accuracy is not None
    assert status.test_accuracy > 0.5, "ten classes: guessing gives 0.1"
    for path in (whole_run.model, whole_run.evaluation, whole_run.report, whole_run.checkpoint):
        assert path.exists()
    records = history(whole_run).records
    assert [record.epoch for record in records] == [0, 1, 2]
    assert records[2].loss < records[0].loss
    kinds = [event["kind"] for event in read_events(whole_run.events)[0]]
    assert (kinds[0], kinds[-1]) == ("stage", "ended")


def test_two_runs_of_one_specification_are_equal(home, whole_run):
    again = submit_run(home, spec())
    train_run(again)
    assert_same_weights(whole_run, again)


@pytest.fixture
def varied_run(home):
    run = submit_run(home, spec(STRONG))
    assert train_run(run).state == State.FINISHED
    return run


def assert_left_and_resumed_equals(whole, monkeypatch, poll, request):
    """Leave a run of the same specification at a poll and resume it.

    An epoch has 9 training polls, 2 of validation and one at its end.
    """
    run = submit_run(Home(whole.path.parent.parent), whole.info().spec)
    with monkeypatch.context() as patch:
        ask_at_poll(patch, poll, request)
        status = train_run(run)
    assert status.state == (State.PAUSED if request == Request.PAUSE else State.STOPPED)
    assert run.model.exists() == (request == Request.STOP)
    assert train_run(run).state == State.FINISHED
    assert_same_weights(run, whole)
    ours, theirs = history(run).records, history(whole).records
    assert [record.loss for record in ours] == pytest.approx([record.loss for record in theirs], rel=1e-5)
    assert [record.val_loss for record in ours] == [record.val_loss for record in theirs]
    assert all(record.seconds < 60 for record in ours), "not the uptime of the machine"


@pytest.mark.parametrize(
    "poll", [4, 9, 10, 16], ids=["early", "at an epoch's last batch", "in validation", "in a later epoch"]
)
@pytest.mark.parametrize("request_", [Request.PAUSE, Request.STOP])
def test_a_run_that_was_left_and_resumed_equals_one_that_never_stopped(whole_run, monkeypatch, poll, request_):
    assert_left_and_resumed_equals(whole_run, monkeypatch, poll, request_)


@pytest.mark.parametrize("poll", [4, 16], ids=["early", "in a later epoch"])
def test_so_does_a_run_with_augmentation(varied_run, monkeypatch, poll):
    """What each picture draws depends on the epoch and its index alone: nothing of it is in the checkpoint."""
    assert_left_and_resumed_equals(varied_run, monkeypatch, poll, Request.PAUSE)


def test_a_killed_worker_resumes_to_the_weights_of_a_run_that_was_never_interrupted(home, whole_run):
    """In real processes, with SIGKILL in the middle of an epoch."""
    run = submit_run(home, spec(epochs=60))
    worker = subprocess.Popen([sys.executable, "-m", "core.worker", str(run.path)], cwd=PROJECT, stderr=subprocess.PIPE)
    end = time.monotonic() + 60
    while not (history(run).records and history(run).batch):
        assert time.monotonic() < end, worker.communicate()
        time.sleep(0.005)
    worker.kill()
    worker.communicate()
    done = run.status().epoch
    assert 0 < done < 60
    assert history(run).epoch >= done
    resumed = subprocess.run([sys.executable, "-m", "core.worker", str(run.path)], cwd=PROJECT, capture_output=True)
    assert resumed.returncode == 0, resumed.stderr.decode()
    assert run.status().state == State.FINISHED
    reference = submit_run(home, spec(epochs=60))
    train_run(reference)
    assert_same_weights(run, reference)
    assert [record.epoch for record in history(run).records] == list(range(60))


def test_a_stop_asked_while_the_worker_was_still_starting_is_obeyed(home):
    """A browser test found it: the worker cleared the request as a leftover, and trained on."""
    run = submit_run(home, spec())
    run.ask(Request.STOP)
    assert train_run(run).state == State.STOPPED
    assert run.request() is None


def test_finish_this_epoch_trains_it_to_the_end_and_takes_the_exam(home, monkeypatch):
    run = submit_run(home, spec(epochs=50))
    with monkeypatch.context() as patch:
        patch.setattr(RunFolder, "request", lambda self: (Request.FINISH_EPOCH, 0.0))
        status = train_run(run)
    assert (status.state, status.epoch) == (State.FINISHED, 1)
    assert status.test_accuracy is not None
    assert history(run).notes


def test_a_loss_that_explodes_ends_the_run_with_advice_and_keeps_the_curves(home):
    run = submit_run(home, spec(optimizer="sgd", learning_rate=1.0, momentum=0.99, epochs=40, seed=1))
    stack = OwnCNN(layers=(Conv2D(filters=16, activation="linear"), Conv2D(filters=16, activation="linear"), Flatten()))
    run = submit_run(home, RunSpec(architecture=stack, training=run.info().spec.training))
    status = train_run(run)
    assert status.state == State.FAILED
    assert "learning rate of 0.1 instead of 1" in status.message
    assert history(run).trace[-1].loss is None, "the doctor is told where it happened"


def test_early_stopping_goes_back_to_the_best_epoch(home, monkeypatch):
    run = submit_run(home, spec(epochs=30, early_stopping=2, learning_rate=0.3))
    status = train_run(run)
    losses = [record.val_loss for record in history(run).records]
    assert status.epoch == len(losses) < 30
    assert losses.index(min(losses)) == len(losses) - 3
    with np.load(run.best_weights) as best:
        for name in best.files:
            np.testing.assert_array_equal(best[name], weights(run)[name])


def test_a_changed_data_set_is_noticed(home, monkeypatch):
    run = submit_run(home, spec())
    info = run.info().model_copy(update={"content_hash": "of other pictures"})
    monkeypatch.setattr(RunFolder, "info", lambda self: info)
    status = train_run(run)
    assert status.state == State.FAILED
    assert "changed" in status.message


def test_a_checkpoint_of_another_network_is_refused(home, whole_run):
    other = submit_run(home, RunSpec(training=TrainingSpec(epochs=1)))
    other.checkpoint.write_bytes(whole_run.checkpoint.read_bytes())
    status = train_run(other)
    assert status.state == State.FAILED
    assert "another network" in status.message


def test_all_losses_train(home):
    rng = np.random.default_rng(0)
    labels = np.arange(120) % 2
    images = (rng.integers(0, 100, (120, 8, 8, 1)) + 150 * labels[:, None, None, None]).astype(np.uint8)
    original = Original(shape="120×8×8", dtype="uint8", range=(0.0, 255.0))
    about = About(title="Dark and light", classes=("dark", "light"), source="test", licence="", original=original)
    dataset = save_dataset(home, about, images, labels, np.full(120, TRAIN, np.uint8))
    for loss in ("sparse_categorical_crossentropy", "categorical_crossentropy", "binary_crossentropy"):
        settings = spec(loss=loss, epochs=6, batch_size=16)
        data = settings.data.model_copy(update={"dataset": dataset.meta.id})
        run = submit_run(home, settings.model_copy(update={"data": data}))
        status = train_run(run)
        assert status.state == State.FINISHED, status.message
        assert status.test_accuracy == 1.0, loss
        with np.load(run.evaluation) as evaluation:
            assert evaluation["probabilities"].shape == (len(evaluation["labels"]), 2)
