from __future__ import annotations

import pytest

from core.access import COMMAND_LINE, Viewer
from core.errors import StudioError
from core.home import Home
from core.runs.folder import RunFolder, State, Status
from core.runs.index import index_of
from core.runs.submit import submit_run
from core.runs.waiting import MOST, check_line
from core.spec import RunSpec

ME, OTHER = Viewer("1" * 32), Viewer("2" * 32)


def queue(home: Home, count: int, owner: str, state: State = State.QUEUED) -> list[RunFolder]:
    runs = [submit_run(home, RunSpec(), f"Run {n}", owner, Status(state=state)) for n in range(count)]
    index_of(home).look(now=True)
    return runs


def test_twenty_runs_of_one_owner_may_wait_and_no_more(home: Home) -> None:
    assert MOST == 20
    queue(home, 19, ME.owner)
    check_line(home, ME)
    with pytest.raises(StudioError, match="At most 20 of your runs can wait at a time; 19 wait already, and you asked"):
        check_line(home, ME, 2)
    runs = queue(home, 1, ME.owner)
    with pytest.raises(StudioError, match="20 wait already, and you asked for 1 more"):
        check_line(home, ME)
    runs[0].update_status(state=State.RUNNING)
    check_line(home, ME)


def test_only_one_s_own_that_wait_count(home: Home) -> None:
    queue(home, 19, ME.owner)
    for owner, state in ((OTHER.owner, State.QUEUED), ("", State.QUEUED), (ME.owner, State.RUNNING)):
        queue(home, 2, owner, state)
    queue(home, 2, ME.owner, State.PAUSED)
    check_line(home, ME)
    check_line(home, OTHER, 18)


def test_teachers_and_the_command_line_queue_as_many_as_they_like(home: Home) -> None:
    queue(home, 20, ME.owner)
    check_line(home, Viewer(ME.owner, is_teacher=True), 100)
    check_line(home, COMMAND_LINE, 100)


def test_runs_that_are_known_and_settled_are_not_read_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """With ten thousand of them each press would take seconds."""
    settled = queue(home, 3, ME.owner, State.FINISHED)
    monkeypatch.setattr("core.runs.index.UNSURE_FOR", 0)
    index_of(home).look(now=True)
    read, status = set(), RunFolder.status

    def read_status(run: RunFolder) -> Status:
        read.add(run.id)
        return status(run)

    monkeypatch.setattr(RunFolder, "status", read_status)
    (waiting,) = queue(home, 1, ME.owner)
    check_line(home, ME)
    assert waiting.id in read and not {run.id for run in settled} & read
