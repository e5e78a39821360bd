from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from core.datasets.dataset import About, Dataset, make_dataset
from core.datasets.inspecting.embedding import PIXELS, pca_map, sample_for_map, small_pictures


def grey(*values: list[list[int]]) -> NDArray[np.uint8]:
    return np.array(values, np.uint8)[..., np.newaxis]


def test_a_small_set_is_on_the_map_as_a_whole() -> None:
    assert sample_for_map(np.array([1, 0, 1, 1])).tolist() == [0, 1, 2, 3]


def test_a_sample_has_its_share_of_every_class() -> None:
    labels = np.repeat([0, 1, 2], [600, 300, 100])
    numbers = sample_for_map(labels, limit=100)
    assert (np.diff(numbers) > 0).all()
    assert np.bincount(labels[numbers]).tolist() == [60, 30, 10]


def test_the_rarest_class_is_there_too() -> None:
    labels = np.repeat([0, 1, 2], [9_998, 1, 1])
    assert np.bincount(labels[sample_for_map(labels, limit=10)]).tolist() == [8, 1, 1]


def test_a_class_number_without_pictures_takes_no_place() -> None:
    labels = np.repeat([0, 2], 50)
    assert np.bincount(labels[sample_for_map(labels, limit=10)]).tolist() == [5, 0, 5]


def test_the_sample_is_always_the_same_and_not_just_the_first_ones() -> None:
    labels = np.zeros(1_000, np.int64)
    numbers = sample_for_map(labels, limit=50)
    np.testing.assert_array_equal(numbers, sample_for_map(labels, limit=50))
    assert numbers.tolist() != sample_for_map(labels, limit=50, seed=1).tolist()
    assert numbers.min() < 200 < 800 < numbers.max()


def test_small_pictures_keep_what_is_small_and_average_what_is_large(about: About) -> None:
    images = np.zeros((2, 64, 64, 3), np.uint8)
    images[1, :, 32:] = (200, 100, 0)
    dataset = make_dataset(about, images, np.array([0, 1]), np.zeros(2, np.uint8))
    (small,) = small_pictures(dataset, np.array([1]), 32, "rgb")
    assert small.shape == (32, 32, 3)
    np.testing.assert_array_equal(small[:, :15], 0)
    np.testing.assert_array_equal(small[:, 17:], np.broadcast_to([200, 100, 0], (32, 15, 3)))
    np.testing.assert_array_equal(small_pictures(dataset, np.array([1, 0]), 64, "rgb"), images[::-1])
    assert small_pictures(dataset, np.array([0, 1]), 500, "grey").shape == (2, 64, 64, 1)


def test_pictures_are_seen_in_the_colours_of_the_network(tiny: Dataset) -> None:
    seen = small_pictures(tiny, np.array([0]), 4, "grey")
    red, green, blue = np.moveaxis(tiny.images[0].astype(float), -1, 0)
    np.testing.assert_allclose(seen[0, ..., 0], 0.299 * red + 0.587 * green + 0.114 * blue, atol=1)


def test_pictures_that_differ_in_one_pixel_lie_on_a_line() -> None:
    found = pca_map(grey([[0, 7], [7, 7]], [[51, 7], [7, 7]], [[255, 7], [7, 7]]))
    np.testing.assert_allclose(found.points, [[-0.4, 0], [-0.2, 0], [0.6, 0]], atol=1e-6)
    assert found.shares == pytest.approx((1, 0), abs=1e-6)
    assert found.points.dtype == np.float32


def test_the_direction_of_the_largest_difference_is_across_and_lighter_is_right_and_up() -> None:
    found = pca_map(grey([[0, 60], [9, 9]], [[200, 60], [9, 9]], [[100, 0], [9, 9]], [[100, 120], [9, 9]]))
    expected = np.array([[-100, 0], [100, 0], [0, -60], [0, 60]]) / 255
    np.testing.assert_allclose(found.points, expected, atol=1e-6)
    assert found.shares == pytest.approx((100**2 / (100**2 + 60**2), 60**2 / (100**2 + 60**2)))


def test_it_agrees_with_scikit_learn() -> None:
    from sklearn.decomposition import PCA

    images = np.random.default_rng(0).integers(0, 256, (40, 6, 6, 3), dtype=np.uint8)
    found, reference = pca_map(images), PCA(2)
    points = reference.fit_transform(images.reshape(40, -1) / 255)
    np.testing.assert_allclose(np.abs(found.points), np.abs(points), atol=1e-4)
    assert found.shares == pytest.approx(tuple(reference.explained_variance_ratio_), rel=1e-4)


def test_large_pictures_are_compared_by_the_means_of_blocks() -> None:
    """35 px: blocks of 3 × 3, eleven a side, and two rows and columns that fill none."""
    small = np.random.default_rng(0).integers(0, 256, (5, 11, 11, 1), dtype=np.uint8)
    large = np.pad(small.repeat(3, axis=1).repeat(3, axis=2), ((0, 0), (0, 2), (0, 2), (0, 0)), constant_values=255)
    assert large.shape[1] > 2 * PIXELS
    np.testing.assert_allclose(pca_map(large).points, pca_map(small).points, atol=1e-5)


@pytest.mark.parametrize("shape", [(3, 4, 4, 3), (1, 4, 4, 1)], ids=["all alike", "only one"])
def test_pictures_without_a_difference_lie_in_one_place(shape: tuple[int, ...]) -> None:
    found = pca_map(np.full(shape, 99, np.uint8))
    np.testing.assert_array_equal(found.points, np.zeros((shape[0], 2)))
    assert found.shares == (0, 0)


def test_a_picture_of_one_grey_pixel_has_its_place_too() -> None:
    found = pca_map(grey([[0]], [[255]]))
    np.testing.assert_allclose(found.points, [[-0.5, 0], [0.5, 0]])
    assert found.shares == (1, 0)
