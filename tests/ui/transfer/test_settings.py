"""The smaller decisions of the transfer settings."""

from __future__ import annotations

import pytest

from core.architecture.backbones.table import BACKBONES
from core.architecture.describe import describe_transfer
from core.architecture.transfer import Transfer
from core.augmentation.spec import AugmentSpec
from core.spec import DataSpec, RunSpec, TrainingSpec
from ui.transfer.settings import advanced, begins, read_units
from ui.transfer.view import advice, meaning, mended_size


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("128, 64, 32", (128, 64, 32)),
        ("200 · 50", (200, 50)),
        ("1;4096", (1, 4096)),
        ("  ", ()),
        ("0", None),
        ("4097", None),
        ("1 2 3 4 5", None),
        ("many", None),
        ("-5", None),
        ("²", None),
        ("9" * 5000, None),
    ],
)
def test_units_as_typed(text: str, units: tuple[int, ...] | None) -> None:
    assert read_units(text) == units


@pytest.mark.parametrize(
    ("size", "colour", "stored", "mended"),
    [
        (8, "grey", 8, 128),
        (8, "rgb", 64, 64),
        (8, "rgb", 224, 224),
        (8, "rgb", 400, 128),
        (28, "grey", 0, 128),
        (64, "grey", 200, 64),
    ],
)
def test_the_size_that_mends(size: int, colour: str, stored: int, mended: int) -> None:
    data = DataSpec.model_validate({"image_size": size, "colour_mode": colour})
    assert mended_size(data, BACKBONES["vgg16"], stored) == mended


def test_rare_settings_are_shown_where_they_mean_something() -> None:
    plain, varied = RunSpec(), RunSpec(augmentation=AugmentSpec(rotation=10))
    assert advanced(plain, Transfer()) == ["preprocessing"]
    assert advanced(plain, Transfer(train_from="block5_conv3")) == ["head_epochs", "preprocessing"]
    tuned = Transfer(train_from="block5_conv3", head_epochs=2)
    assert advanced(plain, tuned) == ["head_epochs", "fine_tuning_rate", "preprocessing"]
    assert advanced(varied, Transfer()) == ["preprocessing", "augmented", "views"]
    assert advanced(varied, Transfer(augmented="exact")) == ["preprocessing", "augmented"]


def test_training_may_begin_with_each_step_or_the_head() -> None:
    assert begins(Transfer(), 8)[-2:] == ["block5_conv3", ""]
    assert begins(Transfer(), 8) == begins(Transfer(), 224)


@pytest.mark.parametrize(
    ("architecture", "rotation", "words"),
    [
        (Transfer(), 0, "once for all pictures and kept: epochs go through the blue layers alone. "),
        (Transfer(views=5), 10, "once for 5 varied copies of each picture"),
        (Transfer(augmented="exact"), 10, "works through all of them again"),
        (Transfer(train_from="block1_conv1"), 0, "All of it is trained"),
    ],
)
def test_what_the_cut_means(architecture: Transfer, rotation: float, words: str) -> None:
    data = DataSpec(image_size=224, colour_mode="rgb")
    spec = RunSpec(data=data, augmentation=AugmentSpec(rotation=rotation), architecture=architecture)
    facts = describe_transfer(architecture, spec.input_shape, 3, spec.training.loss)
    assert words in meaning(spec, facts)


@pytest.mark.parametrize(
    ("architecture", "rate", "is_given"),
    [
        (Transfer(train_from="block1_conv1"), 1e-3, True),
        (Transfer(train_from="block4_conv3"), 1e-2, True),
        (Transfer(train_from="block5_conv1"), 1e-3, False),
        (Transfer(train_from="block1_conv1", head_epochs=2), 1e-3, False),
        (Transfer(train_from="block1_conv1"), 1e-4, False),
        (Transfer(train_from="block1_conv1", weights="random"), 1e-3, False),
        (Transfer(), 1e-3, False),
    ],
)
def test_head_first_is_advised_where_much_is_trained_fast(architecture: Transfer, rate: float, is_given: bool) -> None:
    data = DataSpec(image_size=128, colour_mode="rgb")
    spec = RunSpec(data=data, architecture=architecture, training=TrainingSpec(learning_rate=rate))
    facts = describe_transfer(architecture, spec.input_shape, 3, spec.training.loss)
    assert ("Head first" in advice(spec, architecture, facts)) is is_given
