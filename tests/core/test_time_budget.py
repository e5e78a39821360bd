"""How long a run takes, reckoned from times that are made up and easy to add."""

import numpy as np
import pytest

from core import time_budget
from core.architecture.presets import PRESETS
from core.architecture.transfer import Transfer
from core.augmentation.spec import AugmentSpec
from core.datasets.split import Split
from core.datasets.store import open_dataset
from core.frozen_cache import FrozenFile, frozen_part
from core.runs.submit import split_of
from core.spec import DataSpec, RunSpec, TrainingSpec
from core.time_budget import (
    BACKWARDS,
    Budget,
    PhaseTiming,
    Timing,
    Work,
    budget_of,
    scaled,
    smaller_size,
    timed_spec,
    work_of,
)

PHOTOS = DataSpec(image_size=64, colour_mode="rgb")
VARIED = AugmentSpec(rotation=10)
BLOCK5 = Transfer(train_from="block5_conv3")
SPLIT = Split(np.arange(0, 80), np.arange(80, 90), np.arange(90, 100))
OWN = Timing(build=1, phases=(PhaseTiming(begin=2, step=0.5, look=0.01, frozen=0, epoch=0.25),), finish=3)
CUT = Timing(build=1, phases=(PhaseTiming(begin=2, step=0.5, look=0.01, frozen=0.1, epoch=0.25),), finish=3)


def spec_of(architecture=None, augmentation=None, data=PHOTOS, **training):
    return RunSpec(
        data=data,
        augmentation=augmentation or AugmentSpec(),
        architecture=architecture or PRESETS["small"].architecture,
        training=TrainingSpec(**training),
    )


@pytest.fixture
def meta(home):
    return open_dataset(home, "digits").meta.model_copy(update={"classes": ("a", "b", "c")})


def test_an_own_cnn_costs_its_steps_and_its_looks():
    spec, work = spec_of(epochs=4, batch_size=8), Work(8, 80, 10, 20, (0,))
    assert budget_of(spec, OWN, work) == Budget(begin=3, extraction=0, training=4 * 5.35, exam=3.2, epochs=4)
    assert budget_of(spec, OWN, work).epoch == pytest.approx(80 / 8 * 0.5 + 10 * 0.01 + 0.25)
    assert budget_of(spec, OWN, work).total == pytest.approx(3 + 4 * 5.35 + 3.2)


def test_the_frozen_part_costs_once_what_is_missing_or_every_epoch_all_of_it():
    spec = spec_of(Transfer(), epochs=4, batch_size=8)
    once = budget_of(spec, CUT, Work(8, 80, 10, 20, (60,)))
    assert once == Budget(begin=3, extraction=6, training=4 * 5.35, exam=3.2, epochs=4)
    assert budget_of(spec, CUT, Work(8, 80, 10, 20, (0,))).extraction == 0
    again = budget_of(spec, CUT, Work(8, 80, 10, 20, (None,)))
    assert again.extraction == 0
    assert again.epoch == pytest.approx(5.35 + 90 * 0.1)
    assert again.exam == pytest.approx(3.2 + 20 * 0.1)


def test_two_phases_add_up_and_each_has_its_own_frozen_part():
    spec = spec_of(BLOCK5.model_copy(update={"head_epochs": 1}), epochs=4, batch_size=8)
    head = PhaseTiming(begin=1, step=0.1, look=0, frozen=0.2, epoch=0)
    timing = Timing(build=1, phases=(head, CUT.phases[0]), finish=3)
    found = budget_of(spec, timing, Work(8, 80, 10, 20, (100, 50)))
    assert found.extraction == pytest.approx(100 * 0.2 + 50 * 0.1)
    assert found.training == pytest.approx(1 * 10 * 0.1 + 3 * 5.35)
    assert found.begin == 4
    assert found.exam == pytest.approx(3.2)


def test_what_makes_no_difference_to_the_time_is_timed_once():
    first = timed_spec(spec_of(epochs=5, learning_rate=0.1, seed=3, early_stopping=2), 80)
    other = DataSpec(image_size=64, colour_mode="rgb", validation_fraction=0.5, dataset="mine")
    assert timed_spec(spec_of(data=other, epochs=9), 90) == first
    kept = timed_spec(spec_of(BLOCK5, epochs=5), 80)
    anew = Transfer(train_from="block5_conv3", augmented="exact", views=3, weights="mine.h5", fine_tuning_rate=0.5)
    assert timed_spec(spec_of(anew, VARIED.model_copy(update={"repeats": 2})), 80) == kept


def test_what_makes_a_difference_is_timed_by_itself():
    specs = {
        timed_spec(spec, 80)
        for spec in (
            spec_of(),
            spec_of(augmentation=VARIED),
            spec_of(data=DataSpec(image_size=32, colour_mode="rgb")),
            spec_of(batch_size=64),
            spec_of(optimizer="sgd"),
            spec_of(loss="categorical_crossentropy"),
            spec_of(Transfer()),
            spec_of(BLOCK5),
            spec_of(Transfer(pooling="max")),
            spec_of(Transfer(backbone="vgg19")),
        )
    }
    assert len(specs) == 10


@pytest.mark.parametrize(
    ("head_epochs", "epochs", "expected"),
    [(0, 7, ("block5_conv3", 0, 1)), (3, 7, ("block5_conv3", 1, 2)), (7, 7, ("", 0, 1))],
)
def test_the_phases_of_a_run_are_those_that_are_timed(head_epochs, epochs, expected):
    timed = timed_spec(spec_of(BLOCK5.model_copy(update={"head_epochs": head_epochs}), epochs=epochs), 80)
    assert isinstance(timed.architecture, Transfer)
    assert (timed.architecture.train_from, timed.architecture.head_epochs, timed.training.epochs) == expected


def test_a_batch_is_never_larger_than_an_epoch(home, meta):
    twice = AugmentSpec(rotation=10, repeats=2)
    assert timed_spec(spec_of(batch_size=256), 80).training.batch_size == 80
    assert timed_spec(spec_of(augmentation=twice, batch_size=256), 80).training.batch_size == 160
    work = work_of(spec_of(augmentation=twice, batch_size=256), meta, SPLIT, home)
    assert work == Work(160, 160, 10, 10, (0,))


def test_rows_that_are_kept_cost_nothing(home, meta):
    spec = spec_of(BLOCK5.model_copy(update={"weights": "random"}))
    assert work_of(spec, meta, SPLIT, home).missing == (100,)
    part = frozen_part(spec, "block5_conv3", (4, 4, 512), 100, meta.content_hash, "")
    with FrozenFile(part, home.cache) as file:
        file.write(np.arange(70), np.zeros((70, 4, 4, 512), np.float32))
    assert work_of(spec, meta, SPLIT, home).missing == (30,)
    lower = spec_of(Transfer(weights="random", train_from="block5_conv2"))
    assert work_of(lower, meta, SPLIT, home).missing == (100,)
    assert work_of(spec_of(BLOCK5), meta, SPLIT, home).missing == (100,), "weights that are not here"


def test_copies_are_kept_a_few_of_each_training_picture_or_none(home, meta):
    varied = Transfer(weights="random", train_from="block5_conv3", views=3, head_epochs=2)
    assert work_of(spec_of(varied, VARIED), meta, SPLIT, home).missing == (20 + 3 * 80,) * 2
    anew = varied.model_copy(update={"augmented": "exact"})
    assert work_of(spec_of(anew, VARIED), meta, SPLIT, home).missing == (None, None)
    assert work_of(spec_of(anew), meta, SPLIT, home).missing == (100, 100), "nothing is varied"


def test_without_room_every_epoch_computes_the_frozen_part(home, meta, monkeypatch):
    monkeypatch.setattr(time_budget, "has_room", lambda parts, cache: False)
    assert work_of(spec_of(Transfer()), meta, SPLIT, home).missing == (None,)
    assert work_of(spec_of(Transfer(train_from="block1_conv1")), meta, SPLIT, home).missing == (0,)


def test_at_half_the_size_a_convolution_costs_a_quarter():
    took = PhaseTiming(begin=2, step=1.0, look=0.01, frozen=0.4, epoch=0.25)
    spec = spec_of(Transfer(train_from="block5_conv3", pooling="average", hidden=()))
    less = scaled(Timing(build=1, phases=(took,), finish=3), spec, 32, 3, batch_size=8)
    work = BACKWARDS * 8 * 0.01
    (phase,) = less.phases
    assert phase.frozen == pytest.approx(0.1)
    assert phase.look == pytest.approx(0.0025, rel=1e-3)
    assert phase.step == pytest.approx(1.0 - work * 0.75, rel=1e-3)
    assert (phase.begin, phase.epoch, less.build, less.finish) == (2, 0.25, 1, 3)


def test_a_step_never_shrinks_by_more_than_it_is():
    (phase,) = scaled(OWN, spec_of(), 32, 3, batch_size=1000).phases
    assert 0 < phase.step < 0.5
    assert phase.frozen == 0


@pytest.mark.parametrize(
    ("size", "frozen", "offered"),
    [
        (224, 0.3, 128),  # 30 s and more of extraction
        (144, 0.3, 96),  # 128 px would save less than a third
        (128, 0.3, 96),
        (64, 0.3, None),
        (224, 0.05, None),  # would save less than 10 s
    ],
)
def test_a_smaller_size_is_offered_where_it_saves_a_lot(home, meta, size, frozen, offered):
    spec = spec_of(Transfer(), data=DataSpec(image_size=size, colour_mode="rgb"), epochs=1)
    phase = PhaseTiming(begin=0, step=0, look=0, frozen=frozen, epoch=0)
    found = smaller_size(spec, Timing(build=0, phases=(phase,), finish=0), meta, SPLIT, home)
    assert (found and found[0]) == offered
    if found:
        assert found[1].total == pytest.approx(100 * frozen * (found[0] / size) ** 2, rel=0.02)


def test_no_size_is_offered_that_the_network_cannot_take(home, meta):
    spec = spec_of(Transfer(backbone="xception"), data=DataSpec(image_size=128, colour_mode="rgb"), epochs=1)
    phase = PhaseTiming(begin=0, step=0, look=0, frozen=1.0, epoch=0)
    found = smaller_size(spec, Timing(build=0, phases=(phase,), finish=0), meta, SPLIT, home)
    assert found is not None
    assert found[0] == 96, "71 px is the smallest that Xception takes"
    at_96 = spec.model_copy(update={"data": DataSpec(image_size=96, colour_mode="rgb")})
    assert smaller_size(at_96, Timing(build=0, phases=(phase,), finish=0), meta, SPLIT, home) is None


def test_the_parts_of_a_real_split_are_counted(home):
    spec = RunSpec()
    dataset = open_dataset(home, "digits")
    work = work_of(spec, dataset.meta, split_of(dataset, spec.data), home)
    assert work.train + work.validation + work.test == len(dataset)
