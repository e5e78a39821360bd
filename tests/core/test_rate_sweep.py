"""What is read off the losses of a sweep."""

import numpy as np
import pytest

from core.frames import Arrays
from core.inference import Inference
from core.rate_sweep import HIGHEST, LOWEST, has_diverged, rates_of, smooth, suggested, sweep, sweep_key, swept
from core.spec import DataSpec, RunSpec, TrainingSpec

RATES = rates_of(100)


def valley(noise=0.0, fall=1.5):
    """Losses that stay at 2.3 up to a rate of 1e-4, fall until 1e-1 and then rise steeply."""
    rates = np.log10(RATES)
    losses = 2.3 - fall * np.clip((rates + 4) / 3, 0, 1) + 8 * np.clip(rates + 1, 0, None)
    return [*(losses + noise * np.random.default_rng(0).normal(size=100))]


def test_rates_grow_by_the_same_factor_from_the_lowest_to_the_highest():
    assert rates_of(3) == pytest.approx([LOWEST, 1e-3, HIGHEST])


def test_the_running_mean_begins_with_the_first_loss():
    assert smooth([2.0]) == pytest.approx((2.0,))
    assert smooth([2.0, 1.0]) == pytest.approx((2.0, (0.9 * 0.1 * 2 + 0.1) / (1 - 0.81)))
    assert smooth([3.0] * 5) == pytest.approx((3.0,) * 5)


@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_the_suggestion_lies_in_the_middle_of_the_slope(noise):
    """The slope reaches from 1e-4 to 1e-1; the running mean lags behind by about ten batches, four to one of them."""
    found = suggested(RATES, valley(noise))
    assert found is not None
    assert 1.5e-3 < found < 1e-2


@pytest.mark.parametrize(
    "losses",
    [valley(fall=0.0), valley(noise=0.3, fall=0.1), [2.3] * 100, [2.3, 1.0], []],
    ids=["rises only", "no more than its noise", "flat", "two batches", "none"],
)
def test_where_the_loss_never_fell_nothing_is_suggested(losses):
    assert suggested(RATES, losses) is None


def test_a_sweep_ends_at_four_times_its_best():
    assert not has_diverged([2.0, 1.0, 0.5, 1.9])
    assert has_diverged([1.0, 1.0, 1.0, 20.0])


def test_the_rate_and_what_comes_later_do_not_change_the_question():
    spec = RunSpec(training=TrainingSpec(batch_size=8, optimizer="sgd"))
    later = {"learning_rate": 0.5, "schedule": "cosine", "early_stopping": 3, "epochs": 7}
    changed = spec.model_copy(update={"training": spec.training.model_copy(update=later)})
    assert sweep_key(spec) == sweep_key(changed)
    assert hash(sweep_key(spec)) == hash(sweep_key(changed))
    assert sweep_key(spec).training.batch_size == 8
    assert sweep_key(spec) != sweep_key(RunSpec(data=DataSpec(split_seed=1)))


def test_a_question_carries_the_settings_and_its_answer_is_read():
    asked = []

    class Somebody(Inference):
        def __init__(self):
            super().__init__(lambda: pytest.fail("no worker is wanted"))

        def ask(self, do, header, arrays=None, within=0.0, tell=lambda done, of: None):
            asked.append((do, RunSpec.model_validate(header["spec"])))
            tell(1, 3)
            answer: Arrays = {"rates": np.array(RATES), "losses": np.array(valley())}
            return {"stopped": "rose"}, answer

    told = []
    spec = RunSpec(training=TrainingSpec(batch_size=8))
    assert sweep(Somebody(), spec, lambda done, of: told.append((done, of))) == swept(RATES, valley(), "rose")
    assert asked == [("sweep", spec)]
    assert told == [(1, 3)]
