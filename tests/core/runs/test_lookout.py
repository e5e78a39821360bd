"""Which runs are followed, and how seldom the others are looked at."""

import pytest

from core.runs.folder import RunFolder, State, Status
from core.runs.lookout import Lookout
from core.runs.store import run_stamps
from core.runs.submit import submit_run
from core.spec import RunSpec


@pytest.fixture
def looks(monkeypatch):
    """The times of looks at all folders, on a clock that the test sets: `looks[0]` is now."""
    clock = [100.0]
    monkeypatch.setattr("core.runs.lookout.time.monotonic", lambda: clock[0])

    def counted(home):
        clock.append(clock[0])
        return run_stamps(home)

    monkeypatch.setattr("core.runs.lookout.run_stamps", counted)
    return clock


def ids(lookout):
    return [run.id for run, _status in lookout.active()]


def test_all_folders_are_looked_at_now_and_then_and_a_new_run_is_seen_at_once(home, looks):
    settled = submit_run(home, RunSpec(), status=Status(state=State.STOPPED))
    lookout = Lookout(home)
    assert ids(lookout) == ids(lookout) == []
    assert looks[1:] == [100.0]
    new = submit_run(home, RunSpec())
    assert ids(lookout) == [new.id]
    settled.update_status(state=State.QUEUED)  # by another process
    looks[0] = 101.9
    assert ids(lookout) == [new.id]
    looks[0] = 102.0
    assert ids(lookout) == sorted([settled.id, new.id])
    assert looks[1:] == [100.0, 100.0, 102.0]


def test_what_is_expected_is_read_without_a_look(home, looks):
    run = submit_run(home, RunSpec(), status=Status(state=State.STOPPED))
    lookout = Lookout(home)
    assert ids(lookout) == []
    run.update_status(state=State.QUEUED)
    lookout.expect(run.id)
    assert ids(lookout) == ids(lookout) == [run.id]
    assert looks[1:] == [100.0]


def test_a_settled_run_is_not_read_again_until_its_folder_changes(home, looks, monkeypatch):
    run = submit_run(home, RunSpec())
    lookout = Lookout(home)
    assert ids(lookout) == [run.id]
    run.update_status(state=State.FINISHED)
    for now in (103.0, 106.0):
        looks[0] = now
        assert ids(lookout) == []
    monkeypatch.setattr(RunFolder, "status", lambda _run: pytest.fail("read again"))
    looks[0] = 109.0
    assert ids(lookout) == []
