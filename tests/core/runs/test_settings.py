"""The settings of a run in words: those that mean something, with their units."""

import pytest

from core.augmentation.spec import AugmentSpec
from core.knobs import knob_of
from core.runs.settings import setting_rows, value_words
from core.spec import DataSpec, TrainingSpec


@pytest.mark.parametrize(
    ("part", "name", "value", "words"),
    [
        (TrainingSpec, "epochs", 1, "1 epoch"),
        (TrainingSpec, "epochs", 20, "20 epochs"),
        (AugmentSpec, "rotation", 1.0, "1 degree"),
        (AugmentSpec, "rotation", 0.0, "0 degrees"),
        (TrainingSpec, "early_stopping", 0, "off"),
        (TrainingSpec, "early_stopping", 5, "5 epochs"),
        (AugmentSpec, "horizontal_flip", True, "on"),
        (TrainingSpec, "optimizer", "sgd", "SGD with momentum"),
        (TrainingSpec, "learning_rate", 0.0001, "0.0001"),
    ],
)
def test_a_value_has_its_unit(part, name, value, words):
    assert value_words(knob_of(part, name), value) == words


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, set()),
        ({"optimizer": "sgd"}, {"Momentum"}),
        ({"optimizer": "adamw"}, {"Weight decay"}),
        ({"schedule": "step"}, {"Schedule patience", "Schedule factor"}),
        ({"schedule": "cosine"}, set()),
    ],
)
def test_what_means_nothing_under_the_others_is_left_out(changes, told):
    titles = dict(setting_rows(TrainingSpec(**changes)))
    assert {"Momentum", "Weight decay", "Schedule patience", "Schedule factor"} & set(titles) == told


def test_only_a_drawn_split_has_a_seed():
    assert ("Split seed", "3") in setting_rows(DataSpec(split_seed=3))
    assert "Split seed" not in dict(setting_rows(DataSpec(split_policy="last", split_seed=3)))
