from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.datasets.dataset import TEST, TRAIN, VALIDATION
from core.datasets.importing import arrays as arrays_module
from core.datasets.importing.arrays import Pictures, to_pictures
from core.datasets.limits import LIMITS
from core.errors import DataError


def converted(x: Any, y: Any = (0, 1)) -> Pictures:
    return to_pictures({"x": np.asarray(x), "y": np.asarray(y)})


def square(*values: float, dtype: Any) -> NDArray[Any]:
    """Two grey 1×1 pictures."""
    return np.array(values, dtype).reshape(2, 1, 1)


@pytest.mark.parametrize(
    ("values", "dtype", "expected"),
    [
        ((0, 200), np.uint8, [0, 200]),
        ((0.0, 1.0), np.float32, [0, 255]),
        ((0.2, 0.5), np.float16, [51, 128]),
        ((0.6, 254.5), np.float64, [1, 254]),
        ((0, 200), np.uint16, [0, 200]),
        ((257, 65_535), np.uint16, [1, 255]),
        ((257, 65_535), np.int64, [1, 255]),
        ((False, True), np.bool_, [0, 255]),
        ((0, 1), np.int64, [0, 255]),
    ],
)
def test_values_become_0_to_255(values: tuple[float, float], dtype: Any, expected: list[int]) -> None:
    images = converted(square(*values, dtype=dtype)).images
    assert images.dtype == np.uint8
    assert images.ravel().tolist() == expected


@pytest.mark.parametrize("low_high", [(-1.0, 1.0), (0.0, 256.0), (0, 70_000), (-1, 255)])
def test_other_ranges_are_refused(low_high: tuple[float, float]) -> None:
    with pytest.raises(DataError, match="Expected pixels from 0 to 1, 0 to 255"):
        converted(square(*low_high, dtype=None))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_nan_and_infinity_are_refused(bad: float) -> None:
    with pytest.raises(DataError, match="NaN or infinity"):
        converted(square(0.0, bad, dtype=np.float32))


def test_training_and_test_are_scaled_alike() -> None:
    """A test part without bright pixels must not be taken for 0–1."""
    found = to_pictures(
        {
            "x_train": square(0, 200, dtype=np.float32),
            "y_train": np.array([0, 1]),
            "x_test": square(0, 1, dtype=np.float32),
            "y_test": np.array([0, 1]),
        }
    )
    assert found.images.ravel().tolist() == [0, 200, 0, 1]
    assert found.parts.tolist() == [0, 0, 1, 1]
    assert found.original.range == (0, 200)


@pytest.mark.parametrize(("shape", "stored"), [((2, 3, 3), 1), ((2, 3, 3, 1), 1), ((2, 3, 3, 3), 3), ((2, 3, 3, 4), 3)])
def test_grey_colour_and_transparent_pictures_are_taken(shape: tuple[int, ...], stored: int) -> None:
    assert converted(np.zeros(shape, np.uint8)).images.shape == (2, 3, 3, stored)


def test_transparency_is_laid_on_white() -> None:
    x = np.array([[[[9, 8, 7, 255]]], [[[255, 0, 0, 0]]]], np.uint8)
    assert converted(x).images.reshape(2, 3).tolist() == [[9, 8, 7], [255, 255, 255]]


def test_the_centre_square_is_kept() -> None:
    x = np.arange(16, dtype=np.uint8).reshape(2, 2, 4)
    assert converted(x).images[..., 0].tolist() == [[[1, 2], [5, 6]], [[9, 10], [13, 14]]]


def test_large_pictures_are_stored_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays_module, "LIMITS", dataclasses.replace(LIMITS, stored_side=4))
    assert converted(np.zeros((2, 9, 8, 3), np.uint8)).images.shape == (2, 4, 4, 3)


@pytest.mark.parametrize(
    ("labels", "names", "numbers"),
    [
        ([10, 9, 10], ("9", "10"), [1, 0, 1]),  # in the order of numbers, not of text
        ([[5], [3], [5]], ("3", "5"), [1, 0, 1]),
        ([1.0, 0.0, 1.0], ("0", "1"), [1, 0, 1]),
        ([[0, 1], [1, 0], [0, 1]], ("0", "1"), [1, 0, 1]),
        ([[0, 0, 1.0], [0, 1, 0], [0, 0, 1]], ("1", "2"), [1, 0, 1]),
        (["dog", "cat", "dog"], ("cat", "dog"), [1, 0, 1]),
        ([b"dog", b"cat", b"dog"], ("cat", "dog"), [1, 0, 1]),
        ([True, False, True], ("0", "1"), [1, 0, 1]),
    ],
)
def test_labels_become_class_numbers(labels: Any, names: tuple[str, ...], numbers: list[int]) -> None:
    found = converted(np.zeros((3, 2, 2), np.uint8), labels)
    assert found.classes == names
    assert found.labels.tolist() == numbers


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 1], "one label a picture"),
        ([0.5, 1, 2], "whole numbers"),
        ([np.nan, 1, 2], "whole numbers"),
        ([[1, 1], [0, 1], [1, 0]], "one-hot rows with a single 1"),
        ([["a", "b"]] * 3, "one-hot rows"),
        (np.zeros((3, 1, 1)), "one label a picture"),
        (np.zeros((3, 0)), "one label a picture"),
    ],
)
def test_other_labels_are_refused(labels: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        converted(np.zeros((3, 2, 2), np.uint8), labels)


@pytest.mark.parametrize(
    "x", [np.zeros((2, 2)), np.zeros((2, 3, 8, 8)), np.zeros((2, 4, 4, 3), complex), np.zeros((0, 4, 4))]
)
def test_other_pictures_are_refused_with_their_shape(x: NDArray[Any]) -> None:
    with pytest.raises(DataError, match=r"shape \(N, H, W\).*got .* \("):
        converted(x)


def test_missing_arrays_are_named() -> None:
    x, y = np.zeros((2, 2, 2)), np.zeros(2)
    with pytest.raises(DataError, match="y_test is missing, got x_train, y_train, x_test"):
        to_pictures({"x_train": x, "y_train": y, "x_test": x})
    with pytest.raises(DataError, match="x_train, y_train is missing, got none"):
        to_pictures({})
    with pytest.raises(DataError, match="y is missing"):
        to_pictures({"x": x})


def test_sizes_of_training_and_test_must_agree() -> None:
    y = np.array([0, 1])
    with pytest.raises(DataError, match="of one size"):
        to_pictures({"x_train": np.zeros((2, 2, 2)), "y_train": y, "x_test": np.zeros((2, 3, 3)), "y_test": y})


def test_numbers_of_pictures_and_classes_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match="at most 1,000 different labels, got 1,001"):
        converted(np.zeros((1001, 1, 1), np.uint8), np.arange(1001))
    monkeypatch.setattr(arrays_module, "LIMITS", dataclasses.replace(LIMITS, pictures=2))
    with pytest.raises(DataError, match="at most 2 pictures"):
        converted(np.zeros((3, 1, 1), np.uint8), [0, 1, 0])


@pytest.mark.parametrize("ending", ["val", "valid", "validation"])
def test_parts_are_told_by_the_ends_of_names(ending: str) -> None:
    arrays = {"x_train": 1, "y_train": [0], f"x_{ending}": 2, f"y_{ending}": [1], "x_test": 3, "y_test": [0]}
    pictures = to_pictures(
        {name: np.full((1, 1, 1), value) if name[0] == "x" else np.array(value) for name, value in arrays.items()}
    )
    found = zip(pictures.images.ravel().tolist(), pictures.parts.tolist(), pictures.labels.tolist(), strict=True)
    assert sorted(found) == [(1, TRAIN, 0), (2, VALIDATION, 1), (3, TEST, 0)]


def test_x_and_y_may_bring_a_test_part() -> None:
    x, y = np.array([[[9]], [[8]]]), np.array([0, 1])
    assert to_pictures({"x": x, "y": y, "x_test": x, "y_test": y}).parts.tolist() == [TRAIN, TRAIN, TEST, TEST]


def test_half_a_part_is_missing_its_other_half() -> None:
    x, y = np.zeros((2, 1, 1)), np.array([0, 1])
    with pytest.raises(DataError, match="y_valid is missing"):
        to_pictures({"x_train": x, "y_train": y, "x_valid": x})


@pytest.mark.parametrize(
    ("labels", "given", "names", "numbers"),
    [
        ([1, 0], ["dog", "cat"], ("dog", "cat"), [1, 0]),
        ([2, 0], ["dog", "ape", "cat"], ("dog", "cat"), [1, 0]),  # no picture shows an ape
        ([2, 1], ["dog", "cat"], ("dog", "cat"), [1, 0]),  # counted from 1
        ([7, 5], ["dog", "cat"], ("dog", "cat"), [1, 0]),
        ([[0, 1], [1, 0]], ["dog", "cat"], ("dog", "cat"), [1, 0]),
        (["cat", "dog"], ["dog", "ape", "cat"], ("dog", "cat"), [1, 0]),
        (["n2", "n1"], ["dog", "cat"], ("dog", "cat"), [1, 0]),
        ([7, 5], ["dog", "cat", "ape"], ("5", "7"), [1, 0]),  # do not fit
        ([1, 0], ["dog", "dog"], ("dog", "dog (2)"), [1, 0]),
        ([1, 0], [b"dog", "Käfer".encode()], ("dog", "Käfer"), [1, 0]),
    ],
)
def test_classes_name_the_labels(labels: Any, given: Any, names: tuple[str, ...], numbers: list[int]) -> None:
    x = np.zeros((2, 1, 1))
    pictures = to_pictures({"x": x, "y": np.array(labels), "classes": np.array(given)})
    assert pictures.classes == names
    assert pictures.labels.tolist() == numbers


@pytest.mark.parametrize("label", [0.5, np.nan, np.inf, 1e300, -1e300, np.uint64(2**64 - 1)])
def test_labels_that_are_no_whole_numbers_of_64_bits_are_refused(label: Any) -> None:
    """1e300 and 1e200 became one class, called -9223372036854775808."""
    with pytest.raises(DataError, match="fractions, NaN or numbers beyond 64 bits"):
        to_pictures({"x": np.zeros((2, 1, 1)), "y": np.array([0, label], np.asarray(label).dtype)})


def test_labels_of_64_bits_keep_their_value() -> None:
    labels = np.array([2**63 - 1, -(2**63)])
    assert to_pictures({"x": np.zeros((2, 1, 1)), "y": labels}).classes == (str(-(2**63)), str(2**63 - 1))
