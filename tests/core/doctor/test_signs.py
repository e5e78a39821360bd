"""Each rule on curves made for it, and on curves that just miss it."""

import math
from typing import Any

import pytest

from core.doctor import gap_signs as of_gaps
from core.doctor import rate_signs as of_rates
from core.doctor.case import case_of
from core.runs.history import TracePoint
from core.spec import RunSpec, TrainingSpec
from tests.core.doctor.curves import TEN, made

gap_signs: Any = of_gaps  # a sign that is not there fails where it is looked into
rate_signs: Any = of_rates
GUESS = math.log(10)


def case(loss, accuracy, val_loss=None, val_accuracy=None, classes=TEN, **training):
    history = made(loss, accuracy, val_loss or loss, val_accuracy or accuracy)
    return case_of(history, RunSpec(training=TrainingSpec(**training)), classes)


def shown(sign):
    """A sentence with ordinary spaces."""
    return sign.sentence.replace("\N{NO-BREAK SPACE}", " ")


def test_a_loss_that_is_no_number_is_found_in_epochs_and_between_them():
    history = made([2.0, 1.5], [0.1, 0.2], [2.0, None], [0.1, 0.2])
    sign = rate_signs.diverged(case_of(history, RunSpec(), TEN))
    assert (sign.evidence[0].first, sign.evidence[0].last) == (1, 1)
    assert "In epoch 2 the loss grew beyond all numbers" in sign.sentence
    history = made([2.0], [0.1], [2.0], [0.1])
    history.trace = [TracePoint(0.5, 2.0, 0.1), TracePoint(2.0, None, 0.1)]
    found = case_of(history, RunSpec(), TEN)
    assert found.lost_in == 1, "x = 2.0 is the end of the second epoch"
    assert found.epochs == 1
    assert rate_signs.diverged(case([2.0, 1.5], [0.1, 0.2])) is None


def test_a_burst_counts_only_where_nothing_was_learnt_after_it():
    accuracy = [0.1, 0.1, 0.1]
    assert "shot up to 30.0 in epoch 1" in rate_signs.rate_too_high(case([30.0, 2.4, 2.31], accuracy)).sentence
    assert rate_signs.rate_too_high(case([30.0, 1.2, 0.9], accuracy)) is None, "a rough start, and learnt"
    assert rate_signs.rate_too_high(case([4.5, 2.4, 2.31], accuracy)) is None, "not twice the cost of guessing"
    assert rate_signs.rate_too_high(case([30.0, 2.4], accuracy[:2])) is None, "two epochs have no shape"


def test_training_loss_that_ends_worse_than_it_was():
    accuracy = [0.5] * 6
    sign = rate_signs.rate_too_high(case([2.0, 1.4, 1.2, 1.7, 1.7, 1.7], accuracy))
    assert "was 1.20 in epoch 3 and ended at 1.70" in sign.sentence
    assert (sign.evidence[0].first, sign.evidence[0].last, sign.evidence[0].levels) == (2, 5, (1.2,))
    assert rate_signs.rate_too_high(case([2.0, 1.9, 1.8, 1.5, 1.2, 0.9], accuracy)) is None, "it falls to the end"
    assert rate_signs.rate_too_high(case([2.0, 1.4, 1.2, 1.4, 1.4, 1.4], accuracy)) is None, "only 1.17 times as much"
    assert rate_signs.rate_too_high(case([2.0, 0.2, 0.1, 0.15, 0.15, 0.15], accuracy)) is None, "hardly to be seen"


def test_training_loss_that_goes_up_and_down():
    accuracy = [0.5] * 7
    sign = rate_signs.rate_too_high(case([2.0, 1.2, 1.7, 1.1, 1.5, 1.0, 1.0], accuracy))
    assert "went up in 2 of 6 epochs, once by 0.50" in sign.sentence
    assert (sign.evidence[0].first, sign.evidence[0].last) == (1, 4)
    assert rate_signs.rate_too_high(case([2.0, 1.2, 1.4, 1.1, 1.2, 1.0, 1.0], accuracy)) is None, (
        "a quarter of the fall"
    )
    assert rate_signs.rate_too_high(case([2.0, 1.9, 2.0, 1.9, 2.0, 1.9, 1.9], accuracy)) is None, "small waves"


def test_a_slow_straight_fall_is_a_low_rate_unless_the_rate_is_the_usual():
    loss, accuracy = [2.40, 2.38, 2.36, 2.34, 2.32], [0.1] * 5
    assert "went from 2.40 to 2.34" in rate_signs.rate_too_low(case(loss, accuracy, learning_rate=1e-5)).sentence
    assert rate_signs.rate_too_low(case(loss, accuracy, learning_rate=1e-3)) is None
    assert rate_signs.rate_too_low(case(loss, accuracy, optimizer="sgd", learning_rate=9e-3))
    assert rate_signs.rate_too_low(case(loss, accuracy, optimizer="sgd", learning_rate=1e-2)) is None


@pytest.mark.parametrize(
    "loss",
    [[2.4, 2.3, 2.2, 2.0, 1.9], [2.4, 2.41, 2.42, 2.43, 2.44], [2.4, 2.25, 2.25, 2.26, 2.25], [0.9, 0.89, 0.88, 0.87]],
    ids=["fast", "rising", "bent", "near the floor"],
)
def test_other_falls_are_no_low_rate(loss):
    assert rate_signs.rate_too_low(case(loss, [0.1] * len(loss), learning_rate=1e-5)) is None


@pytest.mark.parametrize(
    ("classes", "loss", "val_accuracy"),
    [
        (["a", "b"], [0.69, 0.68, 0.67, 0.66, 0.65, 0.63], [0.53, 0.56, 0.58, 0.60, 0.62, 0.64]),
        (["a", "b", "c"], [1.10, 1.09, 1.08, 1.07, 1.05, 1.03], [0.34, 0.36, 0.38, 0.40, 0.42, 0.43]),
        (["a", "b"], [0.69, 0.68, 0.67, 0.66, 0.65, 0.64], [0.55, 0.56, 0.56, 0.57, 0.57, 0.57]),
    ],
    ids=["two classes", "three classes", "the loss falls"],
)
def test_learning_slowly_is_not_one_answer_for_all(classes, loss, val_accuracy):
    assert rate_signs.one_class(case(loss, val_accuracy, classes=classes)) is None


def test_guessing_to_the_end_is_one_class():
    sign = rate_signs.one_class(case([2.3] * 5, [0.1] * 5, val_accuracy=[0.2, 0.1, 0.12, 0.1, 0.11]))
    assert "stays at 11 % and the training loss at 2.30 (guessing costs 2.30)" in shown(sign)
    assert sign.evidence[0].first == 1, "from where it never got better"
    assert rate_signs.one_class(case([2.3] * 5, [0.1] * 5, val_accuracy=[0.1, 0.1, 0.12, 0.1, 0.14])) is None
    assert rate_signs.one_class(case([2.3, 2.2, 2.0, 2.0, 2.0], [0.1] * 5)) is None, "better than guessing"


def test_one_answer_is_seen_where_classes_are_unlike_too():
    """Four of five pictures are cats: who always says cat is right in 80 % and pays the entropy, 0.50."""
    two = ["cat", "dog"]
    assert rate_signs.one_class(case([0.7, 0.5005, 0.5005, 0.5005], [0.79, 0.8, 0.8, 0.8], classes=two))
    assert rate_signs.one_class(case([0.7, 0.5, 0.48, 0.4], [0.79, 0.8, 0.8, 0.8], classes=two)) is None, "pays less"
    moved = case([0.7, 0.5005, 0.5005, 0.5005], [0.8] * 4, val_accuracy=[0.8, 0.8, 0.79, 0.8], classes=two)
    assert rate_signs.one_class(moved) is None


def test_a_gap_that_grew_is_overfitting():
    accuracy, val_accuracy = [0.5, 0.7, 0.8, 0.9, 0.94, 0.96], [0.6, 0.72, 0.78, 0.8, 0.8, 0.81]
    sign = gap_signs.overfitting(case([1.5, 1.0, 0.7, 0.4, 0.3, 0.2], accuracy, [1.2] * 6, val_accuracy))
    assert "Training accuracy is 96 %, validation 81 %, and the gap opened in epoch 4" in shown(sign)
    assert (sign.evidence[0].first, sign.evidence[0].last) == (3, 5)
    assert len(sign.evidence) == 1, "validation loss did not rise"
    near = [0.6, 0.72, 0.82, 0.88, 0.91, 0.92]
    assert gap_signs.overfitting(case([1.5, 1.0, 0.7, 0.4, 0.3, 0.2], accuracy, [1.2] * 6, near)) is None


def test_a_validation_loss_that_rises_is_told_with_the_gap():
    loss, val_loss = [1.5, 1.0, 0.7, 0.4, 0.3, 0.2], [1.2, 0.8, 0.9, 1.0, 1.1, 1.2]
    accuracy, val_accuracy = [0.5, 0.7, 0.8, 0.9, 0.94, 0.96], [0.6, 0.72, 0.78, 0.8, 0.8, 0.81]
    sign = gap_signs.overfitting(case(loss, accuracy, val_loss, val_accuracy))
    assert "was lowest in epoch 2, 0.80, and is 1.20 now" in sign.sentence
    assert (sign.evidence[1].metric, sign.evidence[1].first, sign.evidence[1].last) == ("loss", 1, 5)


def test_a_gap_from_the_first_epochs_is_harder_validation_unless_all_is_known_by_heart():
    accuracy, val_accuracy = [0.80, 0.90, 0.93, 0.94, 0.95], [0.77, 0.84, 0.85, 0.86, 0.86]
    found = case([0.6, 0.3, 0.2, 0.18, 0.15], accuracy, [0.7, 0.5, 0.45, 0.44, 0.43], val_accuracy)
    assert gap_signs.overfitting(found) is None
    assert "the gap was there from the first epochs" in gap_signs.harder(found).sentence
    known = case([0.6, 0.1, 0.01, 0.01, 0.01], [0.9, 1, 1, 1, 1], [0.7] * 5, [0.85, 0.9, 0.9, 0.9, 0.9])
    assert gap_signs.overfitting(known)
    late = case([0.6, 0.3, 0.2, 0.18, 0.15], accuracy, [0.7] * 5, [0.85, 0.915, 0.92, 0.86, 0.86])
    assert gap_signs.harder(late) is None, "it was not there in the second epoch"


def test_low_accuracy_that_no_longer_moves_is_underfitting():
    accuracy = [0.3, 0.5, 0.55, 0.57, 0.57, 0.58, 0.58, 0.58]
    loss = [2.0, 1.5, 1.42, 1.4, 1.39, 1.38, 1.37, 1.36]
    sign = gap_signs.underfitting(case(loss, accuracy))
    assert "only 58 %, validation 58 %, and the training loss fell by just 0.02 since epoch 6" in shown(sign)
    assert gap_signs.underfitting(case([*loss[:-2], 1.3, 1.2], accuracy)) is None, "it is still falling"
    assert gap_signs.underfitting(case(loss, accuracy, val_accuracy=[0.76] * 8)) is None, "validation is good enough"
    assert gap_signs.underfitting(case(loss, accuracy, val_accuracy=[0.5] * 8)) is None, "a gap is something else"


def test_low_accuracy_that_still_rises_was_stopped_too_early_and_is_no_underfitting():
    rising = case([1.09, 1.07, 1.05], [0.27, 0.37, 0.41], val_accuracy=[0.30, 0.33, 0.37])
    assert gap_signs.underfitting(rising) is None
    assert "from 33 % to 37 % on the validation pictures since epoch 2" in shown(gap_signs.stopped_early(rising))
    still = case([1.09, 1.07, 1.05], [0.27, 0.40, 0.41], val_accuracy=[0.30, 0.36, 0.37])
    assert gap_signs.stopped_early(still) is None


def test_a_validation_loss_that_still_falls_was_stopped_too_early():
    val_loss = [2.0, 1.8, 1.6, 1.5, 1.4, 1.3, 1.2, 1.08]
    sign = gap_signs.stopped_early(case(val_loss, [0.5] * 8))
    assert "from 1.30 to 1.08 in the last 2 epochs" in sign.sentence
    assert "from 1.80 to 1.50 in the last epoch:" in gap_signs.stopped_early(case([1.8, 1.5], [0.5] * 2)).sentence
    assert gap_signs.stopped_early(case([*val_loss[:-1], 1.2], [0.5] * 8)) is None, "0.10 are less than 5 % of ln 10"
    assert gap_signs.stopped_early(case([1.0, *val_loss[1:]], [0.5] * 8)) is None, "it was lower before"


def test_validation_ahead_is_explained_by_what_is_on_in_training_only():
    loss, accuracy, val_accuracy = [1.0, 0.8, 0.6, 0.5], [0.5, 0.7, 0.75, 0.8], [0.6, 0.8, 0.85, 0.9]
    history = made(loss, accuracy, loss, val_accuracy)
    plain = RunSpec.model_validate({"architecture": {"layers": [{"kind": "flatten"}]}})
    varied = {"rotation": 10.0}
    dropped = [{"kind": "flatten"}, {"kind": "dropout"}]
    transfer = RunSpec.model_validate({"architecture": {"kind": "transfer", "dropout": 0.3}})
    for spec, words in (
        (plain, "Nothing in the settings"),
        (RunSpec.model_validate({**plain.model_dump(), "augmentation": varied}), "pictures are varied and so harder"),
        (RunSpec.model_validate({"architecture": {"layers": dropped}}), "dropout switches parts of the network off"),
        (
            RunSpec.model_validate({"architecture": {"layers": dropped}, "augmentation": varied}),
            "both only in training",
        ),
        (transfer, "dropout switches parts of the network off"),
    ):
        assert words in gap_signs.easier(case_of(history, spec, TEN)).sentence
    near = made(loss, accuracy, loss, [0.6, 0.75, 0.8, 0.82])
    assert gap_signs.easier(case_of(near, plain, TEN)) is None


def test_the_half_epoch_that_training_accuracy_lags_is_no_gap():
    """Training accuracy is a mean over the epoch: 0.5 then 0.7 is 0.6 at the end of the first."""
    assert case([1.0, 0.8], [0.5, 0.7], val_accuracy=[0.6, 0.7]).gaps == pytest.approx((0.0, 0.0))


def test_good_curves_that_stay_together_are_healthy():
    loss = [0.5, 0.3, 0.2, 0.2]
    assert gap_signs.healthy(case(loss, [0.8, 0.9, 0.95, 0.96], val_accuracy=[0.85, 0.9, 0.93, 0.93]))
    assert gap_signs.healthy(case(loss, [0.8, 0.9, 0.95, 0.96], val_accuracy=[0.85, 0.88, 0.89, 0.89])) is None
    assert gap_signs.healthy(case(loss, [0.8, 0.9, 0.99, 1.0], val_accuracy=[0.85, 0.9, 0.92, 0.92])) is None
