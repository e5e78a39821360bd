"""Who may take what away of a run: pictures go only to those who may see them."""

from __future__ import annotations

import pytest

from core.access import Viewer, owner_of
from core.datasets.dataset import About
from core.datasets.editing.versions import publish_dataset, remove_dataset
from core.datasets.store import open_dataset, save_dataset
from core.export.kinds import KINDS, WITHOUT_PICTURES, Made, may_take, write_record
from core.home import Home
from core.runs.folder import RunFolder
from core.runs.notes import change_about
from core.runs.submit import submit_run
from core.spec import DataSpec, RunSpec

OWNER, OTHER = Viewer(owner_of("a" * 32)), Viewer(owner_of("b" * 32))
TEACHER = Viewer(OTHER.owner, is_teacher=True)


@pytest.fixture
def run(home: Home) -> RunFolder:
    """A published run on private pictures."""
    digits = open_dataset(home, "digits")
    about = About(**{name: getattr(digits.meta, name) for name in About.model_fields} | {"title": "Mine"})
    mine = save_dataset(home, about, digits.images, digits.labels, digits.parts, owner=OWNER.owner)
    made = submit_run(home, RunSpec(data=DataSpec(dataset=mine.meta.id)), owner=OWNER.owner)
    change_about(made, published=True)
    return made


def taken(home: Home, run: RunFolder, viewer: Viewer) -> set[str]:
    return {kind for kind in KINDS if may_take(home, run, kind, viewer)}


def test_all_but_the_pictures_goes_to_whoever_sees_the_run(home: Home, run: RunFolder) -> None:
    assert taken(home, run, OTHER) == set(KINDS) - {"code", "report"}
    assert taken(home, run, OWNER) == taken(home, run, TEACHER) == set(KINDS)
    assert set(WITHOUT_PICTURES.values()) <= taken(home, run, OTHER)


def test_published_pictures_go_along(home: Home, run: RunFolder) -> None:
    publish_dataset(home, run.info().spec.data.dataset, True, OWNER)
    assert taken(home, run, OTHER) == set(KINDS)


def test_a_file_made_before_its_private_pictures_were_deleted_still_shows_them(home: Home, run: RunFolder) -> None:
    run.exports.mkdir()
    write_record(run, Made(kind="code", size=5, stamp="", maker=OWNER.owner))
    write_record(run, Made(kind="report", size=5, stamp=""))
    remove_dataset(home, run.info().spec.data.dataset, OWNER)
    assert not taken(home, run, OTHER) & set(WITHOUT_PICTURES)
    assert taken(home, run, OWNER) == set(KINDS) - {"report"}
    assert taken(home, run, TEACHER) == set(KINDS)


@pytest.mark.parametrize("owner", [OTHER.owner, ""])
def test_whose_the_run_is_gives_no_right_to_pictures_of_another_s(home: Home, run: RunFolder, owner: str) -> None:
    """It came as a bundle of a published run, from the command line, or was trained while they were published."""
    theirs = submit_run(home, run.info().spec, owner=owner)
    theirs.exports.mkdir()
    write_record(theirs, Made(kind="code", size=5, stamp="", maker=OTHER.owner))
    assert taken(home, theirs, OTHER) == set(KINDS) - set(WITHOUT_PICTURES)


def test_of_a_private_run_nothing_goes_to_others(home: Home, run: RunFolder) -> None:
    change_about(run, published=False)
    assert taken(home, run, OTHER) == set()
    assert taken(home, run, OWNER) == set(KINDS)
