"""The one door: what a browser sees of its own, of others' and of what was published; and what a teacher sees."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest

from core.access import Viewer, owner_of
from core.datasets.dataset import About, Original
from core.datasets.editing.versions import publish_dataset
from core.datasets.store import save_dataset
from core.errors import DataError, StudioError
from core.home import Home
from core.runs import submit
from core.runs.folder import RunFolder, State, Status
from core.runs.notes import change_about
from core.runs.submit import submit_run
from core.runs.trash import discard, restore
from core.spec import RunSpec
from ui import access, session

ALICE, BOB = owner_of("a" * 32), owner_of("b" * 32)
Look = Callable[..., None]


@pytest.fixture(autouse=True)
def look_as(home: Home, monkeypatch: pytest.MonkeyPatch) -> Look:
    """Go on as the browser with this owner's name, or as the teacher in it; at first as Alice's."""
    monkeypatch.setattr(access, "studio", lambda: SimpleNamespace(home=home))
    ids = iter(f"r20261122-0930{number:02d}-000000" for number in range(60))
    monkeypatch.setattr(submit, "new_run_id", lambda: next(ids))

    def look(owner: str, is_teacher: bool = False) -> None:
        monkeypatch.setattr(session, "viewer", lambda: Viewer(owner, is_teacher))

    look(ALICE)
    return look


def made(home: Home, name: str, owner: str) -> RunFolder:
    return submit_run(home, RunSpec(), name, owner, Status(state=State.FINISHED))


def brought_in(home: Home, title: str, owner: str) -> str:
    """A set of one's own; its id."""
    about = About(
        title=title,
        classes=("gnu", "yak"),
        source="photos",
        licence="",
        original=Original(shape="(4, 2, 2, 1)", dtype="uint8", range=(0, 255)),
    )
    images = np.zeros((4, 2, 2, 1), np.uint8)
    images[:, 0, 0, 0] = len(title)
    return save_dataset(home, about, images, np.array([0, 1, 0, 1]), np.zeros(4, np.uint8), owner=owner).meta.id


def names() -> list[str]:
    return [run.name for run in access.visible_listing(now=True).runs]


def test_a_browser_sees_its_own_runs_those_of_nobody_and_what_others_published(home: Home, look_as: Look) -> None:
    made(home, "mine", ALICE), made(home, "old", ""), made(home, "private", BOB)
    change_about(made(home, "shown", BOB), published=True)
    assert names() == ["shown", "old", "mine"]
    assert access.hidden_runs() == 1
    look_as(BOB)
    assert names() == ["shown", "private", "old"]


def test_a_private_run_is_not_opened_until_it_is_published_and_no_more_when_that_is_taken_back(home: Home) -> None:
    run = made(home, "private", BOB)
    with pytest.raises(StudioError, match="private to the browser that made it"):
        access.visible_run(run.id)
    change_about(run, published=True)
    assert access.visible_run(run.id) == run
    assert access.may_see(run) and not access.may_change(run)
    change_about(run, published=False)
    assert not access.may_see(run)


def test_what_is_published_may_be_seen_but_not_changed(home: Home) -> None:
    run = made(home, "shown", BOB)
    change_about(run, published=True)
    with pytest.raises(StudioError, match="belongs to another browser"):
        access.my_run(run.id)


@pytest.mark.parametrize("run_id", ["r20261122-093000-ffffff", "../datasets/digits", "", "r"])
def test_what_is_no_run_is_said_to_be_none(run_id: str) -> None:
    for open_it in (access.visible_run, access.my_run):
        with pytest.raises(StudioError, match="There is no run"):
            open_it(run_id)


def test_a_damaged_run_is_the_teacher_s_alone(home: Home, look_as: Look) -> None:
    run = made(home, "broken", ALICE)
    change_about(run, note="Private", published=True)
    (run.path / "run.json").write_bytes(b"{")
    assert names() == [] and access.hidden_runs() == 1
    with pytest.raises(StudioError, match="belongs to another browser"):
        access.my_run(run.id)
    discard(home, run)
    assert access.my_trash() == []
    look_as(ALICE, is_teacher=True)
    assert access.my_trash() == [access.my_deleted_run(run.id)]
    restore(home, run.id)
    assert access.my_run(run.id) == run
    with pytest.raises(StudioError, match="cannot be read"):
        access.visible_run(run.id)


def test_a_teacher_sees_and_may_change_all_but_races_with_the_own_ones(home: Home, look_as: Look) -> None:
    made(home, "mine", ALICE)
    run = made(home, "private", BOB)
    look_as(ALICE, is_teacher=True)
    assert names() == ["private", "mine"]
    assert access.my_run(run.id) == run
    assert access.hidden_runs() == 0
    assert [run.info().name for run in access.newest_runs({"usual": RunSpec()}).values()] == ["mine"]


def test_a_list_is_worked_out_once_for_each_viewer(home: Home, look_as: Look) -> None:
    made(home, "mine", ALICE)
    first = access.visible_listing(now=True)
    look_as(BOB)
    assert access.visible_listing().runs == ()
    look_as(ALICE)
    assert access.visible_listing() is first


def test_lists_are_kept_for_few_viewers(home: Home, look_as: Look) -> None:
    for number in range(2 * access.VIEWERS):
        look_as(f"{number:032x}")
        access.visible_listing()
    assert len(access._kept) <= access.VIEWERS


def test_deleted_runs_are_offered_back_to_those_whose_they_are(home: Home, look_as: Look) -> None:
    run = made(home, "mine", ALICE)
    change_about(run, published=True)
    discard(home, run)
    assert [deleted.id for deleted in access.my_trash()] == [run.id]
    assert access.my_deleted_run(run.id).id == run.id
    look_as(BOB)
    assert access.my_trash() == []
    with pytest.raises(StudioError, match="gone for good"):
        access.my_deleted_run(run.id)


def test_pictures_are_seen_by_who_brought_them_in_and_by_all_once_published(home: Home, look_as: Look) -> None:
    mine, theirs, old = brought_in(home, "zoo", ALICE), brought_in(home, "farm", BOB), brought_in(home, "attic", "")
    seen = {meta.id for meta in access.visible_datasets()}
    assert {mine, old} <= seen and theirs not in seen
    assert access.hidden_datasets() == 1
    assert access.may_change_dataset(mine)
    with pytest.raises(DataError, match="private to the browser that brought them in"):
        access.visible_dataset(theirs)
    publish_dataset(home, theirs, True, Viewer(BOB))
    assert access.visible_dataset(theirs).meta.title == "farm"
    assert not access.may_change_dataset(theirs)
    publish_dataset(home, theirs, False, Viewer(BOB))
    look_as(ALICE, is_teacher=True)
    assert access.visible_dataset(theirs).meta.title == "farm"


def test_the_bundled_digits_are_everybody_s() -> None:
    assert access.visible_dataset("digits").meta.id == "digits"
    assert access.sees_dataset("no-such-set")
    with pytest.raises(DataError, match="There is no data set"):
        access.visible_dataset("no-such-set")
