"""A sweep on real pictures. How long it takes is not tested."""

import math
from typing import Any

import numpy as np
import pytest

from core.architecture.layers import Conv2D, Dense, Flatten, OwnCNN
from core.architecture.transfer import Transfer
from core.augmentation.spec import AugmentSpec
from core.errors import StudioError
from core.handlers import HANDLERS
from core.learning import rate_sweep
from core.learning.rate_sweep import sweep_rates
from core.rate_sweep import BATCHES, HIGHEST, LEAST, LOWEST, rates_of, swept
from core.spec import DataSpec, RunSpec, TrainingSpec

OWN = OwnCNN(layers=(Conv2D(filters=8), Flatten(), Dense(units=32)))
SMALL = Transfer(backbone="mobilenet_v3_small", weights="random", pooling="average", hidden=())
PHOTOS = DataSpec(dataset="shapes-30-10-32-10-0-0-0", image_size=32, colour_mode="rgb")


@pytest.fixture(autouse=True)
def quick(home, monkeypatch):
    """As few steps as can be, whatever this computer's pace."""
    monkeypatch.setattr(rate_sweep, "SECONDS", 0.0)
    return home


def own(**training):
    return RunSpec(architecture=OWN, training=TrainingSpec(**training))


def silent(done, of):
    pass


def test_digits_are_learnt_somewhere_between_the_lowest_and_the_highest_rate(monkeypatch):
    monkeypatch.setattr(rate_sweep, "SECONDS", 1e6)
    told = []
    rates, losses, stopped = sweep_rates(own(), lambda done, of: told.append((done, of)))
    found = swept(rates, losses, stopped)
    assert told[0] == (0, BATCHES)
    assert len(rates) == len(losses) == len(told)
    assert losses[0] == pytest.approx(math.log(10), abs=0.3), "first weights guess"
    assert min(found.smoothed) < 1.5
    assert found.suggestion is not None
    assert 1e-4 < found.suggestion < 1e-2, "Adam's usual rate is 0.001"


def test_the_same_settings_give_the_same_losses_whatever_rate_they_name():
    first = sweep_rates(own(), silent)
    assert sweep_rates(own(learning_rate=0.5), silent) == first
    assert sweep_rates(own(seed=1), silent) != first
    assert first[0][0] == LOWEST


def noting(seen):
    """A step that learns nothing and keeps its batch."""

    def step(model, batch):
        seen.append(batch)
        return 1.0

    return step


def test_slow_steps_still_reach_the_highest_rate():
    rates, _losses, _stopped = sweep_rates(own(batch_size=1024), silent)
    whole = rates_of(LEAST)
    assert rates == whole[: len(rates)]
    assert whole[-1] == pytest.approx(HIGHEST)


def test_a_loss_that_is_no_number_ends_the_sweep_and_is_left_out(monkeypatch):
    losses = iter([2.0, 2.0, 1.9, 1.8, math.nan])  # the first two are for tracing and for the clock
    monkeypatch.setattr(rate_sweep, "_step", lambda model, batch: next(losses))
    rates, kept, stopped = sweep_rates(own(), silent)
    assert (kept, stopped) == ([1.9, 1.8], "not_finite")
    assert rates == rates_of(LEAST)[:2]


def test_a_loss_that_rises_ends_the_sweep(monkeypatch):
    losses = iter([2.0, 2.0, 1.0, 1.0, 90.0])
    monkeypatch.setattr(rate_sweep, "_step", lambda model, batch: next(losses))
    _rates, kept, stopped = sweep_rates(own(), silent)
    assert (kept, stopped) == ([1.0, 1.0, 90.0], "rose")


def test_a_frozen_part_works_on_a_few_batches_once_and_they_come_again(monkeypatch):
    seen = list[Any]()
    monkeypatch.setattr(rate_sweep, "_step", noting(seen))
    told = []
    spec = RunSpec(data=PHOTOS, architecture=SMALL, training=TrainingSpec(batch_size=8))
    sweep_rates(spec, lambda done, of: told.append((done, of)))
    assert told[0] == (8, 8 * rate_sweep.FROZEN_BATCHES), "pictures of the frozen part first"
    inputs, targets = seen[0]
    assert inputs.shape == (8, 576), "what the backbone and its pooling give"
    assert len(targets) == 8
    again = seen[rate_sweep.FROZEN_BATCHES]
    np.testing.assert_array_equal(again[0], inputs)
    assert not np.array_equal(seen[1][0], inputs)


def test_where_time_is_short_fewer_pictures_fill_the_batches(monkeypatch):
    seen = list[Any]()
    monkeypatch.setattr(rate_sweep, "FROZEN_SECONDS", -1.0)
    monkeypatch.setattr(rate_sweep, "_step", noting(seen))
    sweep_rates(RunSpec(data=PHOTOS, architecture=SMALL, training=TrainingSpec(batch_size=32)), silent)
    inputs, targets = seen[0]
    assert len(inputs) == len(targets) == 32
    np.testing.assert_array_equal(inputs[:16], inputs[16:])


def test_augmented_pictures_are_swept_as_they_are_trained(monkeypatch):
    seen = list[Any]()
    monkeypatch.setattr(rate_sweep, "_step", noting(seen))
    sweep_rates(own(), silent)
    sweep_rates(own().model_copy(update={"augmentation": AugmentSpec(rotation=45)}), silent)
    assert not np.array_equal(seen[0][0], seen[len(seen) // 2][0])


def test_settings_that_do_not_fit_are_refused_in_words():
    with pytest.raises(StudioError, match="is for two classes"):
        sweep_rates(own(loss="binary_crossentropy"), silent)


def test_the_handler_gives_what_the_sweep_found():
    fields, arrays = HANDLERS["sweep"]({"spec": own().model_dump(mode="json")}, {}, silent)
    rates, losses, stopped = sweep_rates(own(), silent)
    assert fields == {"stopped": stopped}
    np.testing.assert_array_equal(arrays["rates"], rates)
    np.testing.assert_array_equal(arrays["losses"], losses)
