from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from core.access import COMMAND_LINE, Access, Viewer
from core.datasets.access import alone
from core.datasets.dataset import About, Dataset
from core.datasets.editing.edit import Edits, apply_edits
from core.datasets.editing.versions import families, family_of, publish_dataset, remove_dataset
from core.datasets.store import access_of_dataset, list_datasets, open_dataset, save_dataset
from core.errors import DataError
from core.home import Home

ANN, BEN = Viewer("ann"), Viewer("ben")


def publish(home: Home, dataset_id: str, viewer: Viewer, published: bool) -> None:
    publish_dataset(home, dataset_id, published, viewer)


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
    remove_dataset(home, first.id, COMMAND_LINE)
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
        remove_dataset(home, versions[0].meta.id, COMMAND_LINE)
    assert [meta.version for meta in families(list_datasets(home))[versions[0].meta.id]] == [3, 2]


def test_a_damaged_set_can_be_removed(home: Home, versions: list[Dataset]) -> None:
    (home.datasets / versions[0].meta.id / "meta.json").unlink()
    remove_dataset(home, versions[0].meta.id, COMMAND_LINE)
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
        remove_dataset(home, dataset_id, COMMAND_LINE)
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
    remove_dataset(home, third.id, COMMAND_LINE)
    fourth = apply_edits(home, open_dataset(home, second.id), Edits(classes={"cat": "lion"}))
    assert fourth.meta.version == 4


def test_a_version_that_an_earlier_program_stored_is_remembered_when_it_goes(
    home: Home, versions: list[Dataset]
) -> None:
    (home.datasets / ".versions.json").write_text("[damaged")
    remove_dataset(home, versions[2].meta.id, COMMAND_LINE)
    fourth = apply_edits(home, versions[1], Edits(classes={"cat": "lion"}))
    assert fourth.meta.version == 4


def test_an_edit_made_again_after_a_removal_is_numbered_once(home: Home, versions: list[Dataset]) -> None:
    assert apply_edits(home, versions[1], Edits(drop=frozenset({1}))).meta == versions[2].meta
    assert apply_edits(home, versions[1], Edits(classes={"cat": "lion"})).meta.version == 4


@pytest.fixture
def mine(home: Home, about: About, tiny: Dataset) -> str:
    """A set of Ann's."""
    return save_dataset(home, about, tiny.images, tiny.labels, tiny.parts, owner=ANN.owner).meta.id


@pytest.mark.parametrize("change", [remove_dataset, partial(publish, published=True)])
def test_nobody_else_may_change_a_set_and_a_hidden_one_is_not_there(
    home: Home, mine: str, change: Callable[[Home, str, Viewer], None]
) -> None:
    with pytest.raises(DataError, match="not there"):
        change(home, mine, BEN)
    publish(home, mine, ANN, published=True)
    with pytest.raises(DataError, match="belongs to somebody else"):
        change(home, mine, BEN)
    assert access_of_dataset(home, mine) == Access(owners=(ANN.owner,), published_by=(ANN.owner,))


def test_one_of_several_owners_leaves_a_set_and_the_last_one_removes_it(
    home: Home, mine: str, about: About, tiny: Dataset
) -> None:
    save_dataset(home, about, tiny.images, tiny.labels, tiny.parts, owner=BEN.owner)
    remove_dataset(home, mine, ANN)
    assert access_of_dataset(home, mine) == Access(owners=(BEN.owner,))
    with pytest.raises(DataError, match="not there"):
        remove_dataset(home, mine, ANN)
    remove_dataset(home, mine, BEN)
    assert not (home.datasets / mine).exists()


def test_a_teacher_removes_everybody_s_but_leaves_what_is_the_teacher_s_too(
    home: Home, mine: str, about: About, tiny: Dataset
) -> None:
    """The teacher handed a file out, and all have brought it in."""
    teacher = Viewer("teacher", is_teacher=True)
    save_dataset(home, about, tiny.images, tiny.labels, tiny.parts, owner=teacher.owner)
    remove_dataset(home, mine, teacher)
    assert access_of_dataset(home, mine) == Access(owners=(ANN.owner,))
    remove_dataset(home, mine, teacher)
    assert not (home.datasets / mine).exists()


def test_two_presses_on_delete_leave_the_other_owner_s_set(
    home: Home, mine: str, about: About, tiny: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both were asked whether Ben may before either took him away."""
    save_dataset(home, about, tiny.images, tiny.labels, tiny.parts, owner=BEN.owner)
    other_presses = [BEN]

    def after_the_other_press(folder: Path) -> AbstractContextManager[None]:
        if other_presses:
            remove_dataset(home, mine, other_presses.pop())
        return alone(folder)

    monkeypatch.setattr("core.datasets.editing.versions.alone", after_the_other_press)
    with pytest.raises(DataError, match="not there"):
        remove_dataset(home, mine, BEN)
    assert access_of_dataset(home, mine) == Access(owners=(ANN.owner,))


def test_each_owner_publishes_for_itself(home: Home, mine: str, about: About, tiny: Dataset) -> None:
    save_dataset(home, about, tiny.images, tiny.labels, tiny.parts, owner=BEN.owner)

    def by() -> tuple[str, ...]:
        return access_of_dataset(home, mine).published_by

    publish(home, mine, ANN, published=True)
    publish(home, mine, BEN, published=False)
    assert by() == (ANN.owner,)
    publish(home, mine, BEN, published=True)
    publish(home, mine, ANN, published=False)
    assert by() == (BEN.owner,)
    remove_dataset(home, mine, BEN)
    assert access_of_dataset(home, mine) == Access(owners=(ANN.owner,))


def test_a_teacher_publishes_for_all_owners_and_takes_all_back(
    home: Home, mine: str, about: About, tiny: Dataset
) -> None:
    save_dataset(home, about, tiny.images, tiny.labels, tiny.parts, owner=BEN.owner)
    for published in (True, False):
        publish(home, mine, COMMAND_LINE, published)
        assert access_of_dataset(home, mine).published_by == (ANN.owner, BEN.owner) * published


def test_a_set_is_published_and_taken_back(home: Home, mine: str) -> None:
    for published in (True, False):
        publish(home, mine, ANN, published)
        assert access_of_dataset(home, mine) == Access(owners=(ANN.owner,), published_by=(ANN.owner,) * published)
    with pytest.raises(DataError, match="Built-in"):
        publish(home, "digits", COMMAND_LINE, published=True)
