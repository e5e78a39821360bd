"""What is measured of pixels, on pictures of two pixels and, with numpy as the reference, on the digits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.datasets.dataset import About, Dataset, make_dataset
from core.datasets.inspecting import pixel_facts as module
from core.datasets.inspecting.pixel_facts import Brightness, busiest_block, class_sample, pixel_facts
from core.datasets.split import Split, make_split
from core.datasets.store import open_dataset
from core.home import Home


def training_on(*indices: int) -> Split:
    nothing = np.zeros(0, np.int64)
    return Split(np.array(indices, np.int64), nothing, nothing)


def grey(about: About, *pictures: list[list[int]], labels: list[int]) -> Dataset:
    images = np.array(pictures, np.uint8)[..., np.newaxis]
    return make_dataset(about, images, np.array(labels), np.zeros(len(labels), np.uint8), "grey")


@pytest.fixture
def four(about: About) -> Dataset:
    """Two cats of one pixel, 0 and 100, a white dog, and a dog that no test trains on."""
    return grey(about, [[0]], [[100]], [[255]], [[7]], labels=[0, 0, 1, 1])


def known(found: Brightness | None) -> Brightness:
    assert found is not None
    return found


def test_mean_picture_mean_and_spread_of_a_class(four: Dataset) -> None:
    facts = pixel_facts(four, training_on(0, 1, 2), 1)
    cats = known(facts.classes[0])
    assert facts.mean_pictures.tolist() == [[[[50]]], [[[255]]]]
    assert (cats.mean, cats.std) == ((50.0,), (50.0,))
    assert facts.used.tolist() == [2, 1]
    assert facts.sample_size == 3


def test_shares_are_of_four_neighbouring_values(four: Dataset) -> None:
    facts = pixel_facts(four, training_on(0, 1, 2), 1)
    shares = known(facts.classes[0]).shares
    assert shares.shape == (64, 1)
    assert shares[[0, 25], 0].tolist() == [0.5, 0.5]  # 100 is in the bin of 100 to 103
    assert shares.sum() == 1
    assert known(facts.classes[1]).shares[63, 0] == 1


def test_scaling_divides_mean_and_spread_by_255(four: Dataset) -> None:
    white = known(pixel_facts(four, training_on(0, 1, 2), 1).classes[1])
    assert (white.scaled_mean, white.scaled_std) == ((1.0,), (0.0,))
    cats = known(pixel_facts(four, training_on(0, 1, 2), 1).classes[0])
    assert cats.scaled_std == (50 / 255,)


def test_the_whole_is_of_training_pictures_alone(four: Dataset) -> None:
    whole = pixel_facts(four, training_on(0, 1, 2), 1).whole
    assert whole.mean == pytest.approx((355 / 3,))
    assert whole.std == pytest.approx((np.std([0, 100, 255]),))


def test_a_class_without_a_training_picture_has_no_numbers(four: Dataset) -> None:
    facts = pixel_facts(four, training_on(0, 1), 1)
    assert facts.classes[1] is None
    assert (facts.used.tolist(), facts.likeness[1], facts.mean_pictures[1].max()) == ([2, 0], 0, 0)
    assert facts.whole.mean == (50.0,)


def test_likeness_is_1_for_equal_pictures_and_0_for_pictures_with_nothing_in_common(about: About) -> None:
    one, other = [[0, 200], [0, 0]], [[200, 0], [200, 200]]
    dataset = grey(about, one, one, one, other, labels=[0, 0, 1, 1])
    assert pixel_facts(dataset, training_on(0, 1, 2, 3), 1).likeness.tolist() == [1, 0]


def test_pictures_of_one_value_are_alike(about: About) -> None:
    dataset = grey(about, [[9]], [[9]], [[0]], [[1]], labels=[0, 0, 1, 1])
    assert pixel_facts(dataset, training_on(0, 1, 2, 3), 1).likeness[0] == 1


def test_colour_is_measured_in_the_channels_that_the_network_sees(about: About) -> None:
    red, black = [[[255, 0, 0]]], [[[0, 0, 0]]]
    images = np.array([red, black, red, red], np.uint8)
    dataset = make_dataset(about, images, np.array([0, 0, 1, 1]), np.zeros(4, np.uint8), "colour")
    colour, luma = (pixel_facts(dataset, training_on(0, 1, 2, 3), channels) for channels in (3, 1))
    assert colour.mean_pictures[0].tolist() == [[[128, 0, 0]]], "127.5 goes to the even neighbour"
    assert known(colour.classes[0]).mean == (127.5, 0, 0)
    assert known(luma.classes[1]).mean == (76,)  # ITU-R 601: 0.299 · 255
    assert luma.mean_pictures.shape == (2, 1, 1, 1)


def test_digits_agree_with_numpy() -> None:
    digits = open_dataset(Home(Path("nowhere")), "digits")
    split = make_split(digits.labels, digits.parts, 0.2, 0.2, 0)
    facts = pixel_facts(digits, split, 1)
    train = digits.images[split.train]
    threes = digits.images[split.train[digits.labels[split.train] == 3]]
    assert facts.sample_size == len(split.train)
    assert facts.whole.mean == pytest.approx((train.mean(),))
    assert facts.whole.std == pytest.approx((train.std(),))
    assert np.array_equal(facts.mean_pictures[3], np.rint(threes.mean(axis=0)))
    expected, _edges = np.histogram(threes, bins=64, range=(0, 256))
    assert known(facts.classes[3]).shares[:, 0] == pytest.approx(expected / threes.size)
    assert facts.likeness[3] == pytest.approx(threes.mean(axis=0).var() / threes.var())


def test_the_sample_is_bounded_even_and_the_same_each_time(about: About, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SAMPLE_BYTES", 6)
    dataset = grey(about, *([[number]] for number in range(12)), labels=[0] * 10 + [1] * 2)
    first, again = (class_sample(dataset, np.arange(12)) for _time in range(2))
    assert [rows.tolist() for rows in first] == [[0, 3, 6], [10, 11]]
    assert [rows.tolist() for rows in again] == [rows.tolist() for rows in first]


def test_all_pictures_are_measured_where_they_fit(about: About, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SAMPLE_BYTES", 12)
    dataset = grey(about, *([[number]] for number in range(12)), labels=[0] * 10 + [1] * 2)
    assert [len(rows) for rows in class_sample(dataset, np.arange(12))] == [10, 2]


def test_however_small_the_bound_each_class_has_a_picture(about: About, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SAMPLE_BYTES", 0)
    dataset = grey(about, [[1]], [[2]], [[3]], labels=[0, 0, 1])
    assert pixel_facts(dataset, training_on(0, 1, 2), 1).used.tolist() == [1, 1]


def test_in_a_sample_each_class_weighs_what_it_has(about: About, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SAMPLE_BYTES", 2)
    dataset = grey(about, *[[[0]]] * 9, [[200]], labels=[0] * 9 + [1])
    facts = pixel_facts(dataset, training_on(*range(10)), 1)
    assert facts.used.tolist() == [1, 1]
    assert facts.whole.mean == pytest.approx((20,))


def test_a_sample_of_a_mapped_file_is_that_of_the_array(
    about: About, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = np.random.default_rng(0).integers(0, 256, (20, 40, 40, 3), dtype=np.uint8)  # more than a page each
    labels, parts = np.arange(20) % 2, np.zeros(20, np.uint8)
    np.save(tmp_path / "images.npy", images)
    mapped = np.load(tmp_path / "images.npy", mmap_mode="r")
    monkeypatch.setattr(module, "SAMPLE_BYTES", 8 * images[0].size)
    split = training_on(*range(1, 20))
    one, other = (pixel_facts(make_dataset(about, array, labels, parts, "m"), split, 3) for array in (images, mapped))
    assert one.used.tolist() == [4, 4]
    assert np.array_equal(one.mean_pictures, other.mean_pictures)


def test_of_large_pictures_every_second_pixel_is_measured(about: About) -> None:
    images = np.zeros((2, 224, 224, 1), np.uint8)
    images[:, ::2, ::2] = 100
    dataset = make_dataset(about, images, np.array([0, 1]), np.zeros(2, np.uint8), "large")
    facts = pixel_facts(dataset, training_on(0, 1), 1)
    assert facts.mean_pictures.shape == (2, 112, 112, 1)
    assert facts.whole.mean == (100.0,)


def test_the_busiest_block_is_where_values_differ_most() -> None:
    image = np.zeros((5, 6), np.uint8)
    image[2:4, 4:6] = [[0, 9], [9, 0]]
    assert busiest_block(image, 2) == (2, 4)
    assert busiest_block(np.zeros((5, 6), np.uint8), 5) == (0, 0)
