"""Whose a set is: from the moment at which it appears, and where several browsers bring in the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.access import COMMAND_LINE, NOBODY, Access, Viewer
from core.datasets.access import FILE, add_owner, read_access, write_access
from core.datasets.dataset import About, Dataset
from core.datasets.editing.edit import Edits, apply_edits
from core.datasets.store import access_of_dataset, open_dataset, save_dataset, seen_datasets
from core.home import Home

ANN, BEN = Viewer("ann"), Viewer("ben")


def saved(home: Home, about: About, tiny: Dataset, owner: str = "ann") -> str:
    return save_dataset(home, about, tiny.images, tiny.labels, tiny.parts, owner=owner).meta.id


def seen(home: Home, viewer: Viewer) -> list[str]:
    return [meta.id for meta in seen_datasets(home, viewer)]


def test_a_set_is_its_owner_s_and_the_teacher_s(home: Home, about: About, tiny: Dataset) -> None:
    mine = saved(home, about, tiny)
    assert access_of_dataset(home, mine) == Access(owners=("ann",))
    assert seen(home, ANN) == seen(home, COMMAND_LINE) == ["digits", mine]
    assert seen(home, BEN) == ["digits"]


def test_what_the_command_line_brings_in_is_built_in_drawn_or_missing_belongs_to_all(
    home: Home, about: About, tiny: Dataset
) -> None:
    shared = saved(home, about, tiny, owner="")
    assert not (home.datasets / shared / FILE).exists()
    for dataset_id in (shared, "digits", "shapes", "mnist", "gone", "..", ""):
        assert access_of_dataset(home, dataset_id) == Access()
    assert seen(home, BEN) == ["digits", shared]


def test_it_is_private_before_it_appears(
    home: Home, about: About, tiny: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename, before = Path.rename, []

    def watched(self: Path, target: Path) -> Path:
        before.append(read_access(self))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", watched)
    saved(home, about, tiny)
    assert before == [Access(owners=("ann",))]


def test_who_brings_in_the_same_set_owns_it_too(home: Home, about: About, tiny: Dataset) -> None:
    mine = saved(home, about, tiny)
    write_access(home.datasets / mine, Access(owners=("ann",), published_by=("ann",)))
    assert [saved(home, about, tiny, owner) for owner in ("ben", "ann")] == [mine, mine]
    assert access_of_dataset(home, mine) == Access(owners=("ann", "ben"), published_by=("ann",))


def test_the_command_line_leaves_a_set_to_its_owners_and_nobody_takes_everybody_s(
    home: Home, about: About, tiny: Dataset
) -> None:
    mine = saved(home, about, tiny)
    saved(home, about, tiny, "")
    assert access_of_dataset(home, mine) == Access(owners=("ann",))
    (home.datasets / mine / FILE).unlink()
    saved(home, about, tiny, "ben")
    assert access_of_dataset(home, mine) == Access()


@pytest.mark.parametrize(("flag", "by"), [("true", ("ann", "ben")), ("false", ())])
def test_a_file_with_one_flag_for_all_owners_is_still_read(tmp_path: Path, flag: str, by: tuple[str, ...]) -> None:
    (tmp_path / FILE).write_text(f'{{"owners": ["ann", "ben"], "published": {flag}}}')
    assert read_access(tmp_path) == Access(owners=("ann", "ben"), published_by=by)


def test_edits_that_lead_back_to_the_first_version_share_it(home: Home, about: About, tiny: Dataset) -> None:
    """Ben was given version 2, which is published, and undoes what Ann did to version 1."""
    first = open_dataset(home, saved(home, about, tiny))
    second = apply_edits(home, first, Edits(move={0: "dog"}), owner="ann")
    assert access_of_dataset(home, second.meta.id) == Access(owners=("ann",))
    assert apply_edits(home, second, Edits(move={0: "cat"}), owner="ben").meta == first.meta
    assert access_of_dataset(home, first.meta.id) == Access(owners=("ann", "ben"))


def test_versions_of_two_owners_have_numbers_of_their_own(home: Home, about: About, tiny: Dataset) -> None:
    first = open_dataset(home, saved(home, about, tiny))
    made = [
        apply_edits(home, first, Edits(drop=frozenset({row})), owner=owner) for row, owner in ((0, "ann"), (1, "ben"))
    ]
    assert [dataset.meta.version for dataset in made] == [2, 3]
    assert seen(home, BEN) == ["digits", made[1].meta.id]


def test_a_change_is_seen_at_once_and_leaves_the_set_as_it_was(home: Home, about: About, tiny: Dataset) -> None:
    mine = saved(home, about, tiny)
    before = open_dataset(home, mine)
    write_access(home.datasets / mine, Access(owners=("ann",), published_by=("ann",)))
    assert seen(home, BEN) == ["digits", mine]
    assert open_dataset(home, mine) is before
    write_access(home.datasets / mine, Access(owners=("ann",)))
    assert seen(home, BEN) == ["digits"]


def test_it_is_read_once(home: Home, about: About, tiny: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    saved(home, about, tiny)
    first = seen(home, ANN)
    monkeypatch.setattr(Path, "read_bytes", lambda _self: pytest.fail("read again"))
    assert seen(home, ANN) == first


@pytest.mark.parametrize("content", ["", "{", '{"owners": "all"}', '{"owners": [], "open": true}', "[]"])
def test_a_damaged_file_shows_the_set_to_the_teacher_alone(
    home: Home, about: About, tiny: Dataset, content: str
) -> None:
    mine = saved(home, about, tiny)
    (home.datasets / mine / FILE).write_text(content)
    assert seen(home, ANN) == ["digits"]
    assert seen(home, COMMAND_LINE) == ["digits", mine]


def test_a_set_that_is_just_being_removed_is_nobody_s(tmp_path: Path) -> None:
    """Its title was read a moment ago, and the file that says whose it is has gone with it."""
    assert read_access(tmp_path / "gone") == NOBODY


def test_browsers_that_bring_it_in_at_once_all_own_it(tmp_path: Path) -> None:
    write_access(tmp_path, Access(owners=("ann",)))
    names = [f"browser{number}" for number in range(40)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda name: add_owner(tmp_path, name), names))
    assert set(read_access(tmp_path).owners) == {"ann", *names}
