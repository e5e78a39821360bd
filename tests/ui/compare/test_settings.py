"""Only what differs, in the words of the sliders."""

from pathlib import Path

import pytest

from core.architecture.layers import Dropout, Flatten, OwnCNN
from core.architecture.presets import PRESETS
from core.architecture.transfer import Transfer
from core.augmentation.spec import AugmentSpec
from core.runs.folder import RunFolder, RunInfo, State, Status
from core.runs.settings import settings_of
from core.spec import DataSpec, RunSpec, TrainingSpec
from ui.compare.chosen import Compared
from ui.compare.settings import beginnings_of, come_out_same, differences


def info(**parts):
    return RunInfo(
        id="r20260101-120000-00000a",
        name="Run",
        created_at=1.0,
        spec=RunSpec(**parts),
        dataset_title="Digits",
        classes=("a", "b"),
        content_hash="abcdefghij",
        stored_size=8,
        stored_channels=1,
    )


def differing(*infos):
    return differences([settings_of(info) for info in infos])


def test_equal_runs_differ_in_nothing():
    assert differing(info(), info()) == {}


def test_what_differs_has_title_unit_and_choice_in_words():
    rows = differing(
        info(), info(training=TrainingSpec(epochs=5, optimizer="sgd"), augmentation=AugmentSpec(rotation=15))
    )
    assert rows == {
        ("augmentation", "Rotation"): ["0 degrees", "15 degrees"],
        ("training", "Epochs"): ["20 epochs", "5 epochs"],
        ("training", "Optimizer"): ["Adam", "SGD with momentum"],
        ("training", "Momentum"): ["–", "0.9"],
    }


def test_switches_are_on_or_off():
    rows = differing(info(), info(augmentation=AugmentSpec(horizontal_flip=True)))
    assert rows == {("augmentation", "Horizontal flip"): ["off", "on"]}


def test_a_longer_stack_has_layers_that_the_other_has_not():
    layers = PRESETS["small"].architecture.layers
    longer = PRESETS["small"].architecture.model_copy(update={"layers": (*layers, layers[-1])})
    rows = differing(info(), info(architecture=longer))
    last = rows[("network", f"Layer {len(layers) + 1}")]
    assert rows[("network", "Network")] == ["Small CNN", "own CNN"]
    assert last[0] == "–"
    assert last[1] != "–"
    assert len(rows) == 2


def test_networks_of_two_kinds_have_rows_of_their_own():
    data = DataSpec(image_size=64, colour_mode="rgb")
    rows = differing(info(data=data), info(data=data, architecture=Transfer(backbone="vgg16")))
    assert rows[("network", "Network")] == ["Small CNN", "VGG16"]
    assert rows[("network", "Train from")] == ["–", "head only"]
    assert rows[("network", "Layer 1")][1] == "–"


def test_parts_come_in_the_order_of_the_road():
    rows = differing(info(), info(training=TrainingSpec(seed=1), data=DataSpec(split_seed=1)))
    assert [part for part, _title in rows] == ["data", "training"]


def test_another_version_of_a_set_with_the_same_name_is_told_apart():
    rows = differing(info(), info().model_copy(update={"content_hash": "0123456789"}))
    assert rows == {("data", "Version of the pictures"): ["abcdefgh", "01234567"]}


def test_of_two_sets_the_names_are_enough():
    rows = differing(info(), info().model_copy(update={"content_hash": "0123456789", "dataset_title": "Other"}))
    assert [title for _part, title in rows] == ["Data set"]


def test_renamed_classes_and_another_file_of_weights_are_told():
    base = info(data=DataSpec(image_size=64, colour_mode="rgb"), architecture=Transfer(backbone="vgg16"))
    other = base.model_copy(update={"classes": ("a", "c"), "weights": "0123456789"})
    rows = differences([settings_of(one) | beginnings_of(one) for one in (base, other)])
    assert rows == {("data", "Classes"): ["a, b", "a, c"], ("network", "Weights file"): ["–", "01234567"]}


def test_a_dropout_is_told_as_exactly_as_it_was_set():
    stacks = [OwnCNN(layers=(Flatten(), Dropout(rate=rate))) for rate in (0.3, 0.304)]
    values = list(differing(*(info(architecture=stack) for stack in stacks)).values())
    assert values == [["Dropout · 30 %", "Dropout · 30.4 %"]]


@pytest.mark.parametrize(
    ("state", "changes", "same"),
    [
        (State.FINISHED, {}, True),
        (State.FAILED, {}, False),
        (State.FINISHED, {"spec": RunSpec(training=TrainingSpec(seed=1))}, False),
        (State.FINISHED, {"weights": "0123"}, False),
        (State.FINISHED, {"classes": ("a", "c")}, False),
        (State.FINISHED, {"content_hash": "0123"}, False),
        (State.FINISHED, {"imported": True}, False),
    ],
)
def test_only_finished_runs_that_nothing_tells_apart_come_out_the_same(state, changes, same):
    runs = [
        Compared(RunFolder(Path("r")), place, "Run", one, Status(state=how))
        for place, (one, how) in enumerate([(info(), State.FINISHED), (info().model_copy(update=changes), state)])
    ]
    assert come_out_same(runs) is same
