"""What is said about pictures, from checks written by hand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.datasets.dataset import About, Dataset, make_dataset
from core.datasets.inspecting.checks import Checks, conflicts, leaks, warnings_of
from core.datasets.split import Split


def checks_of(near: list[int], exact: list[int] | None = None, **flags: list[bool]) -> Checks:
    nobody = np.zeros(len(near), bool)
    return Checks(
        exact=np.array(exact if exact else near, np.int32),
        near=np.array(near, np.int32),
        **{name: np.array(flags[name]) if name in flags else nobody for name in ("dark", "blurred", "constant")},
    )


def split_of(train: list[int], validation: list[int], test: list[int]) -> Split:
    return Split(*(np.array(part, np.int64) for part in (train, validation, test)))


def test_leaks_are_test_and_validation_pictures_with_a_copy_in_training() -> None:
    checks = checks_of([1, 0, -1, 0, -1, 1, 2, 2, 0])
    found = leaks(checks, split_of(train=[0, 1, 2], validation=[6, 8], test=[3, 4, 5, 7]))
    assert found.test.tolist() == [3, 5]  # group 0, then group 1; group 2 is not in training
    assert found.validation.tolist() == [8]


def test_pictures_in_no_group_leak_nothing() -> None:
    found = leaks(checks_of([-1, -1, -1]), split_of([0], [1], [2]))
    assert found.test.tolist() == found.validation.tolist() == []


def test_conflicts_are_copies_of_different_classes() -> None:
    checks = checks_of([0, 1, 0, 1, 2, -1, 2])
    labels: NDArray[np.int32] = np.array([1, 0, 1, 1, 0, 1, 1], np.int32)
    assert conflicts(checks, labels).tolist() == [1, 3, 4, 6]  # group by group; group 0 agrees


def test_findings_say_what_is_there_and_which_pictures_they_mean(tiny: Dataset) -> None:
    """Four pictures: 0 and 2 are exactly alike, 1 is nearly so too and of the same class as 0; 3 is dark."""
    checks = checks_of([0, 0, 0, -1], [0, -1, 0, -1], dark=[False, False, False, True])
    found = {each.kind: each for each in warnings_of(tiny, checks, split_of([0, 3], [1], [2]))}
    assert list(found) == ["leakage", "conflict", "duplicates", "near_duplicates", "dark", "small_class"]
    assert found["leakage"].indices.tolist() == [2, 1]
    assert found["leakage"].text.startswith("1 of the test and 1 of the validation pictures are also in training")
    assert found["conflict"].indices.tolist() == [0, 1, 2]
    assert found["duplicates"].indices.tolist() == [0, 2]
    assert found["duplicates"].extra.tolist() == [2]
    assert found["duplicates"].text.startswith("1 picture is there more than once, 2 times in all")
    assert found["near_duplicates"].indices.tolist() == [0, 1, 2]
    assert found["near_duplicates"].extra.tolist() == [1, 2]
    assert found["dark"].text == "1 picture is very dark: hardly anything can be seen in it."
    assert found["dark"].extra.tolist() == []
    assert found["small_class"].text.endswith("with: cat (2), dog (2).")


def test_without_a_split_there_is_no_leakage(tiny: Dataset) -> None:
    checks = checks_of([0, 0, -1, -1])
    assert [each.kind for each in warnings_of(tiny, checks, None)] == ["duplicates", "small_class"]
    found = warnings_of(tiny, checks, split_of([0, 2], [], [1, 3]))[0]
    assert found.text == "1 test picture is also in training, so the score would look too good."


def test_copies_come_next_to_each_other(tiny: Dataset) -> None:
    found = warnings_of(tiny, checks_of([0, 1, 1, 0]), None)
    duplicates = next(each for each in found if each.kind == "duplicates")
    assert duplicates.indices.tolist() == [0, 3, 1, 2]
    assert duplicates.extra.tolist() == [3, 2]


def test_a_class_is_small_by_itself_or_against_the_others(about: About) -> None:
    labels = [0] * 200 + [1] * 190 + [2] * 37
    three = about.model_copy(update={"classes": ("cat", "dog", "cow")})
    images = np.zeros((len(labels), 4, 4, 1), np.uint8)
    found = warnings_of(
        make_dataset(three, images, np.array(labels), np.zeros(len(labels), np.uint8)),
        checks_of([-1] * len(labels)),
        None,
    )
    assert [each.kind for each in found] == ["small_class"]
    assert found[0].indices.tolist() == list(range(390, 427))
    assert found[0].text == "This class has few pictures to learn and to test with: cow (37)."
