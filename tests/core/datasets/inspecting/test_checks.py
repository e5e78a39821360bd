"""Exact cases by hand; what counts as near, blurred or dark is held against altered photos and MNIST."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from core.datasets.dataset import About, Dataset, make_dataset
from core.datasets.decode import Pixels
from core.datasets.inspecting.checks import (
    checks_file,
    find_checks,
    run_checks,
    warnings_of,
)
from core.datasets.progress import silent
from core.datasets.store import open_dataset, save_dataset
from core.home import Home

PHOTOS = 12


def dataset_of(about: About, images: Pixels) -> Dataset:
    return make_dataset(about, images, np.zeros(len(images), np.int32), np.zeros(len(images), np.uint8))


@pytest.fixture(scope="module")
def photos(assets: Path) -> list[Image.Image]:
    """Half animals, half clothing, 224×224."""
    folders = ["animals3_224/cats", "animals3_224/panda", "clothing4_224_cc0/hat", "clothing4_224_cc0/shoes"]
    files = [sorted((assets / "datasets" / folder).iterdir())[5 : 5 + PHOTOS // 4] for folder in folders]
    return [Image.open(file).convert("RGB") for few in files for file in few]


def stacked(pictures: list[Image.Image], size: int) -> Pixels:
    return np.stack([np.asarray(each.resize((size, size), Image.Resampling.BILINEAR)) for each in pictures])


def as_jpeg(picture: Image.Image) -> Image.Image:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=60)
    return Image.open(file)


def cropped(picture: Image.Image) -> Image.Image:
    return picture.crop((3, 3, 221, 221)).resize((224, 224), Image.Resampling.BILINEAR)


ALTERED: dict[str, Callable[[Image.Image], Image.Image]] = {
    "JPEG 60": as_jpeg,
    "half the size": lambda picture: picture.resize((112, 112)).resize((224, 224)),
    "brighter": lambda picture: picture.point(lambda value: min(255, value * 1.1)),
    "darker": lambda picture: picture.point(lambda value: value * 0.8),
    "cropped": cropped,
    "all at once": lambda picture: as_jpeg(cropped(picture.point(lambda value: min(255, value * 1.1)))),
}


def test_equal_pictures_are_grouped_in_stored_order(about: About, tmp_path: Path) -> None:
    one, two, three = np.random.default_rng(0).integers(0, 256, (3, 8, 8, 1), dtype=np.uint8)
    checks = run_checks(dataset_of(about, np.stack([one, two, three, two, one, two])), tmp_path, silent)
    assert checks.exact.tolist() == checks.near.tolist() == [0, 1, -1, 1, 0, 1]
    assert checks.exact.dtype == checks.near.dtype == np.int32


def test_one_grey_level_more_is_no_longer_exact_but_near(about: About, tmp_path: Path) -> None:
    image = np.random.default_rng(0).integers(0, 255, (16, 16, 3), dtype=np.uint8)
    other = image.copy()
    other[3, 4, 1] += 1
    checks = run_checks(dataset_of(about, np.stack([image, other])), tmp_path, silent)
    assert checks.exact.tolist() == [-1, -1]
    assert checks.near.tolist() == [0, 0]


@pytest.mark.parametrize("size", [224, 64, 32])
@pytest.mark.parametrize("how", ALTERED)
def test_an_altered_copy_of_a_photo_is_found_and_no_other_photo(
    about: About, photos: list[Image.Image], tmp_path: Path, how: str, size: int
) -> None:
    images = np.concatenate([stacked(photos, size), stacked([ALTERED[how](each) for each in photos], size)])
    checks = run_checks(dataset_of(about, images), tmp_path, silent)
    assert checks.near.tolist() == [*range(PHOTOS), *range(PHOTOS)]


@pytest.mark.parametrize("cropped_first", [False, True])
def test_a_copy_is_found_whichever_came_first(about: About, assets: Path, tmp_path: Path, cropped_first: bool) -> None:
    """3 % less at each side: the large one laid over the small one fits these five, the reverse does not."""
    cats: list[Image.Image] = [
        Image.open(assets / "datasets/animals3_224/cats" / f"{number:04}.jpg") for number in (3, 14, 64, 69, 70)
    ]
    both = [stacked(cats, 64), stacked([each.crop((7, 7, 217, 217)) for each in cats], 64)]
    images = np.concatenate(both[::-1] if cropped_first else both)
    assert run_checks(dataset_of(about, images), tmp_path, silent).near.tolist() == [*range(5), *range(5)]


def test_the_same_thing_photographed_twice_is_no_copy(about: About, assets: Path, tmp_path: Path) -> None:
    """The two of 480 clothing photos that look most alike: one cap, taken twice; and two trousers on one floor."""
    names = ["hat/0040", "hat/0059", "pants/0033", "pants/0119"]
    files = [assets / "datasets" / "clothing4_224_cc0" / f"{name}.jpg" for name in names]
    images = stacked([Image.open(file).convert("RGB") for file in files], 224)
    assert run_checks(dataset_of(about, images), tmp_path, silent).near.tolist() == [-1] * 4


@pytest.mark.parametrize("size", [28, 64])
def test_digits_that_look_alike_are_no_copies(about: About, assets: Path, tmp_path: Path, size: int) -> None:
    """All ones among 8,000: they differ least. At 64 px no longer tiny, they are still known to be drawn."""
    with np.load(assets / "datasets" / "mnist.npz") as arrays:
        ones = arrays["x_train"][:8000][arrays["y_train"][:8000] == 1]
    images = stacked([Image.fromarray(each) for each in ones], size)[..., None]
    checks = run_checks(dataset_of(about, images), tmp_path, silent)
    assert len(images) > 900
    assert (checks.near == -1).all()
    assert not (checks.dark | checks.blurred | checks.constant).any()


def test_a_digit_with_a_little_noise_is_found(about: About, assets: Path, tmp_path: Path) -> None:
    with np.load(assets / "datasets" / "mnist.npz") as arrays:
        digits = arrays["x_train"][:50, ..., None]
    noise = np.random.default_rng(0).normal(0, 3, digits.shape)
    noisy = np.clip(digits + noise, 0, 255).astype(np.uint8)
    checks = run_checks(dataset_of(about, np.concatenate([digits, noisy])), tmp_path, silent)
    assert checks.near.tolist() == [*range(50), *range(50)]


def test_the_bundled_digits_have_nothing_wrong_with_them(home: Home) -> None:
    digits = open_dataset(home, "digits")
    checks = run_checks(digits, home.cache, silent)
    assert warnings_of(digits, checks, None) == []


def test_blurred_photos_are_told_from_sharp_ones(about: About, photos: list[Image.Image], tmp_path: Path) -> None:
    soft = [each.filter(ImageFilter.GaussianBlur(224 * 0.02)) for each in photos]
    for size, found in ((224, 1), (64, 1), (32, 0)):  # below 64 px none is called blurred
        images = np.concatenate([stacked(photos, size), stacked(soft, size)])
        checks = run_checks(dataset_of(about, images), tmp_path, silent)
        assert checks.blurred.tolist() == [0] * PHOTOS + [found] * PHOTOS


def test_dark_photos_are_told_from_others(about: About, photos: list[Image.Image], tmp_path: Path) -> None:
    night = [each.point(lambda value: value * 0.15) for each in photos]
    checks = run_checks(dataset_of(about, stacked(photos + night, 64)), tmp_path, silent)
    assert checks.dark.tolist() == [0] * PHOTOS + [1] * PHOTOS
    assert not checks.blurred[PHOTOS:].any()


def test_a_light_figure_on_black_is_not_dark(about: About, tmp_path: Path) -> None:
    images = np.zeros((2, 10, 10, 1), np.uint8)
    images[0, 5, :2] = 255  # two of 100 pixels
    images[1, 5, :1] = 255  # one
    assert run_checks(dataset_of(about, images), tmp_path, silent).dark.tolist() == [False, True]


def test_a_picture_of_one_colour_is_constant_and_nothing_else(about: About, tmp_path: Path) -> None:
    red = np.zeros((4, 64, 64, 3), np.uint8)
    red[1:, ..., 0] = 200
    red[2, 5, 5] += np.array([0, 4, 0], np.uint8)  # as JPEG leaves it
    red[3, 5, 5] += np.array([0, 5, 0], np.uint8)
    checks = run_checks(dataset_of(about, red), tmp_path, silent)
    assert checks.constant.tolist() == [True, True, True, False]
    assert not (checks.dark | checks.blurred)[:3].any()
    assert checks.near[:3].tolist() == [-1] * 3  # of one colour, but not the same one


def test_each_look_alike_is_compared_not_only_the_first_ones(about: About, tmp_path: Path) -> None:
    """Forty noisy copies of one picture are one group, although each is compared with only eight others."""
    random = np.random.default_rng(0)
    image = random.integers(0, 256, (16, 16, 1))
    copies = np.clip(image + random.normal(0, 2, (40, 16, 16, 1)), 0, 255).astype(np.uint8)
    assert run_checks(dataset_of(about, copies), tmp_path, silent).near.tolist() == [0] * 40


def test_what_was_found_is_kept_and_read_again(home: Home, about: About, tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(0, 256, (5, 8, 8, 3), dtype=np.uint8)
    images[4] = images[1]
    stored = save_dataset(home, about, images, np.array([0, 0, 1, 1, 1]), np.zeros(5, np.uint8))
    cache = tmp_path / "cache"
    assert find_checks(cache, stored.meta.content_hash) is None
    first = run_checks(stored, cache, silent)
    assert [file.name for file in cache.iterdir()] == [checks_file(cache, stored.meta.content_hash).name]
    again = find_checks(cache, stored.meta.content_hash)
    assert again
    for name, array in vars(first).items():
        kept = getattr(again, name)
        np.testing.assert_array_equal(kept, array)
        assert kept.dtype == array.dtype
    assert first.exact.tolist() == [-1, 0, -1, -1, 0]


def test_what_is_kept_is_not_computed_again(tiny: Dataset, tmp_path: Path) -> None:
    run_checks(tiny, tmp_path, silent)
    run_checks(tiny, tmp_path, lambda *_: pytest.fail("looked at the pictures again"))


@pytest.mark.parametrize("damage", [b"", b"no archive", None])
def test_a_damaged_file_counts_as_none_and_is_replaced(tiny: Dataset, tmp_path: Path, damage: bytes | None) -> None:
    run_checks(tiny, tmp_path, silent)
    file = checks_file(tmp_path, tiny.meta.content_hash)
    file.write_bytes(file.read_bytes()[:-100] if damage is None else damage)
    assert find_checks(tmp_path, tiny.meta.content_hash) is None
    run_checks(tiny, tmp_path, silent)
    assert find_checks(tmp_path, tiny.meta.content_hash)


def test_progress_rises_to_one_and_giving_up_leaves_nothing(tiny: Dataset, tmp_path: Path) -> None:
    fractions: list[float] = []
    run_checks(tiny, tmp_path / "one", lambda fraction, _: fractions.append(fraction))
    assert fractions == sorted(fractions)
    assert 0 <= fractions[0] < fractions[-1] <= 1

    def give_up(_fraction: float, _text: str) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        run_checks(tiny, tmp_path / "two", give_up)
    assert list((tmp_path / "two").iterdir()) == []
