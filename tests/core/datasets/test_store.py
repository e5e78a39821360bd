from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.datasets import writer
from core.datasets.dataset import About, Dataset
from core.datasets.shapes import ShapesSpec, shapes_id
from core.datasets.store import is_there, list_datasets, open_dataset, save_dataset, size_on_disk
from core.errors import DataError
from core.home import Home


def save(home: Home, about: About, tiny: Dataset) -> Dataset:
    return save_dataset(home, about, tiny.images, tiny.labels, tiny.parts, "tiny")


def stored_ids(home: Home) -> list[str]:
    return [meta.id for meta in list_datasets(home) if meta.id != "digits"]


def test_a_set_comes_back_as_it_was_saved(home: Home, about: About, tiny: Dataset) -> None:
    dataset = save(home, about, tiny)
    assert isinstance(dataset.images, np.memmap)
    np.testing.assert_array_equal(dataset.images, tiny.images)
    np.testing.assert_array_equal(dataset.labels, [0, 0, 1, 1])
    assert dataset.meta == tiny.meta == open_dataset(home, "tiny").meta
    assert (len(dataset), dataset.colour_mode, dataset.meta.size) == (4, "rgb", 4)


def test_the_digits_ship(home: Home) -> None:
    digits = open_dataset(home, "digits")
    assert digits.images.shape == (1797, 8, 8, 1)
    assert digits.images[0, 0, :, 0].tolist() == [0, 0, 80, 207, 143, 16, 0, 0]  # 0 0 5 13 9 1 0 0 of 16
    assert [meta.id for meta in list_datasets(home)] == ["digits"]


def test_shapes_open_by_their_id(home: Home) -> None:
    spec = ShapesSpec(train_per_class=10, test_per_class=10, size=16)
    assert open_dataset(home, shapes_id(spec)).images.shape == (80, 16, 16, 3)


def test_a_crash_midway_leaves_nothing(
    home: Home, about: About, tiny: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_arguments: Any) -> None:
        assert list(home.datasets.iterdir())  # pictures are written by now
        raise KeyboardInterrupt

    monkeypatch.setattr(writer, "write_json", crash)
    with pytest.raises(KeyboardInterrupt):
        save(home, about, tiny)
    assert stored_ids(home) == []
    assert list(home.datasets.iterdir()) == []


def test_what_a_killed_import_left_is_hidden_and_swept_after_a_day(home: Home, about: About, tiny: Dataset) -> None:
    old, young = home.datasets / ".a.1234.tmp", home.datasets / ".b.1234.tmp"
    for leftover in (old, young):
        leftover.mkdir()
    os.utime(old, (0, 0))
    assert stored_ids(home) == []
    save(home, about, tiny)
    assert not old.exists()
    assert young.exists()


def test_the_same_set_is_stored_once_and_another_never_replaces_it(home: Home, about: About, tiny: Dataset) -> None:
    save(home, about, tiny)
    before = (home.datasets / "tiny" / "images.npy").stat().st_mtime_ns
    save(home, about, tiny)
    assert (home.datasets / "tiny" / "images.npy").stat().st_mtime_ns == before
    with pytest.raises(DataError, match="another data set with the id tiny"):
        save_dataset(home, about, tiny.images // 2, tiny.labels, tiny.parts, "tiny")


@pytest.mark.parametrize("dataset_id", ["../x", "a/b", "", ".hidden", "A", "x" * 81, "a\x00", "digits\n"])
def test_an_id_never_leads_out_of_its_folder(home: Home, dataset_id: str) -> None:
    with pytest.raises(DataError, match="id of small letters"):
        open_dataset(home, dataset_id)


def test_a_set_s_place_and_size_on_disk(home: Home, about: About, tiny: Dataset) -> None:
    save(home, about, tiny)
    files = (home.datasets / "tiny").iterdir()
    assert size_on_disk(home, "tiny") == sum(file.stat().st_size for file in files) > 0
    assert [size_on_disk(home, name) for name in ("gone", "digits", "../runs")] == [0, 0, 0]
    assert is_there(home, "tiny") and is_there(home, "digits")
    assert not is_there(home, "gone") and not is_there(home, "../runs")


def test_a_missing_set_is_named(home: Home) -> None:
    with pytest.raises(DataError, match="no data set gone in"):
        open_dataset(home, "gone")


def damage_meta(folder: Path) -> None:
    (folder / "meta.json").write_text("{}")


def cut_images(folder: Path) -> None:
    content = (folder / "images.npy").read_bytes()
    (folder / "images.npy").write_bytes(content[:-1])


@pytest.mark.parametrize("damage", [damage_meta, cut_images])
def test_a_damaged_set_says_so(home: Home, about: About, tiny: Dataset, damage: Any) -> None:
    save(home, about, tiny)
    damage(home.datasets / "tiny")
    with pytest.raises(DataError, match="damaged"):
        open_dataset(home, "tiny")


def test_unreadable_folders_are_skipped_in_the_list(home: Home, about: About, tiny: Dataset) -> None:
    save(home, about, tiny)
    (home.datasets / "empty").mkdir()
    (home.datasets / "renamed").mkdir()
    (home.datasets / "renamed" / "meta.json").write_bytes((home.datasets / "tiny" / "meta.json").read_bytes())
    (home.datasets / "mnist.npz").write_bytes(b"")
    assert stored_ids(home) == ["tiny"]
