import pytest

from core.augmentation.spec import CHANGES, PRESETS, AugmentSpec
from core.augmentation.words import details, in_full, summary
from core.knobs import knob_of


def test_nothing_changed_is_off_whatever_the_fill_mode_and_the_repeats() -> None:
    assert summary(AugmentSpec()) == "off"
    assert summary(AugmentSpec(fill_mode="reflect", fill_colour="#ff0000", repeats=3)) == "off"
    assert details(AugmentSpec(fill_mode="reflect")) == []
    assert details(AugmentSpec(repeats=3)) == [("Times an epoch", "3")]
    assert in_full(AugmentSpec()) == "off"


@pytest.mark.parametrize("name", [name for name in PRESETS if name != "none"])
def test_a_preset_is_called_by_its_title_whatever_the_repeats(name: str) -> None:
    preset = PRESETS[name]
    assert summary(preset.spec) == preset.title
    assert summary(preset.spec.model_copy(update={"repeats": 2})) == preset.title
    assert in_full(preset.spec) == preset.title
    assert in_full(preset.spec.model_copy(update={"repeats": 2})) == f"{preset.title}, Times an epoch 2"


def test_a_colour_that_is_seen_nowhere_makes_no_other_preset() -> None:
    assert summary(PRESETS["notebook"].spec.model_copy(update={"fill_colour": "#ffffff"})) == "Notebook"
    strong = PRESETS["strong"].spec.model_copy(update={"fill_colour": "#ffffff"})
    assert summary(strong) == "11 changes", "the cutout shows its colour"
    assert summary(PRESETS["notebook"].spec.model_copy(update={"fill_mode": "wrap"})) == "5 changes"


def test_other_settings_are_counted_and_told_in_full() -> None:
    assert summary(AugmentSpec(rotation=15)) == "1 change"
    spec = AugmentSpec(rotation=30, width_shift=0.2, horizontal_flip=True, channel_shift=20, fill_mode="wrap")
    assert summary(spec) == "4 changes"
    assert details(spec) == [
        ("Rotation", "30°"),
        ("Width shift", "0.2"),
        ("Horizontal flip", "on"),
        ("Channel shift", "20 grey levels of 255"),
        ("Fill mode", "wrap"),
    ]
    assert in_full(AugmentSpec(rotation=12.5, repeats=2)) == "Rotation 12.5°, Fill mode nearest, Times an epoch 2"


def test_how_gaps_are_filled_is_told_where_there_are_gaps() -> None:
    assert details(AugmentSpec(horizontal_flip=True, fill_mode="constant")) == [("Horizontal flip", "on")]
    assert details(AugmentSpec(cutout=0.4)) == [("Cutout", "0.4"), ("Fill colour", "#000000")]
    assert details(AugmentSpec(zoom=0.2, fill_mode="constant", fill_colour="#00ff00")) == [
        ("Zoom", "0.2"),
        ("Fill mode", "constant"),
        ("Fill colour", "#00ff00"),
    ]


@pytest.mark.parametrize("name", CHANGES)
def test_each_knob_is_told_by_its_own_title(name: str) -> None:
    value = knob_of(AugmentSpec, name).high
    assert details(AugmentSpec(**{name: True if value is None else value}))[0][0] == knob_of(AugmentSpec, name).title
