"""Training with augmentation: what learns sees varied pictures, what judges sees them as they are."""

import gc
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from core import batches
from core.architecture.layers import Conv2D, Flatten, OwnCNN
from core.augmentation import warp
from core.augmentation.spec import PRESETS, AugmentSpec
from core.datasets.store import open_dataset
from core.learning.fit import BROKEN, train_run
from core.runs.events import EventKind, read_events
from core.runs.folder import OUT_OF_MEMORY, Request, RunFolder, State
from core.runs.history import history_of
from core.runs.submit import submit_run
from core.spec import RunSpec, TrainingSpec

PART = {"train": 1151, "validation": 287, "test": 359}  # pictures of the digits
STACK = OwnCNN(layers=(Conv2D(filters=4), Flatten()))
TASKS = Path("/proc/self/task")
# Whatever is seen through this is far from what it was.
EXTREME = AugmentSpec(
    rotation=180, width_shift=0.5, height_shift=0.5, zoom=0.8, brightness=0.9, noise=0.5, fill_mode="constant"
)


def submitted(home, augmentation, **training):
    settings = {"epochs": 2, "batch_size": 128, "learning_rate": 1e-2, **training}
    return submit_run(home, RunSpec(architecture=STACK, augmentation=augmentation, training=TrainingSpec(**settings)))


def weights(run):
    with np.load(run.checkpoint) as arrays:
        return np.concatenate([arrays[name].ravel() for name in arrays.files if name.startswith("model/")])


@pytest.fixture
def varied(monkeypatch):
    """How many pictures were varied, call by call."""
    counts, real = [], warp.augment

    def augment(images, spec, units):
        counts.append(len(images))
        return real(images, spec, units)

    monkeypatch.setattr(batches, "augment", augment)
    return counts


def test_validation_and_exam_are_on_pictures_as_they_are(home):
    """Both are done again here, on the stored pictures, with the model that was kept."""
    run = submitted(home, AugmentSpec(rotation=60, width_shift=0.2), epochs=6)
    status = train_run(run)
    model, dataset = keras.models.load_model(run.model), open_dataset(home, "digits")
    with np.load(run.split) as split:
        parts = {name: (dataset.images[split[name]], dataset.labels[split[name]]) for name in ("validation", "test")}
    checked = model.evaluate(*parts["validation"], return_dict=True, verbose=0)
    last = history_of(run.events).records[-1]
    assert (last.val_loss, last.val_accuracy) == pytest.approx((checked["loss"], checked["accuracy"]), rel=1e-4)
    assert checked["accuracy"] > 0.5, "it tells pictures apart, so that others would have given other numbers"
    images, labels = parts["test"]
    answers = model.predict(images, verbose=0)
    with np.load(run.evaluation) as evaluation:
        np.testing.assert_allclose(evaluation["probabilities"], answers, rtol=1e-3, atol=1e-6)
    assert status.test_accuracy == pytest.approx((answers.argmax(axis=1) == labels).mean())


@pytest.mark.parametrize("repeats", [1, 3])
def test_each_training_picture_is_varied_once_for_each_time_it_is_shown(home, varied, repeats):
    run = submitted(home, EXTREME.model_copy(update={"repeats": repeats}))
    train_run(run)
    shown = PART["train"] * repeats
    events = read_events(run.events)[0]
    start = next(event for event in events if event["kind"] == EventKind.STARTED)
    assert start["steps"] == -(-shown // 128)
    assert 2 * shown <= sum(varied) < 2 * shown + 10 * 128, "and a few that Keras asks for after the end"
    assert history_of(run.events).records[-1].epoch == 1


def test_what_is_switched_off_varies_nothing_and_trains_as_before(home, varied):
    """A fill mode and a colour without a change of geometry are no augmentation."""
    plain, coloured = submitted(home, AugmentSpec()), submitted(home, AugmentSpec(fill_mode="wrap"))
    train_run(plain)
    train_run(coloured)
    assert varied == []
    np.testing.assert_array_equal(weights(plain), weights(coloured))


def test_augmentation_changes_what_is_learnt_the_same_way_each_time(home):
    runs = [submitted(home, spec) for spec in (AugmentSpec(), *[PRESETS["gentle"].spec] * 2)]
    for run in runs:
        train_run(run)
    plain, varied, again = (weights(run) for run in runs)
    np.testing.assert_array_equal(varied, again)
    assert not np.array_equal(plain, varied)


@pytest.mark.skipif(not TASKS.exists(), reason="threads are counted where Linux lists them")
def test_no_thread_outlives_a_run_that_was_left(home, monkeypatch):
    """TensorFlow's threads too, which Python does not know of: each input has two of its own."""

    def threads_after_leaving() -> int:
        run, answers = submitted(home, EXTREME), iter([None] * 6 + [(Request.STOP, 0.0)])
        with monkeypatch.context() as patch:
            patch.setattr(RunFolder, "request", lambda self: next(answers))
            assert train_run(run).state == State.STOPPED
        gc.collect()  # Keras's iterators are in circles
        return len(list(TASKS.iterdir()))

    counts = [threads_after_leaving() for _ in range(6)]
    assert counts[-1] <= counts[1], counts


@pytest.mark.parametrize(
    ("raised", "state", "message"),
    [
        (RuntimeError("the warp broke"), State.FAILED, BROKEN),
        (MemoryError("no room"), State.INTERRUPTED, OUT_OF_MEMORY),
    ],
)
def test_an_augmentation_that_breaks_ends_the_run_in_words(home, monkeypatch, raised, state, message):
    """In the middle of the first epoch; what is a bug is also raised, for the worker's log."""
    calls, real = iter(range(100)), warp.augment

    def augment(images, spec, units):
        if next(calls) == 5:
            raise raised
        return real(images, spec, units)

    monkeypatch.setattr(batches, "augment", augment)
    run = submitted(home, EXTREME)
    if state == State.FAILED:
        with pytest.raises(tf.errors.UnknownError, match="RuntimeError: the warp broke"):
            train_run(run)
    else:
        train_run(run)
    assert (run.status().state, run.status().message, run.status().pid) == (state, message, None)
    assert read_events(run.events)[0][-1]["kind"] == EventKind.ENDED
