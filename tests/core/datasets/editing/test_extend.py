from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.datasets.dataset import TEST, TRAIN, VALIDATION, About, Dataset, Original, Refusal
from core.datasets.editing.edit import Edits, apply_edits
from core.datasets.editing.extend import extend
from core.datasets.importing.sources import open_source
from core.datasets.store import list_datasets, open_dataset, origins_of, save_dataset
from core.errors import DataError
from core.home import Home

Photos = Callable[..., Path]


@pytest.fixture
def stored(home: Home, about: About, tiny: Dataset) -> Dataset:
    """Two cats, two dogs of 4×4 px in colour, that came as an array; one was refused."""
    named = about.model_copy(update={"refused": (Refusal(name="old", reason="broken"),), "fit": "stretch"})
    return save_dataset(home, named, tiny.images, tiny.labels, tiny.parts)


@pytest.fixture
def photos(tmp_path: Path) -> Photos:
    """Write pictures into a folder: a name → the colour of an 8×4 photo, or the bytes of a file."""

    def written(folder: str = "more", **files: Any) -> Path:
        for name, content in files.items():
            path = tmp_path / folder / (name.replace("__", "/") + ".png")
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                path.write_bytes(content)
            else:
                Image.new("RGB", (8, 4), content).save(path)
        return tmp_path / folder

    return written


def extended(home: Home, dataset: Dataset, folder: Path) -> Dataset:
    with open_source(folder) as source:
        return extend(home, dataset, source)


def test_photos_join_their_class_or_make_a_new_one(home: Home, stored: Dataset, photos: Photos) -> None:
    folder = photos(dog__b=(3, 0, 0), dog__a=(2, 0, 0), ape__x=(1, 0, 0), Cat__y=(4, 0, 0))
    dataset = extended(home, stored, folder)
    assert dataset.meta.classes == ("cat", "dog", "Cat", "ape")
    assert dataset.labels.tolist() == [0, 0, 1, 1, 2, 3, 1, 1]
    assert dataset.images[4:, 0, 0, 0].tolist() == [4, 1, 2, 3]
    np.testing.assert_array_equal(dataset.images[:4], stored.images)
    assert (dataset.meta.version, dataset.meta.family, dataset.meta.parent) == (2, stored.meta.id, stored.meta.id)
    assert (dataset.meta.fit, dataset.meta.title) == ("stretch", "Tiny")
    assert open_dataset(home, stored.meta.id).meta == stored.meta


def test_photos_are_stored_as_the_others_are(home: Home, about: About, photos: Photos) -> None:
    """Grey, 4×4, and laid whole on black, as the set's own."""
    images = np.zeros((2, 4, 4, 1), np.uint8)
    named = about.model_copy(update={"fit": "pad"})
    grey = save_dataset(home, named, images, np.array([0, 1]), np.zeros(2, np.uint8))
    dataset = extended(home, grey, photos(cat__a="white", dog__b="black"))
    assert dataset.images.shape == (4, 4, 4, 1)
    assert dataset.images[2, :, 0, 0].tolist() == [0, 255, 255, 0]


def test_a_part_that_the_source_gives_stays(home: Home, stored: Dataset, photos: Photos) -> None:
    folder = photos(test__cat__a="red", test__dog__a="red", val__cat__b="blue", train__cat__c="lime")
    dataset = extended(home, stored, folder)
    assert dataset.parts.tolist() == [TRAIN] * 4 + [TRAIN, TEST, VALIDATION, TEST]
    assert dataset.labels.tolist() == [0, 0, 1, 1, 0, 0, 0, 1]
    assert (dataset.meta.given_test, dataset.meta.given_validation) == (True, True)


def test_refused_photos_are_listed_after_those_of_the_set(home: Home, stored: Dataset, photos: Photos) -> None:
    dataset = extended(home, stored, photos(cat__a="red", cat__bad=b"no photo"))
    assert [refusal.name for refusal in dataset.meta.refused] == ["old", "cat/bad.png"]
    assert len(dataset) == 5


def test_origins_are_those_of_all_pictures(home: Home, stored: Dataset, photos: Photos) -> None:
    second = extended(home, stored, photos(cat__a="red"))
    third = extended(home, second, photos("yet", dog__b="blue"))
    origins = origins_of(home, third)
    assert origins is not None
    assert origins.names == ("", "", "", "", "cat/a.png", "dog/b.png")
    assert origins.sizes.tolist() == [[0, 0]] * 4 + [[8, 4]] * 2


def test_what_came_in_is_told_in_one_line_however_often_photos_are_added(
    home: Home, stored: Dataset, photos: Photos
) -> None:
    second = extended(home, stored, photos(cat__a="red"))
    assert second.meta.original == Original(shape="(4, 4, 4, 3) + 1 × 8×4 px", dtype="uint8", range=(0, 255))
    assert (second.meta.source, second.meta.licence) == ("a test, more", "CC0 1.0; of added photos not stated")
    third = extended(home, second, photos("yet", dog__b="blue"))
    assert third.meta.original.shape == "(4, 4, 4, 3) + 2 × 8×4 px"
    assert (third.meta.source, third.meta.licence) == ("a test, more, yet", second.meta.licence)


def test_a_licence_that_nobody_stated_stays_so(home: Home, about: About, tiny: Dataset, photos: Photos) -> None:
    named = about.model_copy(update={"licence": "not stated"})
    own = save_dataset(home, named, tiny.images, tiny.labels, tiny.parts)
    assert extended(home, own, photos(cat__a="red")).meta.licence == "not stated"


def test_an_edit_after_it_is_the_third_version(home: Home, stored: Dataset, photos: Photos) -> None:
    second = extended(home, stored, photos(cat__a="red"))
    assert apply_edits(home, second, Edits(drop=frozenset({0}))).meta.version == 3


@pytest.mark.parametrize("files", [{"cat__bad": b"no photo"}, {"loose": "red"}])
def test_nothing_to_add_is_said_and_leaves_nothing(
    home: Home, stored: Dataset, photos: Photos, files: dict[str, Any]
) -> None:
    with pytest.raises(DataError):
        extended(home, stored, photos(**files))
    assert [meta.id for meta in list_datasets(home)] == ["digits", stored.meta.id]
    assert not list(home.datasets.glob(".*.tmp"))


def test_progress_goes_on(home: Home, stored: Dataset, photos: Photos) -> None:
    told: list[float] = []
    with open_source(photos(cat__a="red", cat__b="red")) as source:
        extend(home, stored, source, lambda done, _text: told.append(done))
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, 1)
