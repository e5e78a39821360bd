"""Settings that do not suit the pictures are said, and no others."""

from __future__ import annotations

import pytest

from core.augmentation.advice import advice, are_signs
from core.augmentation.spec import PRESETS, AugmentSpec

DIGITS, ANIMALS = tuple("0123456789"), ("cat", "dog", "panda")


@pytest.mark.parametrize("classes", [DIGITS, ("9", "10", "11"), ("a", "b", "C"), ("zero", "One "), ("ㄱ", "ㄴ")])
def test_digits_and_letters_are_signs(classes: tuple[str, ...]) -> None:
    assert are_signs(classes)


@pytest.mark.parametrize("classes", [ANIMALS, ("7", "dog"), (), ("★", "●")])
def test_other_classes_are_not(classes: tuple[str, ...]) -> None:
    assert not are_signs(classes)


@pytest.mark.parametrize("flip", ["horizontal_flip", "vertical_flip"])
def test_a_mirrored_digit_is_none(flip: str) -> None:
    (said,) = advice(AugmentSpec.model_validate({flip: True}), DIGITS, is_photos=False)
    assert "mirror" in said


def test_a_six_upside_down_is_a_nine() -> None:
    assert not advice(AugmentSpec(rotation=30), DIGITS, is_photos=False)
    (said,) = advice(AugmentSpec(rotation=180), DIGITS, is_photos=False)
    assert "a 6 is a 9" in said


def test_photos_are_seldom_upside_down() -> None:
    (said,) = advice(AugmentSpec(vertical_flip=True), ANIMALS, is_photos=True)
    assert "upside down" in said
    assert not advice(AugmentSpec(vertical_flip=True), ANIMALS, is_photos=False)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_suits_photos(preset: str) -> None:
    assert not advice(PRESETS[preset].spec, ANIMALS, is_photos=True)
