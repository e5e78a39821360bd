"""What is given to try: one change each, within the ranges of the settings."""

from typing import Any

import pytest

from core.architecture.layers import Conv2D, Dense, Dropout, Flatten, OwnCNN
from core.architecture.transfer import Transfer
from core.augmentation.spec import PRESETS as AUGMENTATIONS
from core.augmentation.spec import AugmentSpec
from core.doctor import remedies as given
from core.doctor.case import case_of
from core.spec import DataSpec, RunSpec, TrainingSpec
from tests.core.doctor.curves import TEN, made

remedies: Any = given  # a remedy that is not given fails where it is looked into
CATS = ["cat", "dog", "panda"]
PHOTOS = DataSpec(image_size=64, colour_mode="rgb")
PLAIN = OwnCNN(layers=(Conv2D(filters=16), Flatten(), Dense(units=32)))


def case(classes=TEN, epochs=4, **parts):
    history = made(*[[0.5] * epochs] * 4)
    return case_of(history, RunSpec(**{"architecture": PLAIN, **parts}), classes)


def rate(value, optimizer="adam"):
    return case(training=TrainingSpec(learning_rate=value, optimizer=optimizer))


@pytest.mark.parametrize(
    ("optimizer", "value", "lower", "higher"),
    [
        ("adam", 1e-3, 1e-4, 3e-3),
        ("adam", 1.0, 1e-3, None),
        ("adam", 1e-6, None, 1e-3),
        ("sgd", 0.3, 1e-2, 0.9),
        ("sgd", 1e-5, 1e-6, 1e-2),
    ],
)
def test_rates_go_to_the_usual_or_a_step_beyond_and_stay_in_their_range(optimizer, value, lower, higher):
    for remedy, expected in ((remedies.lower_rate, lower), (remedies.higher_rate, higher)):
        found = remedy(rate(value, optimizer))
        assert (found.spec.training.learning_rate if found else None) == expected
    assert remedies.lower_rate(rate(1e-3)).label == "Try with learning rate 0.0001"


def test_a_stuck_network_gets_a_higher_rate_only_where_its_own_is_far_below_the_usual():
    assert remedies.better_rate(rate(1e-5)).spec.training.learning_rate == 1e-3
    assert remedies.better_rate(rate(1e-3)).spec.training.learning_rate == 1e-4


def test_adam_is_for_those_who_do_not_have_it():
    assert remedies.adam(rate(0.1)) is None
    found = remedies.adam(rate(0.1, "sgd")).spec.training
    assert (found.optimizer, found.learning_rate) == ("adam", 1e-3)


def test_dropout_comes_before_the_output_and_is_raised_where_it_is():
    layers = remedies.more_dropout(case()).spec.architecture.layers
    assert layers == (*PLAIN.layers, Dropout(rate=0.3))
    weak = OwnCNN(layers=(Flatten(), Dropout(rate=0.1), Dense(units=8), Dropout(rate=0.3)))
    found = remedies.more_dropout(case(architecture=weak))
    assert found.label == "Try with dropout 0.5"
    assert found.spec.architecture.layers == (*weak.layers[:3], Dropout(rate=0.5))
    strong = OwnCNN(layers=(Flatten(), Dropout(rate=0.5)))
    assert remedies.more_dropout(case(architecture=strong)) is None
    assert remedies.less_dropout(case(architecture=strong)).spec.architecture.layers[1] == Dropout(rate=0.25)
    assert remedies.less_dropout(case()) is None
    full = OwnCNN(layers=(Flatten(), *[Dense(units=2)] * 59))
    assert remedies.more_dropout(case(architecture=full)) is None


def test_a_head_has_its_own_dropout():
    found = remedies.more_dropout(case(CATS, data=PHOTOS, architecture=Transfer()))
    assert found.spec.architecture.dropout == 0.3


def test_photos_are_varied_as_in_the_notebook_and_signs_gently():
    assert remedies.more_variety(case(CATS, data=PHOTOS)).spec.augmentation == AUGMENTATIONS["notebook"].spec
    letters = remedies.more_variety(case(["a", "b"], data=PHOTOS))
    assert letters.spec.augmentation == AUGMENTATIONS["gentle"].spec
    grey = remedies.more_variety(case(CATS))
    assert grey.spec.augmentation == AUGMENTATIONS["gentle"].spec
    varied = AugmentSpec(rotation=5)
    assert remedies.more_variety(case(CATS, data=PHOTOS, augmentation=varied)).label == "Try with strong augmentation"
    assert remedies.more_variety(case(augmentation=varied)) is None


def test_too_much_variety_becomes_gentle_and_then_none():
    strong = remedies.less_variety(case(augmentation=AUGMENTATIONS["strong"].spec))
    assert strong.spec.augmentation == AUGMENTATIONS["gentle"].spec
    assert remedies.less_variety(case(augmentation=AUGMENTATIONS["gentle"].spec)).label == "Try without augmentation"
    assert remedies.less_variety(case()) is None


def test_a_network_becomes_wider_or_narrower_by_half():
    narrow = remedies.smaller(case()).spec.architecture.layers
    assert (narrow[0].filters, narrow[2].units) == (8, 16)
    wide = remedies.larger(case(architecture=OwnCNN(layers=(Conv2D(filters=128), Conv2D(filters=256), Flatten()))))
    assert [layer.filters for layer in wide.spec.architecture.layers[:2]] == [256, 256], "wide enough already"
    tiny = OwnCNN(layers=(Conv2D(filters=1), Flatten()))
    assert remedies.larger(case(architecture=tiny)).label == "Try the network “Small CNN”"
    assert remedies.smaller(case(architecture=OwnCNN(layers=(Flatten(),)))) is None


def test_a_backbone_joins_in_from_its_last_step_after_the_head():
    found = remedies.larger(case(CATS, data=PHOTOS, architecture=Transfer(), training=TrainingSpec(epochs=6)))
    assert found.label == "Try with block5_conv3 trained too"
    assert (found.spec.architecture.train_from, found.spec.architecture.head_epochs) == ("block5_conv3", 3)
    tuned = Transfer(train_from="block5_conv3")
    assert remedies.larger(case(CATS, data=PHOTOS, architecture=tuned)) is None
    assert remedies.smaller(case(CATS, data=PHOTOS, architecture=tuned)).spec.architecture.pooling == "average"
    assert remedies.smaller(case(CATS, data=PHOTOS, architecture=Transfer(pooling="max"))) is None


def test_more_epochs_are_twice_as_many_or_those_that_were_planned():
    assert remedies.more_epochs(case(epochs=20)).spec.training.epochs == 40
    stopped = remedies.more_epochs(case(epochs=4))
    assert (stopped.label, stopped.spec.training.epochs) == ("Train all 20 epochs", 20)
    patient = remedies.more_epochs(case(epochs=4, training=TrainingSpec(early_stopping=3)))
    assert (patient.label, patient.spec.training.early_stopping) == ("Try without early stopping", 0)
    assert remedies.more_epochs(case(epochs=150, training=TrainingSpec(epochs=150))).spec.training.epochs == 200
    assert remedies.more_epochs(case(epochs=200, training=TrainingSpec(epochs=200))) is None


def test_another_split_is_for_settings_that_explain_nothing():
    assert remedies.mixed_split(case(data=DataSpec(split_policy="last"))).spec.data.split_policy == "stratified"
    assert remedies.mixed_split(case()).spec.data.split_seed == 1
    assert remedies.other_split(case(data=DataSpec(split_seed=9999))).spec.data.split_seed == 0
    assert remedies.other_split(case(augmentation=AugmentSpec(rotation=5))) is None


def test_what_cannot_be_built_is_not_given():
    """Grey pictures of a transfer network: the run failed, and no change of ours mends that."""
    assert remedies.lower_rate(case(architecture=Transfer())) is None
