"""The code runs in Keras, and does what the settings say."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from core.augmentation.keras_code import generator_code, layers_code
from core.augmentation.spec import PRESETS, AugmentSpec

EVERYTHING = AugmentSpec(
    rotation=10,
    width_shift=0.1,
    height_shift=0.2,
    zoom=0.3,
    shear=5,
    horizontal_flip=True,
    vertical_flip=True,
    brightness=0.2,
    contrast=0.4,
    channel_shift=30,
    noise=0.1,
    cutout=0.5,
    fill_mode="constant",
    fill_colour="#ffffff",
)
SPECS = [*(preset.spec for preset in PRESETS.values() if not preset.spec.is_off), EVERYTHING]


def run(code: str, **names: Any) -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(code, names)
    return names


@pytest.mark.parametrize("spec", SPECS)
def test_the_layers_run_and_vary_pictures(spec: AugmentSpec) -> None:
    picture = np.random.default_rng(0).uniform(0, 255, (1, 16, 16, 3)).astype(np.float32)
    augmentation = run(layers_code(spec))["augmentation"]
    assert np.asarray(augmentation(picture, training=True)).shape == picture.shape
    assert not np.allclose(augmentation(picture, training=True), picture)
    np.testing.assert_allclose(augmentation(picture, training=False), picture, rtol=1e-5)


def test_a_layer_for_each_knob() -> None:
    layers = run(layers_code(EVERYTHING))["augmentation"].layers
    assert [type(layer).__name__ for layer in layers] == [
        "RandomFlip",
        "RandomRotation",
        "RandomTranslation",
        "RandomZoom",
        "RandomShear",
        "RandomBrightness",
        "RandomContrast",
        "RandomBrightness",
        "Rescaling",
        "GaussianNoise",
        "Rescaling",
        "RandomErasing",
    ]


def test_the_notebooks_call() -> None:
    assert generator_code(PRESETS["notebook"].spec) == (
        "from tensorflow.keras.preprocessing.image import ImageDataGenerator\n"
        "\n"
        "generator = ImageDataGenerator(\n"
        "    rotation_range=30,\n"
        "    width_shift_range=0.2,\n"
        "    height_shift_range=0.2,\n"
        "    zoom_range=0.2,\n"
        "    horizontal_flip=True,\n"
        '    fill_mode="nearest",\n'
        ")\n"
        "batches = generator.flow(x_train, y_train, batch_size=32)\n"
    )


@pytest.mark.parametrize("spec", SPECS)
def test_the_generator_takes_all_arguments(spec: AugmentSpec) -> None:
    data = {"x_train": np.zeros((4, 16, 16, 3), np.uint8), "y_train": np.zeros(4)}
    generator = run(generator_code(spec), **data)["generator"]
    assert generator.rotation_range == spec.rotation
    assert generator.zoom_range == [1 - spec.zoom, 1 + spec.zoom]
    assert (generator.width_shift_range, generator.height_shift_range) == (spec.width_shift, spec.height_shift)
    assert generator.fill_mode == spec.fill_mode


def test_what_the_generator_cannot_do_is_said() -> None:
    code = generator_code(EVERYTHING)
    assert "# Left out, since it cannot do that: contrast, noise, cutout." in code
    assert "moves sideways by height_shift_range" in code, (
        "Keras 3.15 mixes the shifts up, which shows when they differ"
    )
    assert "cval=255.0" in code
    assert "brightness_range=[0.8, 1.2]" in code
    assert "#" not in generator_code(PRESETS["notebook"].spec)
