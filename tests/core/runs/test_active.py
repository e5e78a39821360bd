from __future__ import annotations

from core.home import Home
from core.runs.active import active_runs, stop_all
from core.runs.folder import Request, State, Status
from core.runs.submit import submit_run
from core.spec import RunSpec


def test_a_teacher_sees_and_stops_all_that_wait_or_train(home: Home) -> None:
    runs = [submit_run(home, RunSpec(), state, owner=f"{state} browser", status=Status(state=state)) for state in State]
    active = [run for run in runs if run.status().state in (State.QUEUED, State.RUNNING)]
    active[0].ask(Request.PAUSE)
    assert {run.id for run in active_runs(home)} == {run.id for run in active}
    assert stop_all(home) == 2
    asked = {run.id: (run.request() or [None])[0] for run in runs}
    assert {run_id for run_id, request in asked.items() if request == Request.STOP} == {run.id for run in active}
    assert stop_all(home) == 0, "they were asked already"


def test_a_run_that_was_never_listed_before_is_stopped_too(home: Home) -> None:
    runs = [submit_run(home, RunSpec()) for _number in range(30)]
    assert stop_all(home) == len(runs)
