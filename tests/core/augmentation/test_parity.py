"""Keras's ImageDataGenerator is the reference: its pictures for the same draws, and its distributions of the draws."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.stats import ks_2samp  # type: ignore[import-untyped]

from core.augmentation.draws import Draws, draw, units_of
from core.augmentation.spec import FILL_MODES, PRESETS, AugmentSpec
from core.augmentation.warp import apply, fill_colour

pytestmark = pytest.mark.filterwarnings("ignore:.*scipy.ndimage.interpolation.*:DeprecationWarning")

PHOTOS = ("clothing4_224_cc0/dress", "clothing4_224_cc0/pants", "animals3_224/cats", "animals3_224/panda")
VIEWS = 3  # times that each photo is varied
SETTINGS = {
    "notebook": PRESETS["notebook"].spec,
    "far": AugmentSpec(
        rotation=180,
        width_shift=0.5,
        height_shift=0.3,
        shear=45,
        zoom=0.6,
        horizontal_flip=True,
        vertical_flip=True,
    ),
    "channel shift": AugmentSpec(channel_shift=100),
    "brightness": AugmentSpec(brightness=0.5),
    "shift and brightness": AugmentSpec(channel_shift=60, brightness=0.5),
    "everything": AugmentSpec(
        rotation=90, shear=20, zoom=0.3, channel_shift=60, brightness=0.5, horizontal_flip=True, vertical_flip=True
    ),
}
KERAS_MODES = {mode: mode for mode in FILL_MODES} | {"wrap": "grid-wrap"}  # SciPy's own "wrap" has a period of n − 1


@pytest.fixture(scope="module")
def generator_class():
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    return ImageDataGenerator


@pytest.fixture(scope="module", params=[(224, "RGB"), (224, "L"), (64, "RGB"), (28, "L")], ids=str)
def photos(request, assets: Path):
    """(12, side, side, channels) uint8: real photos, each several times."""
    side, mode = request.param
    files = [min((assets / "datasets" / folder).glob("*.jpg")) for folder in PHOTOS]
    seen = [np.asarray(Image.open(file).convert(mode).resize((side, side))) for file in files]
    return np.stack(seen * VIEWS).reshape(len(files) * VIEWS, side, side, -1)


def parameters(draws: Draws, number: int, spec: AugmentSpec, side: int):
    """What ImageDataGenerator.apply_transform calls the draws of one picture: its tx moves along x, in pixels."""
    return {
        "theta": draws.rotation[number],
        "tx": draws.shift_x[number] * side,
        "ty": draws.shift_y[number] * side,
        "shear": draws.shear[number],
        "zx": draws.zoom_x[number],
        "zy": draws.zoom_y[number],
        "flip_horizontal": draws.flip_horizontal[number],
        "flip_vertical": draws.flip_vertical[number],
        "channel_shift_intensity": draws.channel_shift[number] if spec.channel_shift else None,
        "brightness": draws.brightness[number] if spec.brightness else None,
    }


def draws_of(draws: Draws, number: int) -> Draws:
    """The draws of one picture."""
    return replace(draws, **{name: values[number : number + 1] for name, values in vars(draws).items()})


def kerass(generator_class, picture, spec: AugmentSpec, moves):
    """The picture of ImageDataGenerator for these parameters, in floats."""
    generator = generator_class()
    generator.fill_mode = KERAS_MODES[spec.fill_mode]
    light = {name: moves[name] for name in ("channel_shift_intensity", "brightness")}
    channels = []
    for channel, level in zip(np.moveaxis(picture, 2, 0), fill_colour(spec, picture.shape[2]), strict=True):
        generator.cval = level  # it knows only one level for all channels
        moved = moves | dict.fromkeys(light)
        channels.append(generator.apply_transform(channel[..., None].astype(np.float32), moved))
    # SciPy's rounding can pass white by 1e-5, whereupon the generator's brightness would stretch the whole picture.
    warped = np.clip(np.concatenate(channels, axis=2), 0, 255)
    return generator.apply_transform(warped, light)


def differences(generator_class, pictures, spec: AugmentSpec):
    """Mean absolute difference in grey levels, of each picture."""
    draws = draw(spec, units_of(1, 0, np.arange(len(pictures))))
    ours, side = apply(pictures, spec, draws), pictures.shape[1]
    theirs = [
        kerass(generator_class, picture, spec, parameters(draws, number, spec, side))
        for number, picture in enumerate(pictures)
    ]
    return np.abs(ours - np.stack(theirs)).mean(axis=(1, 2, 3))


@pytest.mark.parametrize("mode", FILL_MODES)
@pytest.mark.parametrize("name", SETTINGS)
def test_pictures_equal_those_of_image_data_generator(generator_class, photos, name, mode):
    """For each photo within 1 grey level, borders included; what geometry alone gives is within the rounding."""
    spec = SETTINGS[name].model_copy(update={"fill_mode": mode, "fill_colour": "#cc6633"})
    found = differences(generator_class, photos, spec)
    assert found.max() < (1 if spec.brightness else 0.5)


def test_one_call_of_apply_transform_does_it_all(generator_class, photos):
    """The reference above takes two calls, one a channel and one for the light; here all is as Keras does it."""
    spec = SETTINGS["everything"].model_copy(update={"brightness": 0.0})
    draws = draw(spec, units_of(1, 0, np.arange(len(photos))))
    for number, picture in enumerate(photos):
        moves = parameters(draws, number, spec, len(picture))
        theirs = generator_class(fill_mode="nearest").apply_transform(picture.astype(np.float32), moves)
        ours = apply(photos[number : number + 1], spec, draws_of(draws, number))[0]
        assert np.abs(ours - theirs).mean() < 0.5


def test_contrast_equals_random_contrast(photos):
    import keras

    spec = AugmentSpec(contrast=0.9)
    draws = draw(spec, units_of(2, 0, np.arange(len(photos))))
    transformation = {"contrast_factor": draws.contrast.astype(np.float32).reshape(-1, 1, 1, 1)}
    theirs = keras.layers.RandomContrast(0.9).transform_images(photos.astype(np.float32), transformation)
    differences = np.abs(apply(photos, spec, draws) - np.clip(theirs, 0, 255))
    assert differences.max() < 0.51


def test_draws_are_distributed_as_in_image_data_generator(generator_class):
    """Two-sample Kolmogorov–Smirnov, 20,000 pictures of 100 × 50 px a side; flips by their share."""
    count, height, width = 20_000, 100, 50
    spec = AugmentSpec(
        rotation=30,
        width_shift=0.2,
        height_shift=0.4,
        shear=20,
        zoom=0.3,
        horizontal_flip=True,
        vertical_flip=True,
        channel_shift=40,
        brightness=0.5,
    )
    generator = generator_class(
        rotation_range=30,
        width_shift_range=0.2,
        height_shift_range=0.4,
        shear_range=20,
        zoom_range=0.3,
        horizontal_flip=True,
        vertical_flip=True,
        channel_shift_range=40,
        brightness_range=(0.5, 1.5),
    )
    np.random.seed(0)
    drawn = [generator.get_random_transform((height, width, 3)) for _ in range(count)]
    theirs = {name: np.array([one[name] for one in drawn]) for name in drawn[0]}
    ours = draw(spec, units_of(0, 0, np.arange(count)))
    pairs = {  # the generator draws its tx from the height and its ty from the width
        "theta": ours.rotation,
        "tx": ours.shift_y * height,
        "ty": ours.shift_x * width,
        "shear": ours.shear,
        "zx": ours.zoom_x,
        "zy": ours.zoom_y,
        "channel_shift_intensity": ours.channel_shift,
        "brightness": ours.brightness,
    }
    for name, values in pairs.items():
        assert ks_2samp(values, theirs[name]).pvalue > 0.01, name
        assert ks_2samp(values * 1.05, theirs[name]).pvalue < 0.01, name  # the test would notice 5 %
    for name in ("flip_horizontal", "flip_vertical"):
        assert getattr(ours, name).mean() == pytest.approx(theirs[name].mean(), abs=0.015), name
