"""Timing a few batches. How long they take is not tested; that everything is timed, and of what, is."""

import numpy as np
import psutil
import pytest

from core.architecture.layers import Conv2D, Dense, Flatten, OwnCNN
from core.architecture.transfer import Transfer
from core.augmentation.spec import AugmentSpec
from core.batches import batches_of
from core.errors import ArchitectureError, TrainingError
from core.learning import timing
from core.learning.build import compile_model
from core.learning.network import build_network
from core.learning.timing import time_batches
from core.spec import DataSpec, RunSpec, TrainingSpec
from core.time_budget import BACKWARDS, _cut, _kept_shape

OWN = OwnCNN(layers=(Conv2D(filters=2), Flatten(), Dense(units=4)))
SMALL = {"backbone": "mobilenet_v3_small", "weights": "random", "pooling": "average", "hidden": (4,)}
PHOTOS = DataSpec(image_size=32, colour_mode="rgb")


@pytest.fixture(autouse=True)
def quick(home, monkeypatch):
    """Each thing is timed as rarely as can be."""
    monkeypatch.setattr(timing, "SECONDS", 0.0)
    return home


def spec_of(architecture=OWN, data=None, augmentation=None, **training):
    return RunSpec(
        data=data or DataSpec(),
        architecture=architecture,
        augmentation=augmentation or AugmentSpec(),
        training=TrainingSpec(**{"batch_size": 4, "epochs": 1, **training}),
    )


def timing_step(place):
    """The name of a step of the small backbone."""
    return _cut(spec_of(Transfer(**SMALL), PHOTOS), "", 3).steps[place].name


@pytest.mark.parametrize(
    ("loss", "classes"),
    [("sparse_categorical_crossentropy", 3), ("categorical_crossentropy", 3), ("binary_crossentropy", 2)],
)
def test_an_own_cnn_has_one_phase_and_nothing_frozen(quick, loss, classes):
    found = time_batches(spec_of(augmentation=AugmentSpec(rotation=10), loss=loss), classes)
    (phase,) = found.phases
    assert phase.frozen == 0
    assert min(found.build, found.finish, phase.step, phase.look, phase.epoch) > 0
    assert not list(quick.cache.iterdir())


def test_both_phases_of_fine_tuning_are_timed_with_their_frozen_parts(monkeypatch):
    asked = []

    def a_picture(model, most):
        asked.append(model.input_shape[1:])
        return 0.25 if model.input_shape[1:] == (32, 32, 3) else 0.0625

    monkeypatch.setattr(timing, "_a_picture", a_picture)
    spec = spec_of(Transfer(**SMALL, train_from=timing_step(-1), head_epochs=1), PHOTOS, epochs=2)
    head, tuned = time_batches(spec, 3).phases
    assert [head.frozen, head.look, tuned.frozen, tuned.look] == [0.25, 0.0625, 0.25, 0.0625]
    assert asked == [(32, 32, 3), (576,), (32, 32, 3), (1, 1, 96)], "pixels, pooled; pixels, the map at the cut"
    assert min(head.step, tuned.step) > 0


def test_where_all_of_a_backbone_is_trained_nothing_is_frozen():
    (phase,) = time_batches(spec_of(Transfer(**SMALL, train_from=timing_step(0)), PHOTOS), 3).phases
    assert phase.frozen == 0
    assert phase.look > 0


@pytest.mark.parametrize(
    ("look", "timed", "step"),
    [(0.001, 8, 0.5), (1 / (BACKWARDS * 2), 2, 2.0), (9.0, 1, 4.0)],
    ids=["whole batches", "two of eight", "one picture"],
)
def test_of_a_batch_that_would_take_long_a_part_is_timed_and_scaled_up(monkeypatch, look, timed, step):
    asked = []

    def steps(spec, classes, model, batch_size):
        asked.append(batch_size)
        return 0.75, 0.5

    monkeypatch.setattr(timing, "SECONDS", 1.0)
    monkeypatch.setattr(timing, "_a_picture", lambda model, most: look)
    monkeypatch.setattr(timing, "_steps", steps)
    monkeypatch.setattr(timing, "_checks", lambda spec, classes, model: (0.25, 0.125))
    monkeypatch.setattr(timing, "_written", lambda write: None)
    (phase,) = time_batches(spec_of(batch_size=8), 3).phases
    assert asked == [timed]
    assert phase.step == step
    assert phase.begin == 0.75 - 0.5 + 0.25


def test_a_few_steps_are_enough_and_each_has_a_whole_batch(monkeypatch):
    sizes = []

    def watched(spec, pictures):
        sizes.append(spec.training.batch_size)
        return batches_of(spec, pictures)

    monkeypatch.setattr(timing, "batches_of", watched)
    model = build_network(spec_of(), 3).whole
    compile_model(model, spec_of())
    first, step = timing._steps(spec_of(batch_size=8), 3, model, 4)
    assert sizes == [4]
    assert int(model.optimizer.iterations) == timing.LEAST + 1
    assert first > step > 0, "the first one is traced"


def test_made_up_pictures_are_like_those_of_a_run():
    whole = build_network(spec_of(), 3).whole
    pictures = timing._made_up(whole, spec_of(), 3, 40)
    assert len(pictures) == 40
    assert pictures.images.dtype == np.uint8
    assert pictures.images.max() > 200
    cut = build_network(spec_of(Transfer(**SMALL), PHOTOS), 3).cut("")
    maps = timing._made_up(cut.trained, spec_of(Transfer(**SMALL), PHOTOS), 3, 40)
    assert maps.images.dtype == np.float32
    assert maps.images.shape[1:] == cut.trained.input_shape[1:]


def test_what_does_not_fit_into_memory_is_refused_in_words(monkeypatch):
    free = psutil.virtual_memory()._replace(available=500_000_000)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: free)
    with pytest.raises(TrainingError, match=r"need about 0\.8 GB of memory, and 0\.5 GB are free"):
        time_batches(spec_of(), 3)


def test_what_cannot_be_built_is_refused_in_words():
    with pytest.raises(ArchitectureError):
        time_batches(spec_of(OwnCNN(layers=(Dense(units=4),))), 3)


@pytest.mark.parametrize("train_from", ["", "last", "first but one"])
@pytest.mark.parametrize("pooling", ["flatten", "average", "max"])
def test_the_rows_that_are_counted_have_the_shape_of_those_that_a_run_keeps(pooling, train_from):
    """Else nothing would ever be found kept."""
    name = {"": "", "last": timing_step(-1), "first but one": timing_step(1)}[train_from]
    spec = spec_of(Transfer(**{**SMALL, "pooling": pooling}, train_from=name), PHOTOS)
    outputs = build_network(spec, 3).cut(name).frozen
    assert outputs is not None
    assert _kept_shape(_cut(spec, name, 3)) == outputs.output_shape[1:]
