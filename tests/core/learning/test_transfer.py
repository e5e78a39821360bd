"""Transfer runs: what trains from kept outputs of the frozen part equals what computes them anew."""

import errno

import keras
import numpy as np
import pytest

from core.architecture.backbones.graph import layers_of
from core.architecture.transfer import Transfer
from core.augmentation.spec import PRESETS
from core.datasets.importing.npz import import_npz
from core.datasets.store import open_dataset
from core.errors import StudioError
from core.frozen_cache import FrozenFile
from core.learning import fit, frozen, predict
from core.learning.evaluate import evaluate_model
from core.learning.fit import train_run
from core.learning.predict import examine_run, load_trained
from core.runs import submit
from core.runs.events import EventKind, read_events
from core.runs.folder import Request, State
from core.runs.history import history_of
from core.runs.submit import submit_run
from core.spec import DataSpec, RunSpec, TrainingSpec
from core.weights.arrays import read_arrays
from tests.core.learning.test_fit import ask_at_poll, assert_same_weights

VGG16 = "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"
SIZE = 32  # px
NOTEBOOK = PRESETS["notebook"].spec
OFF = PRESETS["none"].spec
FINE = Transfer(train_from="block5_conv3", hidden=(16,), dropout=0.3)


@pytest.fixture
def photos(home, assets, tmp_path):
    """Three animals, 20 photos of each to learn from and 8 for the exam; VGG16's weights beside them."""
    (home.weights / VGG16).symlink_to(assets / "weights" / VGG16)
    with np.load(assets / "datasets" / "animals3_dev64.npz") as arrays:
        few = {
            f"{name}_{part}": np.concatenate(
                [arrays[f"{name}_{part}"][arrays[f"y_{part}"] == label][:count] for label in range(3)]
            )
            for part, count in (("train", 20), ("test", 8))
            for name in ("X", "y")
        }
    np.savez(tmp_path / "few.npz", **few)  # type: ignore[arg-type]
    return import_npz(home, tmp_path / "few.npz", "Animals")


def submitted(home, photos, architecture=FINE, augmentation=OFF, **training):
    settings = {"epochs": 3, "batch_size": 16, "learning_rate": 1e-3, **training}
    data = DataSpec(dataset=photos.meta.id, image_size=SIZE, colour_mode="rgb")
    spec = RunSpec(data=data, architecture=architecture, augmentation=augmentation, training=TrainingSpec(**settings))
    return submit_run(home, spec)


def losses(run):
    records = history_of(run.events).records
    return [(record.loss, record.val_loss) for record in records]


def events(run, kind):
    return [event for event in read_events(run.events)[0] if event["kind"] == kind]


@pytest.fixture
def plainly(monkeypatch):
    """Train as Keras's own script would: through the whole network, at each step."""

    def train(run):
        with monkeypatch.context() as patch:
            patch.setattr(frozen, "has_room", lambda parts, cache: False)
            return train_run(run)

    return train


@pytest.mark.parametrize(
    "architecture",
    [FINE, FINE.model_copy(update={"head_epochs": 1, "pooling": "average"})],
    ids=["fine-tuned", "head first"],  # the head first: features, then fine-tuned
)
def test_the_loss_curve_is_that_of_the_plain_way(home, photos, plainly, architecture):
    kept, plain = (submitted(home, photos, architecture) for _way in range(2))
    assert train_run(kept).state == plainly(plain).state == State.FINISHED
    assert len(losses(kept)) == 3
    np.testing.assert_allclose(losses(kept), losses(plain), atol=1e-4)
    assert kept.status().test_accuracy == plain.status().test_accuracy
    assert events(plain, EventKind.NOTE), "it says that nothing could be kept"
    assert not events(kept, EventKind.NOTE)


def test_only_the_chosen_layer_and_the_head_have_changed(home, photos):
    run = submitted(home, photos, FINE)
    assert train_run(run).state == State.FINISHED
    arrays = read_arrays(home.weights / VGG16, "vgg16")
    rows = [row for row in layers_of("vgg16") if row.weights]
    for model in (keras.models.load_model(run.model), load_trained(run).model):
        for row, from_file in zip(rows, arrays, strict=True):
            now = model.get_layer(row.name).get_weights()
            same = [a.tobytes() == b.tobytes() for a, b in zip(now, from_file, strict=True)]
            assert same == [row.name != "block5_conv3"] * 2, row.name


def test_what_is_kept_answers_as_the_whole_network_does(home, photos):
    run = submitted(home, photos, FINE)
    train_run(run)
    with np.load(run.evaluation) as exam, np.load(run.split) as split:
        images = open_dataset(home, photos.meta.id).images[split["test"]]
        trained = load_trained(run)
        answers = trained.model.predict_on_batch(trained.path.stored(images))
        np.testing.assert_allclose(answers, exam["probabilities"], atol=1e-5)


def test_the_frozen_part_is_computed_once_for_all_runs(home, photos):
    first = submitted(home, photos, FINE, epochs=1)
    train_run(first)
    told = events(first, EventKind.EXTRACTED)
    assert (told[0]["done"], told[-1]["done"], told[-1]["total"]) == (0, 84, 84)
    other = submitted(home, photos, FINE.model_copy(update={"hidden": (8, 4)}), epochs=1, seed=1)
    train_run(other)
    assert events(other, EventKind.EXTRACTED)[0]["done"] == 84, "another head begins with what is there"


def test_copies_are_kept_and_each_epoch_takes_one(home, photos):
    architecture = Transfer(hidden=(16,), views=2)
    run = submitted(home, photos, architecture, NOTEBOOK)
    assert train_run(run).state == State.FINISHED
    trained_on = 60 - 60 // 5
    assert events(run, EventKind.EXTRACTED)[-1]["total"] == 2 * trained_on + (84 - trained_on)
    upright = submitted(home, photos, architecture, OFF)
    train_run(upright)
    assert losses(upright) != losses(run)


def test_kept_copies_are_those_that_training_would_draw(home, photos):
    """With one copy kept, the first epoch sees what the first epoch of "exact" sees."""
    kept = submitted(home, photos, Transfer(hidden=(16,), views=1), NOTEBOOK, epochs=1)
    exact = submitted(home, photos, Transfer(hidden=(16,), augmented="exact"), NOTEBOOK, epochs=1)
    assert train_run(kept).state == train_run(exact).state == State.FINISHED
    np.testing.assert_allclose(losses(kept), losses(exact), atol=1e-4)
    assert not events(exact, EventKind.NOTE)


@pytest.mark.parametrize(
    ("poll", "request_"), [(2, Request.PAUSE), (9, Request.STOP), (14, Request.PAUSE), (22, Request.STOP)]
)
def test_left_anywhere_and_resumed_it_equals_an_uninterrupted_run(home, photos, monkeypatch, poll, request_):
    """Polls fall into the extraction, the epochs of the head alone, the second extraction and those of both."""
    architecture = FINE.model_copy(update={"head_epochs": 1})
    whole, parts = (submitted(home, photos, architecture, epochs=2) for _run in range(2))
    train_run(whole)
    for file in home.cache.glob("frozen*"):
        file.unlink()
    with monkeypatch.context() as patch:
        ask_at_poll(patch, poll, request_)
        assert train_run(parts).state in (State.PAUSED, State.STOPPED)
    with monkeypatch.context() as patch:
        ask_at_poll(patch, 2, request_)  # and again, before anything is learnt
        assert train_run(parts).state in (State.PAUSED, State.STOPPED)
    assert train_run(parts).state == State.FINISHED
    assert_same_weights(whole, parts)
    np.testing.assert_allclose(losses(parts), losses(whole), rtol=1e-6)


def test_a_killed_extraction_goes_on_where_it_was(home, photos, monkeypatch):
    class Killed(BaseException):
        pass

    run, real = submitted(home, photos, FINE, epochs=1), FrozenFile.write
    counts = iter(range(100))

    def write(file, rows, numbers):
        real(file, rows, numbers)
        file.count()
        if next(counts) == 1:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(FrozenFile, "write", write)
        with pytest.raises(Killed):
            train_run(run)
    assert train_run(run).state == State.FINISHED
    resumed = [event["done"] for event in events(run, EventKind.EXTRACTED)]
    assert 32 in resumed, "two batches of sixteen were kept"


def test_early_stopping_waits_until_the_chosen_layers_learn(home, photos, monkeypatch):
    """Here it would stop at every epoch's end; and it never sees the losses of the head alone."""
    seen = []

    def stop_at_once(_training, losses):
        seen.append(len(losses))
        return bool(losses)

    monkeypatch.setattr(fit, "should_stop_early", stop_at_once)
    architecture = FINE.model_copy(update={"head_epochs": 2})
    run = submitted(home, photos, architecture, epochs=6, early_stopping=1)
    assert train_run(run).state == State.FINISHED
    assert len(losses(run)) == 3
    assert max(seen) == 1


def test_a_full_disk_is_said_in_words(home, photos, monkeypatch):
    def full(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FrozenFile, "write", full)
    run = submitted(home, photos, FINE)
    assert train_run(run).state == State.FAILED
    assert "disk is full" in run.status().message


def test_a_run_is_never_asked_to_train_nothing_of_what_was_chosen(home, photos):
    with pytest.raises(StudioError, match="first 3 epochs, and there are only 3"):
        submitted(home, photos, FINE.model_copy(update={"head_epochs": 3}), epochs=3)


def test_an_exam_of_an_epoch_asks_only_what_was_trained_where_the_rest_is_kept(home, photos, monkeypatch):
    run, asked = submitted(home, photos, FINE.model_copy(update={"head_epochs": 1})), []
    train_run(run)

    def noted(run, model, *arguments):
        asked.append(model)
        return evaluate_model(run, model, *arguments)

    monkeypatch.setattr(predict, "evaluate_model", noted)
    for epoch, record in enumerate(history_of(run.events).records):
        kept = examine_run(run, "validation", epoch)
        assert kept.accuracy == pytest.approx(record.val_accuracy, abs=1e-6)
    for file in home.cache.glob("frozen*"):
        file.unlink()
    whole = examine_run(run, "validation", 2)
    np.testing.assert_allclose(whole.probabilities, kept.probabilities, atol=1e-5)
    trained = load_trained(run, 2)
    assert trained.cut is not None
    assert asked == [trained.cut.trained] * 3 + [trained.model]


def test_without_its_weights_a_finished_run_answers_from_what_was_saved(home, photos):
    run = submitted(home, photos, Transfer(hidden=(16,)), epochs=1)
    train_run(run)
    images = open_dataset(home, photos.meta.id).images[:4]
    trained = load_trained(run)
    before = trained.model.predict_on_batch(trained.path.stored(images))
    (home.weights / VGG16).unlink()
    predict._loaded.clear()  # else the loaded one would answer
    trained = load_trained(run)
    np.testing.assert_allclose(trained.model.predict_on_batch(trained.path.stored(images)), before, atol=1e-6)
    with pytest.raises(StudioError, match="VGG16"):
        load_trained(run, 0)


def test_weights_that_vanish_never_become_random_ones(home, photos, monkeypatch):
    monkeypatch.setattr(submit, "find_weights", lambda *arguments: None)
    with pytest.raises(StudioError):
        submitted(home, photos, FINE)


def test_weights_that_are_gone_are_named(home, photos):
    run = submitted(home, photos, FINE)
    (home.weights / VGG16).unlink()
    status = train_run(run)
    assert status.state == State.FAILED
    assert "VGG16" in status.message


def test_checkpoints_hold_only_what_can_change(home, photos):
    run = submitted(home, photos, FINE, epochs=1)
    train_run(run)
    trained = 3 * 4 * (2_359_808 + 512 * 16 + 16 + 3 * 16 + 3)  # bytes, with Adam's two memories
    assert trained < run.checkpoint.stat().st_size < 1.02 * trained
