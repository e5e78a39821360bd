"""Training without the queue, where another worker has the run."""

import pytest

from core.errors import StudioError
from core.runs import foreground
from core.runs.folder import State, Status
from core.runs.foreground import resume_in_foreground
from core.runs.submit import submit_run
from core.spec import RunSpec
from tests.fake_workers import FakeExecutor, fixture_of


class Refused(FakeExecutor):
    """A worker that finds the run held by another one."""

    def script(self):
        return "import sys; sys.stdin.readline(); sys.exit(1)"


executor = fixture_of(Refused)


@pytest.fixture
def run(home, executor, monkeypatch):
    monkeypatch.setattr(foreground, "LocalExecutor", lambda _log: executor)
    return submit_run(home, RunSpec(), status=Status(state=State.PAUSED))


def test_a_run_that_another_worker_trains_is_not_called_interrupted(home, run):
    def start_other_worker(_line: str) -> None:
        run.update_status(pid=1)

    with pytest.raises(StudioError, match=f"Another worker trains the run {run.id} already"):
        resume_in_foreground(home, run, start_other_worker)
    assert (run.status().state, run.status().pid) == (State.RUNNING, 1)


def test_a_worker_that_dies_leaves_an_interrupted_run(home, run):
    assert resume_in_foreground(home, run, lambda _line: None).state == State.INTERRUPTED
