"""Owners take turns: made-up runs, of which only owner, state and time of queueing count."""

from __future__ import annotations

import pytest

from core.home import Home
from core.runs.folder import RunFolder, State, Status
from core.runs.queue import Queue
from core.runs.submit import submit_run
from core.runs.turns import in_turn
from core.spec import RunSpec
from tests.fake_workers import FakeExecutor

Made = dict[str, tuple[RunFolder, Status]]


@pytest.fixture
def made(home: Home) -> Made:
    return {}


def add(home: Home, made: Made, name: str, queued_at: float, state: State = State.QUEUED) -> None:
    """A run called such as "ann 1"; those of "" have no owner."""
    status = Status(state=state, queued_at=queued_at)
    made[name] = submit_run(home, RunSpec(), name, owner=name.split(" ")[0], status=status), status


def order(made: Made) -> list[str]:
    names = {run.id: name for name, (run, _status) in made.items()}
    return [names[run.id] for run, _status in in_turn([*made.values()])]


def test_ten_runs_of_one_do_not_hold_up_the_first_of_another(home: Home, made: Made) -> None:
    for number in range(10):
        add(home, made, f"ann {number}", queued_at=number)
    add(home, made, "ben 0", queued_at=50)
    assert order(made) == ["ann 0", "ben 0", *(f"ann {number}" for number in range(1, 10))]
    run, status = made["ann 0"]
    made["ann 0"] = run, status.model_copy(update={"state": State.RUNNING})
    assert order(made)[0] == "ben 0"


def test_two_who_both_queue_alternate(home: Home, made: Made) -> None:
    for number in range(3):
        add(home, made, f"ann {number}", queued_at=number)
        add(home, made, f"ben {number}", queued_at=100 + number)
    assert order(made) == ["ann 0", "ben 0", "ann 1", "ben 1", "ann 2", "ben 2"]


def test_what_trains_counts(home: Home, made: Made) -> None:
    """Ann has both places; Ben and Cat, who came later, come before her next."""
    for number, state in enumerate([State.RUNNING, State.RUNNING, State.QUEUED]):
        add(home, made, f"ann {number}", queued_at=number, state=state)
    for number, name in enumerate(("ben 0", "ben 1", "cat 0")):
        add(home, made, name, queued_at=10 + number)
    assert order(made) == ["ben 0", "cat 0", "ben 1", "ann 2"]


def test_one_owner_alone_is_served_as_it_came(home: Home, made: Made) -> None:
    for number, queued_at in ((0, 5), (1, 3), (2, 4)):
        add(home, made, f"ann {number}", queued_at=queued_at)
    assert order(made) == ["ann 1", "ann 2", "ann 0"]


def test_runs_without_an_owner_are_one_owner_s(home: Home, made: Made) -> None:
    for number in range(3):
        add(home, made, f" {number}", queued_at=number)
    add(home, made, "ann 0", queued_at=9)
    assert order(made) == [" 0", "ann 0", " 1", " 2"]


def test_a_run_that_cannot_be_read_waits_like_any_other(home: Home, made: Made) -> None:
    for number, name in enumerate(("ann 0", "ann 1")):
        add(home, made, name, queued_at=number)
    (made["ann 1"][0].path / "run.json").write_text("{damaged")
    assert order(made) == ["ann 0", "ann 1"]


def test_the_place_that_is_told_follows_the_same_order(home: Home, made: Made) -> None:
    for number, name in enumerate(("ann 0", "ann 1", "ben 0")):
        add(home, made, name, queued_at=number)
    queue = Queue(home, FakeExecutor(), slots=1, keep_spare=False)
    assert [queue.position(run) for run, _status in made.values()] == [1, 3, 2]
