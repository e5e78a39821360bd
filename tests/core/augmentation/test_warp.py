"""Tiny pictures whose warped copies can be written down, and what must hold for every picture and setting."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.augmentation.draws import draw, units_of
from core.augmentation.spec import FILL_MODES, PRESETS, AugmentSpec
from core.augmentation.warp import apply, augment, fill_colour
from core.knobs import knobs_of

ALL = PRESETS["strong"].spec
FIVE, FOUR = (np.arange(side * side, dtype=np.uint8).reshape(side, side) * 10 for side in (5, 4))
LONG = np.arange(12, dtype=np.uint8).reshape(3, 4) * 20


def vary(picture, spec, **amounts):
    """One grey (h, w) or coloured (h, w, 3) picture after exactly these amounts."""
    nothing = draw(AugmentSpec(), units_of(0, 0, np.arange(1)))
    draws = replace(nothing, **{name: np.array([amount]) for name, amount in amounts.items()})
    return apply(picture.reshape(1, *picture.shape[:2], -1), spec, draws)[0].reshape(picture.shape)


def turned(picture, degrees, **settings):
    return vary(picture, AugmentSpec(rotation=180, **settings), rotation=float(degrees))


def moved(picture, mode, down=0, right=0):
    """The places looked at move by so many pixels, so what is seen moves the other way."""
    spec = AugmentSpec(width_shift=0.5, height_shift=0.5, fill_mode=mode, fill_colour="#070707")
    height, width = picture.shape[:2]
    return vary(picture, spec, shift_y=-down / height, shift_x=-right / width)


@pytest.mark.parametrize("picture", [FIVE, FOUR])
@pytest.mark.parametrize("quarters", [1, 2, -1])
@pytest.mark.parametrize("mode", FILL_MODES)
def test_quarter_turns_are_exact_and_anticlockwise(picture, quarters, mode):
    """An odd side turns about a pixel, an even one between two; either way nothing of the border is filled."""
    result = turned(picture, 90 * quarters, fill_mode=mode, fill_colour="#ffffff")
    np.testing.assert_array_equal(result, np.rot90(picture, quarters))


def test_a_picture_that_is_not_square_turns_about_its_true_centre():
    np.testing.assert_array_equal(turned(LONG, 180), LONG[::-1, ::-1])
    tall = np.zeros((5, 3), np.uint8)
    tall[2, 1] = 200  # the centre stays, a line of one becomes the other
    tall[2] += np.array([10, 0, 20], np.uint8)
    assert turned(tall, 90)[1:4, 1].tolist() == [20, 200, 10]


def test_colour_channels_stay_together():
    picture = np.stack([FOUR, FOUR // 2, 255 - FOUR], axis=2)
    np.testing.assert_array_equal(turned(picture, 90), np.rot90(picture))


def test_flips():
    both = AugmentSpec(horizontal_flip=True, vertical_flip=True)
    for picture in (FIVE, FOUR, LONG):
        np.testing.assert_array_equal(vary(picture, both, flip_horizontal=True), picture[:, ::-1])
        np.testing.assert_array_equal(vary(picture, both, flip_vertical=True), picture[::-1])
        np.testing.assert_array_equal(
            vary(picture, both, flip_horizontal=True, flip_vertical=True), picture[::-1, ::-1]
        )


@pytest.mark.parametrize(
    ("mode", "row"),
    [
        ("nearest", [0, 0, 0, 20, 40]),
        ("constant", [7, 7, 0, 20, 40]),
        ("reflect", [20, 0, 0, 20, 40]),
        ("wrap", [60, 80, 0, 20, 40]),
    ],
)
def test_whole_pixels_of_shift_with_each_fill_mode(mode, row):
    across = np.tile(np.arange(5, dtype=np.uint8) * 20, (4, 1))
    np.testing.assert_array_equal(moved(across, mode, right=2), np.tile(row, (4, 1)))
    np.testing.assert_array_equal(moved(across.T, mode, down=2), np.tile(row, (4, 1)).T)


def test_wrap_is_a_roll():
    np.testing.assert_array_equal(moved(FIVE, "wrap", down=1, right=-2), np.roll(FIVE, (1, -2), axis=(0, 1)))


def test_half_a_pixel_mixes_two_and_a_constant_colour_is_not_mixed_in():
    row = np.array([[0, 100, 200, 100]], np.uint8)
    spec = AugmentSpec(width_shift=0.5, fill_mode="constant", fill_colour="#ffffff")
    assert vary(row, spec, shift_x=0.125).tolist() == [[50, 150, 150, 255]]


def test_zoom_below_one_enlarges_each_axis_on_its_own():
    spec, line = AugmentSpec(zoom=0.8), np.array([[0, 0, 100, 0, 0]], np.uint8)
    assert vary(line, spec, zoom_x=0.5).tolist() == [[0, 50, 100, 50, 0]]
    assert vary(line, spec, zoom_y=0.5).tolist() == line.tolist()
    assert vary(line.T, spec, zoom_y=0.5).ravel().tolist() == [0, 50, 100, 50, 0]


def test_fill_colour_of_grey_pictures_is_its_luma():
    spec = AugmentSpec(width_shift=0.5, fill_mode="constant", fill_colour="#ff8000")
    assert fill_colour(spec, 3) == (255, 128, 0)
    assert fill_colour(spec, 1) == (round(0.299 * 255 + 0.587 * 128),)
    assert vary(np.zeros((1, 2, 3), np.uint8), spec, shift_x=0.5)[0, 1].tolist() == [255, 128, 0]
    assert vary(np.zeros((1, 2), np.uint8), spec, shift_x=0.5).tolist() == [[0, 151]]


def test_channel_shift_keeps_the_darkest_and_lightest():
    row = np.array([[10, 100, 200]], np.uint8)
    assert vary(row, AugmentSpec(channel_shift=50), channel_shift=30.4).tolist() == [[40, 130, 200]]
    assert vary(row, AugmentSpec(channel_shift=50), channel_shift=-30.6).tolist() == [[10, 69, 169]]


def test_brightness_cuts_off_and_stays_within_white():
    row = np.array([[0, 101, 200]], np.uint8)
    assert vary(row, AugmentSpec(brightness=0.9), brightness=1.5).tolist() == [[0, 151, 255]]


def test_contrast_stretches_around_the_mean_of_each_channel():
    row = np.array([[[100, 0, 7], [140, 200, 7]]], np.uint8)
    assert vary(row, AugmentSpec(contrast=0.9), contrast=1.5).tolist() == [[[90, 0, 7], [150, 250, 7]]]


@pytest.mark.parametrize("channels", [1, 3])
def test_noise_has_the_drawn_deviation_and_no_mean(channels):
    grey = np.full((100, 100, channels), 128, np.uint8)
    grain = vary(grey, AugmentSpec(noise=0.5), noise=12.0, noise_seed=np.uint64(5)).astype(float) - 128
    assert grain.std() == pytest.approx(12, rel=0.03)
    assert grain.mean() == pytest.approx(0, abs=0.3)
    other = vary(grey, AugmentSpec(noise=0.5), noise=12.0, noise_seed=np.uint64(6))
    assert (other != grain + 128).mean() > 0.9


def test_noise_stops_at_black_and_white():
    ends = np.array([[0, 255]] * 50, np.uint8)
    noisy = vary(ends, AugmentSpec(noise=0.5), noise=20.0)
    assert noisy[:, 0].max() < 100
    assert noisy[:, 1].min() > 155


def test_cutout_covers_a_square_of_the_shorter_side():
    spec = AugmentSpec(cutout=0.8, fill_colour="#ff0000")
    red = (vary(np.full((20, 40, 3), 9, np.uint8), spec, cutout=0.5, cutout_x=0.5, cutout_y=0.5) == (255, 0, 0)).all(2)
    assert red[5:15, 15:25].all()
    assert red.sum() == 100


def test_cutout_hangs_over_the_edge():
    corner = vary(np.full((20, 20), 9, np.uint8), AugmentSpec(cutout=0.8), cutout=0.5, cutout_x=0.0, cutout_y=1.0)
    assert (corner == 0).sum() == 25
    assert (corner[15:, :5] == 0).all()


specs = st.builds(
    AugmentSpec,
    **{
        knob.name: st.booleans()
        if isinstance(knob.default, bool)
        else st.sampled_from(sorted(knob.choices))
        if knob.choices
        else st.floats(knob.low, knob.high)
        for knob in knobs_of(AugmentSpec)
        if knob.name not in ("fill_colour", "repeats")
    },
    fill_colour=st.from_regex(r"^#[0-9a-f]{6}\Z"),
)
sides = st.integers(1, 40)
shapes = st.tuples(st.integers(1, 3), sides, sides, st.sampled_from((1, 3)))


def pictures(shape, seed):
    images = np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)
    images.flags.writeable = False
    return images


@settings(deadline=None, derandomize=True, max_examples=300)
@given(spec=specs, shape=shapes, seed=st.integers(0, 2**31))
def test_any_setting_gives_pictures_of_the_same_kind(spec, shape, seed):
    """Never a write to what came in; each picture is the same alone, in a batch, and the second time."""
    images, units = pictures(shape, seed), units_of(seed, 1, np.arange(shape[0]))
    before = images.tobytes()
    varied = augment(images, spec, units)
    assert varied.dtype == np.uint8
    assert varied.shape == shape
    assert varied.flags.writeable
    assert images.tobytes() == before
    np.testing.assert_array_equal(varied, augment(images, spec, units))
    for number in range(len(images)):
        alone = augment(images[number : number + 1], spec, units[number : number + 1])
        np.testing.assert_array_equal(alone[0], varied[number])


@settings(deadline=None, derandomize=True, max_examples=20)
@given(shape=shapes, mode=st.sampled_from(sorted(FILL_MODES)))
def test_without_knobs_the_pixels_are_equal_and_ones_own(shape, mode):
    images = pictures(shape, 3)
    same = augment(images, AugmentSpec(fill_mode=mode), units_of(0, 0, np.arange(shape[0])))
    np.testing.assert_array_equal(same, images)
    assert not np.shares_memory(same, images)


def test_knobs_that_draw_nothing_change_nothing():
    """The identity goes through every step and comes out to the last pixel."""
    images, spec = pictures((4, 9, 6, 3), 1), ALL.model_copy(update={"vertical_flip": True})
    for mode in FILL_MODES:
        draws = draw(AugmentSpec(), units_of(0, 0, np.arange(4)))
        np.testing.assert_array_equal(apply(images, spec.model_copy(update={"fill_mode": mode}), draws), images)


def test_memory_mapped_pictures(tmp_path: Path):
    images, path = pictures((6, 8, 8, 3), 2), tmp_path / "images.npy"
    np.save(path, images)
    mapped, units = np.load(path, mmap_mode="r"), units_of(0, 0, np.arange(6))
    for spec in (ALL, ALL.only("brightness")):
        varied = augment(mapped, spec, units)
        assert type(varied) is np.ndarray
        np.testing.assert_array_equal(varied, augment(images, spec, units))


def test_no_pictures_give_no_pictures():
    assert augment(np.empty((0, 4, 4, 1), np.uint8), ALL, units_of(0, 0, np.arange(0))).shape == (0, 4, 4, 1)
