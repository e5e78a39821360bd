"""Deleting runs, and the way back."""

import os
import shutil
import time

import pytest

from core.errors import StudioError
from core.files import RESERVE
from core.runs import trash
from core.runs.folder import State, Status, list_runs
from core.runs.notes import change_about
from core.runs.submit import submit_run
from core.runs.trash import KEPT_FOR, discard, discarded, empty_trash, restore, trash_of
from core.spec import RunSpec


def made(home, name="Made", state=State.STOPPED):
    return submit_run(home, RunSpec(), name, status=Status(state=state))


def test_a_deleted_run_comes_back_whole(home):
    run, other = made(home), made(home, "Other")
    change_about(run, note="a note")
    files = sorted((file.name, file.read_bytes()) for file in run.path.iterdir())
    discard(home, run)
    assert list_runs(home) == [other]
    assert [kept.id for kept in discarded(home)] == [run.id]
    with pytest.raises(StudioError, match="cannot be read"):
        run.info()
    restore(home, run.id)
    assert sorted((file.name, file.read_bytes()) for file in run.path.iterdir()) == files
    assert discarded(home) == []
    restore(home, run.id)  # pressed twice


@pytest.mark.parametrize("state", [State.QUEUED, State.RUNNING])
def test_an_active_run_is_not_deleted(home, state):
    run = made(home, "Busy", state)
    with pytest.raises(StudioError, match="Busy still learns"):
        discard(home, run)
    assert list_runs(home) == [run]


def test_a_damaged_run_can_be_deleted(home):
    run = made(home)
    (run.path / "run.json").write_bytes(b"")
    discard(home, run)
    assert list_runs(home) == []


def test_a_run_that_somebody_else_has_deleted_is_no_error(home):
    run = made(home)
    shutil.rmtree(run.path)
    discard(home, run)


def test_the_trash_is_emptied_after_a_day(home):
    old, new = made(home, "old"), made(home, "new")
    for run in (old, new):
        discard(home, run)
    then = time.time() - KEPT_FOR - 1
    os.utime(trash_of(home) / old.id, (then, then))
    empty_trash(home)
    assert [kept.id for kept in discarded(home)] == [new.id]
    with pytest.raises(StudioError, match="gone for good"):
        restore(home, old.id)


def test_a_full_disk_takes_what_was_deleted_longest_ago_first(home, monkeypatch):
    first, second = made(home, "first"), made(home, "second")
    for age, run in ((20, first), (10, second)):
        discard(home, run)
        os.utime(trash_of(home) / run.id, (time.time() - age,) * 2)
    free = iter([0, RESERVE])
    monkeypatch.setattr(trash, "free_bytes", lambda _folder: next(free))
    empty_trash(home)
    assert [kept.id for kept in discarded(home)] == [second.id]


@pytest.mark.parametrize("run_id", ["", "..", "../runs", "r20260101-120000-00000a"])
def test_what_was_never_deleted_cannot_be_restored(home, run_id):
    with pytest.raises(StudioError):
        restore(home, run_id)
