from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.datasets.dataset import About, Dataset
from core.datasets.editing.edit import Edits, apply_edits
from core.datasets.editing.versions import families, family_of, remove_dataset
from core.datasets.store import list_datasets, open_dataset, save_dataset
from core.errors import DataError
from core.home import Home


@pytest.fixture
def versions(home: Home, about: About, tiny: Dataset) -> list[Dataset]:
    first = save_dataset(home, about, tiny.images, tiny.labels, tiny.parts)
    second = apply_edits(home, first, Edits(drop=frozenset({0})))
    return [first, second, apply_edits(home, second, Edits(drop=frozenset({1})))]


def test_versions_of_a_set_are_found_newest_first(home: Home, versions: list[Dataset]) -> None:
    found = families(list_datasets(home))
    assert list(found) == ["digits", versions[0].meta.id]
    assert [meta.version for meta in found[versions[0].meta.id]] == [3, 2, 1]
    assert {family_of(dataset.meta) for dataset in versions} == {versions[0].meta.id}


def test_a_removed_version_is_gone_and_the_others_stay(home: Home, versions: list[Dataset]) -> None:
    first, second, third = (dataset.meta for dataset in versions)
    remove_dataset(home, first.id)
    assert [meta.id for meta in families(list_datasets(home))[first.id]] == [third.id, second.id]
    assert not list(home.datasets.glob(".*.tmp"))
    fourth = apply_edits(home, open_dataset(home, third.id), Edits(classes={"cat": "lion"}))
    assert (fourth.meta.version, fourth.meta.family) == (4, first.id)


def test_a_removal_that_is_cut_off_leaves_no_half_set(
    home: Home, versions: list[Dataset], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_folder: Path, **_options: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("core.datasets.editing.versions.shutil.rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        remove_dataset(home, versions[0].meta.id)
    assert [meta.version for meta in families(list_datasets(home))[versions[0].meta.id]] == [3, 2]


def test_a_damaged_set_can_be_removed(home: Home, versions: list[Dataset]) -> None:
    (home.datasets / versions[0].meta.id / "meta.json").unlink()
    remove_dataset(home, versions[0].meta.id)
    assert not (home.datasets / versions[0].meta.id).exists()


@pytest.mark.parametrize(
    ("dataset_id", "message"),
    [
        ("digits", "Built-in"),
        ("mnist", "Built-in"),
        ("gone", "not there"),
        ("", "not there"),
        ("..", "not there"),
        ("../runs", "not there"),
        (".versions.lock", "not there"),
    ],
)
def test_other_sets_stay(home: Home, versions: list[Dataset], dataset_id: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        remove_dataset(home, dataset_id)
    assert len(list_datasets(home)) == 4
    assert home.runs.is_dir()


@pytest.mark.parametrize("is_damaged", [False, True])
def test_the_number_of_a_removed_version_never_comes_back(
    home: Home, versions: list[Dataset], is_damaged: bool
) -> None:
    """Two sets of other pictures were both version 3."""
    _first, second, third = (dataset.meta for dataset in versions)
    if is_damaged:
        (home.datasets / third.id / "meta.json").unlink()
    remove_dataset(home, third.id)
    fourth = apply_edits(home, open_dataset(home, second.id), Edits(classes={"cat": "lion"}))
    assert fourth.meta.version == 4


def test_a_version_that_an_earlier_program_stored_is_remembered_when_it_goes(
    home: Home, versions: list[Dataset]
) -> None:
    (home.datasets / ".versions.json").write_text("[damaged")
    remove_dataset(home, versions[2].meta.id)
    fourth = apply_edits(home, versions[1], Edits(classes={"cat": "lion"}))
    assert fourth.meta.version == 4


def test_an_edit_made_again_after_a_removal_is_numbered_once(home: Home, versions: list[Dataset]) -> None:
    assert apply_edits(home, versions[1], Edits(drop=frozenset({1}))).meta == versions[2].meta
    assert apply_edits(home, versions[1], Edits(classes={"cat": "lion"})).meta.version == 4
