import pytest
from pydantic import ValidationError

from core.augmentation.spec import CHANGES, GEOMETRY, LIGHT, PRESETS, AugmentSpec
from core.knobs import knobs_of

STRONG = PRESETS["strong"].spec


def test_the_defaults_change_nothing():
    assert AugmentSpec().is_off
    assert AugmentSpec().active == ()


def test_every_knob_but_those_of_filling_and_repeating_changes_pictures():
    names = {knob.name for knob in knobs_of(AugmentSpec)}
    assert set(CHANGES) == set(GEOMETRY) | set(LIGHT) == names - {"fill_mode", "fill_colour", "repeats"}
    assert len(CHANGES) == len(set(CHANGES))


@pytest.mark.parametrize("name", CHANGES)
def test_one_knob_is_active_alone(name):
    spec = AugmentSpec(**{name: 0.1 if name not in ("horizontal_flip", "vertical_flip") else True})
    assert spec.active == (name,)
    assert not spec.is_off


def test_fill_mode_and_repeats_alone_are_off():
    assert AugmentSpec(fill_mode="reflect", fill_colour="#ffffff", repeats=3).is_off


def test_active_is_in_the_order_of_the_changes():
    assert AugmentSpec(cutout=0.1, zoom=0.1, rotation=1).active == ("rotation", "zoom", "cutout")


def test_only_leaves_the_named_knobs_and_how_to_fill():
    kept = STRONG.only("zoom", "horizontal_flip", "noise")
    assert kept.active == ("zoom", "horizontal_flip", "noise")
    assert (kept.zoom, kept.noise, kept.fill_mode) == (0.3, 0.05, "reflect")
    assert STRONG.only().is_off
    assert STRONG.only(*CHANGES) == STRONG


def test_only_does_not_switch_on_what_is_off():
    assert AugmentSpec(rotation=5).only("rotation", "noise").active == ("rotation",)


def test_the_notebook_is_the_notebooks():
    assert PRESETS["notebook"].spec == AugmentSpec(
        rotation=30, width_shift=0.2, height_shift=0.2, zoom=0.2, horizontal_flip=True, fill_mode="nearest"
    )
    assert PRESETS["notebook"].spec.active == ("rotation", "width_shift", "height_shift", "zoom", "horizontal_flip")


def test_presets_are_within_the_ranges_and_differ():
    specs = [preset.spec for preset in PRESETS.values()]
    assert [AugmentSpec.model_validate(spec.model_dump()) for spec in specs] == specs
    assert PRESETS["none"].spec.is_off
    assert all(spec not in specs[:number] for number, spec in enumerate(specs))


@pytest.mark.parametrize(
    "settings",
    [
        {"rotation": 181},
        {"rotation": -1},
        {"zoom": 1.0},  # would let a picture vanish in a point
        {"brightness": float("nan")},
        {"fill_mode": "grid-wrap"},
        {"fill_colour": "black"},
        {"fill_colour": "#00000"},
        {"repeats": 0},
        {"hue": 0.1},
    ],
)
def test_what_is_out_of_range_is_refused(settings):
    with pytest.raises(ValidationError):
        AugmentSpec(**settings)
