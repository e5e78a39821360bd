from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.datasets.dataset import TEST, TRAIN, VALIDATION, About, Dataset
from core.datasets.editing.edit import Edits, apply_edits, summary
from core.datasets.origins import Origins
from core.datasets.shapes import ShapesSpec, shapes_id
from core.datasets.store import list_datasets, open_dataset, origins_of, save_dataset
from core.errors import DataError
from core.home import Home

LABELS = [0, 0, 1, 1, 2, 2]
PARTS = [TRAIN, TEST, TRAIN, VALIDATION, TRAIN, TEST]


@pytest.fixture
def pets(home: Home, about: About) -> Dataset:
    """Six 2×2 pictures, the k-th of value 40 k: cats 0 and 1, dogs 2 and 3, pugs 4 and 5."""
    images = np.repeat(np.arange(6, dtype=np.uint8) * 40, 12).reshape(6, 2, 2, 3)
    origins = Origins(tuple(f"{k}.jpg" for k in range(6)), np.arange(12, dtype=np.int32).reshape(6, 2))
    named = about.model_copy(update={"classes": ("cat", "dog", "pug"), "fit": "pad"})
    return save_dataset(home, named, images, np.array(LABELS), np.array(PARTS, np.uint8), origins=origins)


def kept(dataset: Dataset) -> list[int]:
    """Which of the pictures of `pets` are there."""
    return [int(value) // 40 for value in dataset.images[:, 0, 0, 0]]


def named(dataset: Dataset) -> list[str]:
    """The class of each picture."""
    return [dataset.meta.classes[label] for label in dataset.labels]


def test_dropping_makes_a_new_version_and_leaves_the_old_one(home: Home, pets: Dataset) -> None:
    before = {file.name: file.read_bytes() for file in (home.datasets / pets.meta.id).iterdir()}
    dataset = apply_edits(home, pets, Edits(drop=frozenset({0, 3})))
    assert kept(dataset) == [1, 2, 4, 5]
    assert named(dataset) == ["cat", "dog", "pug", "pug"]
    assert dataset.parts.tolist() == [TEST, TRAIN, TRAIN, TEST]
    assert (dataset.meta.title, dataset.meta.fit) == ("Tiny", "pad")
    assert (dataset.meta.version, dataset.meta.family, dataset.meta.parent) == (2, pets.meta.id, pets.meta.id)
    assert (dataset.meta.given_test, dataset.meta.given_validation) == (True, False)
    assert {file.name: file.read_bytes() for file in (home.datasets / pets.meta.id).iterdir()} == before


def test_origins_go_with_their_pictures(home: Home, pets: Dataset) -> None:
    origins = origins_of(home, apply_edits(home, pets, Edits(drop=frozenset({0, 1, 2}))))
    assert origins is not None
    assert origins.names == ("3.jpg", "4.jpg", "5.jpg")
    assert origins.sizes.tolist() == [[6, 7], [8, 9], [10, 11]]


def test_pictures_move_to_classes_old_and_new(home: Home, pets: Dataset) -> None:
    dataset = apply_edits(home, pets, Edits(move={5: " wolf\n", 1: "pug", 3: "ape"}))
    assert dataset.meta.classes == ("cat", "dog", "pug", "ape", "wolf")
    assert named(dataset) == ["cat", "pug", "dog", "ape", "pug", "wolf"]
    assert kept(dataset) == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("classes", "names", "found"),
    [
        ({"dog": "hound"}, ("cat", "hound", "pug"), ["cat", "cat", "hound", "hound", "pug", "pug"]),
        ({"pug": "dog"}, ("cat", "dog"), ["cat", "cat", "dog", "dog", "dog", "dog"]),
        ({"cat": "pet", "pug": "pet"}, ("pet", "dog"), ["pet", "pet", "dog", "dog", "pet", "pet"]),
        ({"cat": "dog", "dog": "cat"}, ("dog", "cat", "pug"), ["dog", "dog", "cat", "cat", "pug", "pug"]),
        ({"cat": None}, ("dog", "pug"), ["dog", "dog", "pug", "pug"]),
        ({"cat": None, "dog": "cat"}, ("cat", "pug"), ["cat", "cat", "pug", "pug"]),
    ],
)
def test_classes_are_renamed_merged_and_deleted(
    home: Home, pets: Dataset, classes: Any, names: tuple[str, ...], found: list[str]
) -> None:
    dataset = apply_edits(home, pets, Edits(classes=classes))
    assert dataset.meta.classes == names
    assert named(dataset) == found


def test_moves_come_before_the_classes_change(home: Home, pets: Dataset) -> None:
    edits = Edits(drop=frozenset({4}), move={4: "cat", 0: "pug", 2: "wolf"}, classes={"pug": None, "wolf": "cat"})
    dataset = apply_edits(home, pets, edits)
    assert kept(dataset) == [1, 2, 3]
    assert named(dataset) == ["cat", "cat", "dog"]


def test_a_class_that_lost_its_last_picture_vanishes(home: Home, pets: Dataset) -> None:
    dataset = apply_edits(home, pets, Edits(drop=frozenset({2}), move={3: "cat"}))
    assert dataset.meta.classes == ("cat", "pug")
    assert dataset.labels.tolist() == [0, 0, 0, 1, 1]


def test_each_edit_gets_the_next_number_whatever_it_began_with(home: Home, pets: Dataset) -> None:
    second = apply_edits(home, pets, Edits(drop=frozenset({0})))
    third = apply_edits(home, pets, Edits(drop=frozenset({1})))
    fourth = apply_edits(home, second, Edits(drop=frozenset({0})))
    assert [dataset.meta.version for dataset in (second, third, fourth)] == [2, 3, 4]
    assert (fourth.meta.family, fourth.meta.parent) == (pets.meta.id, second.meta.id)


def test_an_edit_that_leads_to_a_set_that_is_there_gives_that_one(home: Home, pets: Dataset) -> None:
    second = apply_edits(home, pets, Edits(classes={"pug": "wolf"}))
    assert apply_edits(home, second, Edits(classes={"wolf": "pug"})).meta == pets.meta
    assert apply_edits(home, pets, Edits(move={4: "wolf", 5: "wolf"})).meta == second.meta
    assert len(list_datasets(home)) == 3  # the digits, too


def test_the_digits_become_a_set_of_ones_own_and_back(home: Home) -> None:
    digits = open_dataset(home, "digits")
    second = apply_edits(home, digits, Edits(classes={"9": "nine"}))
    assert (second.meta.title, second.meta.version, second.meta.family) == (digits.meta.title, 2, "digits")
    assert open_dataset(home, second.meta.id).meta.classes[-1] == "nine"
    np.testing.assert_array_equal(second.images, digits.images)
    assert apply_edits(home, second, Edits(classes={"nine": "9"})).meta.id == "digits"


def test_drawn_shapes_become_a_set_on_disk(home: Home) -> None:
    shapes = open_dataset(home, shapes_id(ShapesSpec(train_per_class=10, test_per_class=10, size=16)))
    dataset = apply_edits(home, shapes, Edits(drop=frozenset(range(5))))
    assert (len(dataset), dataset.meta.version, dataset.meta.family) == (75, 2, shapes.meta.id)
    np.testing.assert_array_equal(open_dataset(home, dataset.meta.id).images, shapes.images[5:])


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        (Edits(), "Nothing would change"),
        (Edits(move={0: "cat"}, classes={"dog": "dog"}), "Nothing would change"),
        (Edits(drop=frozenset(range(6))), "No picture would be left"),
        (Edits(drop=frozenset({0, 2, 4})), "No picture would be left to learn from"),
        (Edits(classes={"cat": None, "dog": None}), "Only the class pug would be left"),
        (Edits(classes={"cat": "pug", "dog": "pug"}), "Only the class pug would be left"),
        (Edits(drop=frozenset({6})), "from 0 to 5, got 6"),
        (Edits(move={-1: "cat"}), "from 0 to 5, got -1"),
        (Edits(classes={"cow": "cat"}), "no class cow"),
        (Edits(move={0: " "}), "Expected a name"),
        (Edits(classes={"cat": ""}), "Expected a name"),
    ],
)
def test_what_cannot_be_is_said_and_leaves_nothing(home: Home, pets: Dataset, edits: Edits, message: str) -> None:
    with pytest.raises(DataError, match=message):
        apply_edits(home, pets, edits)
    assert [path.name for path in home.datasets.iterdir()] == [pets.meta.id]


def test_more_pictures_than_a_block_keep_their_order(home: Home, about: About, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.datasets.editing.rows._BLOCK", 3 * 12)  # three pictures
    images = np.random.default_rng(0).integers(0, 256, (10, 2, 2, 3), dtype=np.uint8)
    dataset = save_dataset(home, about, images, np.arange(10) % 2, np.zeros(10, np.uint8))
    told: list[float] = []
    edited = apply_edits(home, dataset, Edits(drop=frozenset({4})), lambda done, _text: told.append(done))
    np.testing.assert_array_equal(edited.images, np.delete(images, 4, axis=0))
    assert told == [0, 1 / 3, 2 / 3, 1]


def test_edits_travel_as_json(pets: Dataset) -> None:
    edits = Edits(drop=frozenset({1}), move={2: "cat"}, classes={"cat": None})
    assert Edits.model_validate(edits.model_dump(mode="json")) == edits
    assert Edits.model_validate_json(edits.model_dump_json()) == edits
    assert not edits.is_empty
    assert Edits().is_empty


@pytest.mark.parametrize(
    ("edits", "text"),
    [
        (Edits(), "Nothing changed."),
        (Edits(drop=frozenset({0})), "1 picture dropped."),
        (Edits(move={0: "dog"}), "1 picture moved."),
        (Edits(drop=frozenset({0, 1}), move={2: "cat", 0: "pug", 4: "pug"}), "2 pictures dropped, 1 moved."),
        (Edits(classes={"pug": "wolf"}), "Class pug renamed to wolf."),
        (Edits(classes={"pug": "dog"}), "Class pug merged into dog."),
        (Edits(move={0: "pug"}, classes={"pug": None}), "1 picture moved, class pug deleted with 3 pictures."),
    ],
)
def test_a_sentence_says_what_changes(pets: Dataset, edits: Edits, text: str) -> None:
    assert summary(edits, pets) == text


def test_a_sentence_names_only_the_first_classes(pets: Dataset) -> None:
    classes = {f"new {k}": f"newer {k}" for k in range(6)}
    text = summary(Edits(move={k: f"new {k}" for k in range(6)}, classes=classes), pets)
    assert text.startswith("6 pictures moved, class new 0 renamed to newer 0, ")
    assert text.endswith("class new 4 renamed to newer 4, 1 more class changed.")
