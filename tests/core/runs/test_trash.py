"""Deleting runs, and the way back."""

import os
import shutil
import threading
import time

import pytest

from core.errors import StudioError
from core.files import RESERVE
from core.runs import trash
from core.runs.folder import RunFolder, State, Status
from core.runs.notes import about_of, change_about
from core.runs.queue import Queue
from core.runs.store import list_runs
from core.runs.submit import submit_run
from core.runs.trash import KEPT_FOR, discard, discarded, empty_trash, restore, trash_of
from core.spec import RunSpec
from tests.fake_workers import FakeExecutor


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


def test_a_second_deletion_leaves_the_deleted_run_whole(home):
    """Two pages showed the run; the second press of Delete once destroyed what the first had put into the trash."""
    run = made(home)
    discard(home, run)
    discard(home, run)
    restore(home, run.id)
    assert run.info().name == "Made"


def test_of_two_runs_with_one_id_the_one_deleted_last_is_kept(home):
    run = made(home)
    shutil.copytree(run.path, trash_of(home) / run.id)
    change_about(run, note="the last")
    discard(home, run)
    restore(home, run.id)
    assert about_of(run).note == "the last"


def test_an_old_run_is_kept_for_a_day_from_its_deletion(home):
    run, then = made(home), time.time() - 7 * KEPT_FOR
    os.utime(run.path, (then, then))
    discard(home, run)
    assert [kept.id for kept in discarded(home)] == [run.id]


@pytest.mark.parametrize("resumed_first", [True, False])
def test_a_run_is_either_resumed_or_deleted(home, monkeypatch, resumed_first):
    """A run that was resumed while it was deleted lay in the trash as waiting, and coming back it trained."""
    run, queue = made(home, state=State.PAUSED), Queue(home, FakeExecutor(), keep_spare=False)
    steps = [lambda: queue.resume(run.id), lambda: discard(home, run)]
    first, second = steps if resumed_first else steps[::-1]
    status, thread = RunFolder.status, threading.Thread(target=lambda: refused.extend(refusals(second)))
    refused: list[str] = []

    def meanwhile(self):
        found = status(self)
        if thread.ident is None:  # the first has looked, and not acted yet
            thread.start()
            thread.join(0.3)
        return found

    monkeypatch.setattr(RunFolder, "status", meanwhile)
    first()
    thread.join()
    assert len(refused) == 1
    assert run.path.is_dir() is resumed_first
    assert status(run if resumed_first else discarded(home)[0]).state == (
        State.QUEUED if resumed_first else State.PAUSED
    )


def refusals(step):
    try:
        step()
    except StudioError as error:
        return [str(error)]
    return []


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
