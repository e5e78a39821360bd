"""What the curve doctor says of real runs, and that its rules do not contradict each other."""

import pytest

from core.architecture.describe import describe
from core.doctor.diagnose import diagnose
from core.doctor.rules import RULES
from core.runs.history import History
from core.spec import RunSpec
from tests.core.doctor.curves import HISTORIES, TEN, made, real

SAID = {
    "diverged": ["diverged"],
    "rate_too_high_burst": ["rate_too_high"],
    "rate_too_high_ends_worse": ["rate_too_high"],
    "rate_too_high_zigzag": ["rate_too_high"],
    "rate_too_low_adam": ["rate_too_low"],
    "rate_too_low_sgd": ["rate_too_low"],
    "one_class_lenet": ["one_class"],
    "one_class_sgd": ["one_class"],
    "overfitting_animals": ["overfitting"],
    "overfitting_digits": ["overfitting"],
    "overfitting_features": ["overfitting"],
    "underfitting_animals": ["underfitting"],
    "underfitting_digits": ["underfitting"],
    "stopped_early_digits": ["stopped_early"],
    "harder_mnist": ["harder"],
    "easier_augmentation": ["stopped_early", "easier"],
    "easier_dropout": ["easier"],
    "healthy_digits": ["healthy"],
    "healthy_mnist": ["healthy"],
}
FIRST_TRY = {
    "diverged": "Try with learning rate 0.01",
    "rate_too_high_burst": "Try with learning rate 0.001",
    "rate_too_low_adam": "Try with learning rate 0.001",
    "rate_too_low_sgd": "Try with learning rate 0.01",
    "overfitting_animals": "Try with dropout 0.3",
    "underfitting_animals": "Try with twice the filters",
    "underfitting_digits": "Try the network “Small CNN”",
    "stopped_early_digits": "Try with 10 epochs",
    "harder_mnist": "Try with another split",
}


def test_every_real_history_is_listed_and_every_rule_has_one():
    assert {path.stem for path in HISTORIES.glob("*.jsonl")} == set(SAID)
    assert {kind for kinds in SAID.values() for kind in kinds} == {rule.kind for rule in RULES}


@pytest.mark.parametrize("name", SAID)
def test_a_real_run_is_told_what_it_has_and_no_more(name):
    found = diagnose(*real(name))
    assert [diagnosis.kind for diagnosis in found] == SAID[name]
    if name in FIRST_TRY:
        assert found[0].remedies[0].label == FIRST_TRY[name]


@pytest.mark.parametrize("name", SAID)
def test_every_remedy_is_another_network_or_training_that_can_be_built(name):
    history, spec, classes = real(name)
    for diagnosis in diagnose(history, spec, classes):
        assert all(remedy.spec != spec for remedy in diagnosis.remedies)
        assert all(describe(remedy.spec, len(classes)).problem is None for remedy in diagnosis.remedies)
        assert all(RunSpec.model_validate(remedy.spec.model_dump()) == remedy.spec for remedy in diagnosis.remedies)


@pytest.mark.parametrize("name", SAID)
def test_evidence_lies_within_the_epochs_that_there_are(name):
    history, spec, classes = real(name)
    for diagnosis in diagnose(history, spec, classes):
        for evidence in diagnosis.evidence:
            assert 0 <= evidence.first <= evidence.last <= max(0, len(history.records) - 1)


def test_sentences_carry_the_numbers_of_the_run():
    (found,) = diagnose(*real("overfitting_animals"))
    assert found.sentence.replace("\N{NO-BREAK SPACE}", " ") == (
        "Training accuracy is 99 %, validation 52 %, and the gap opened in epoch 12: the network learns its training "
        "pictures by heart. Validation loss was lowest in epoch 6, 0.73, and is 1.43 now."
    )
    assert [(evidence.metric, evidence.first, evidence.last) for evidence in found.evidence] == [
        ("accuracy", 11, 24),
        ("loss", 5, 24),
    ]


def test_rules_silence_only_rules_that_come_after_them():
    places = {rule.kind: place for place, rule in enumerate(RULES)}
    assert len(places) == len(RULES)
    assert all(places[kind] > place for place, rule in enumerate(RULES) for kind in rule.silences)


@pytest.mark.parametrize("epochs", [0, 1])
def test_of_a_run_that_hardly_began_nothing_is_said(epochs):
    history = made(*(curve[:epochs] for curve in ([2.2], [0.2], [2.1], [0.3])))
    assert diagnose(history, RunSpec(), TEN) == []


def test_two_epochs_tell_that_there_is_more_to_come_and_nothing_of_shape():
    history = made([2.2, 1.5], [0.2, 0.6], [2.1, 1.2], [0.3, 0.5])
    assert [found.kind for found in diagnose(history, RunSpec(), TEN)] == ["stopped_early"]


def test_a_run_that_has_not_begun_has_no_diagnosis():
    assert diagnose(History(), RunSpec(), TEN) == []
