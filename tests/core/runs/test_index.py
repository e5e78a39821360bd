"""The index of all runs: what it lists, and that it reads again what has changed and nothing else."""

import os
import sqlite3
import time

import pytest

from core.home import Home
from core.runs import index as index_module
from core.runs import submit
from core.runs.events import EventKind, EventWriter
from core.runs.folder import State, Status
from core.runs.index import RunIndex
from core.runs.notes import change_about
from core.runs.store import run_stamps
from core.runs.submit import submit_run
from core.runs.summary import RunSummary, summarize, thinned
from core.spec import RunSpec


def settle(run):
    """Make the folder as old as one that nobody has changed lately."""
    then = time.time() - 60
    os.utime(run.path, (then, then))


@pytest.fixture
def made(home, monkeypatch):
    """Three settled runs, "A" the oldest."""
    ids = iter(f"r20261122-0930{number:02d}-000000" for number in range(60))
    monkeypatch.setattr(submit, "new_run_id", lambda: next(ids))
    runs = [submit_run(home, RunSpec(), name, status=Status(state=State.STOPPED)) for name in "ABC"]
    for run in runs:
        settle(run)
    return runs


@pytest.fixture
def reads(monkeypatch):
    """The ids of the runs whose folders are read."""
    seen: list[str] = []

    def counted(run):
        seen.append(run.id)
        return summarize(run)

    monkeypatch.setattr(index_module, "summarize", counted)
    return seen


def names(listing):
    return [run.name for run in listing.runs]


def test_a_change_within_the_same_tick_of_the_file_s_clock_is_seen(home, made):
    index, run = RunIndex(home), made[0]
    now = time.time_ns()
    for starred in (False, True):
        change_about(run, starred=starred)
        os.utime(run.path, ns=(now, now))  # the second change leaves the time of the first
        listing = index.look(now=True)
    assert [run.starred for run in listing.runs] == [False, False, True]


def test_runs_are_listed_newest_first_and_read_once(home, made, reads):
    index = RunIndex(home)
    assert names(index.look(now=True)) == ["C", "B", "A"]
    assert names(index.look(now=True)) == ["C", "B", "A"]
    assert reads == [run.id for run in reversed(made)]


def test_a_changed_run_alone_is_read_again(home, made, reads):
    index = RunIndex(home)
    index.look(now=True)
    reads.clear()
    change_about(made[1], name="Bee", starred=True)
    assert names(index.look(now=True)) == ["C", "Bee", "A"]
    assert reads == [made[1].id]


def test_the_next_server_reads_nothing_again(home, made, reads):
    RunIndex(home).look(now=True)
    reads.clear()
    assert names(RunIndex(home).look()) == ["C", "B", "A"]
    assert reads == []


def test_a_run_changed_while_no_server_looked_is_read_again(home, made, reads):
    RunIndex(home).look(now=True)
    change_about(made[0], name="Ay")
    assert names(RunIndex(home).look()) == ["C", "B", "Ay"]


def test_a_deleted_run_is_gone_here_and_for_the_next_server(home, made):
    index = RunIndex(home)
    index.look(now=True)
    made[2].path.rename(home.runs / ".elsewhere")
    assert names(index.look(now=True)) == ["B", "A"]
    (home.runs / ".elsewhere").rename(home.runs / "stranger")
    assert names(RunIndex(home).look()) == ["B", "A"]


def test_a_look_holds_for_a_moment_unless_it_must_be_new(home, made):
    index = RunIndex(home)
    index.look()
    change_about(made[0], name="Ay")
    assert names(index.look()) == ["C", "B", "A"]
    assert names(index.look(now=True)) == ["C", "B", "Ay"]


@pytest.fixture
def scans(monkeypatch):
    """How often all folders were looked at."""
    seen: list[object] = []

    def counted(home: Home) -> dict[str, int]:
        seen.append(home)
        return run_stamps(home)

    monkeypatch.setattr(index_module, "run_stamps", counted)
    return seen


def test_looks_of_many_browsers_cost_one_scan(home, made, scans):
    index = RunIndex(home)
    assert len({id(index.look()) for _ in range(30)}) == 1
    assert len(scans) == 1


def test_what_is_made_or_deleted_is_seen_at_once(home, made):
    index = RunIndex(home)
    index.look()
    os.utime(home.runs, (1.0, 1.0))  # else it could be made within the same tick of the file's clock
    index.look(now=True)
    submit_run(home, RunSpec(), "D", status=Status(state=State.STOPPED))
    assert names(index.look()) == ["D", "C", "B", "A"]
    os.utime(home.runs, (1.0, 1.0))
    index.look(now=True)
    made[2].path.rename(home.runs / ".elsewhere")
    assert names(index.look()) == ["D", "B", "A"]


def test_the_end_of_a_run_is_seen_at_once(home, made):
    index, run = RunIndex(home), made[0]
    run.update_status(state=State.RUNNING)
    settle(run)
    assert index.look(now=True).runs[-1].state == State.RUNNING
    run.update_status(state=State.FINISHED)
    assert index.look().runs[-1].state == State.FINISHED


def test_a_run_that_says_the_same_again_makes_no_new_listing(home, made):
    index = RunIndex(home)
    made[0].update_status(state=State.QUEUED)
    assert index.look(now=True) is index.look(now=True)


def test_without_time_it_reads_the_newest_and_says_how_many_are_left(home, made):
    index = RunIndex(home)
    first = index.look(budget=0)
    assert (names(first), first.unread) == (["C"], 2)
    second = index.look(budget=0)
    assert (names(second), second.unread) == (["C", "B"], 1)
    assert (names(index.look(budget=0)), index.look().unread) == (["C", "B", "A"], 0)


def test_a_changed_run_that_waits_to_be_read_counts_as_unread(home, made):
    index = RunIndex(home)
    index.look(now=True)
    for run, name in zip(made, ("Ay", "Bee", "See"), strict=True):
        change_about(run, name=name)
        os.utime(run.path, (1.0, 1.0))  # another time than before, and long ago
    first = index.look(now=True, budget=0)
    assert (names(first), first.unread) == (["See", "B", "A"], 2)
    assert names(index.look(budget=10)) == ["See", "Bee", "Ay"]


@pytest.mark.parametrize("content", [b"no database", b"SQLite format 3\0" + bytes(200)])
def test_a_damaged_file_is_made_again(home, made, content):
    (home.cache / "runs.sqlite").write_bytes(content)
    assert names(RunIndex(home).look()) == ["C", "B", "A"]
    RunIndex(home).look()
    with sqlite3.connect(home.cache / "runs.sqlite") as kept:
        assert kept.execute("SELECT count(*) FROM runs").fetchone() in ((3,), (0,))


def test_a_row_of_another_version_is_read_again(home, made, reads):
    RunIndex(home).look(now=True)
    with sqlite3.connect(home.cache / "runs.sqlite") as kept:
        kept.execute("UPDATE runs SET summary = '{\"id\": 1}' WHERE id = ?", (made[0].id,))
    reads.clear()
    assert names(RunIndex(home).look()) == ["C", "B", "A"]
    assert reads == [made[0].id]


def test_a_locked_file_does_not_keep_runs_from_being_listed(home, made):
    RunIndex(home).look(now=True)
    holder = sqlite3.connect(home.cache / "runs.sqlite", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        assert names(RunIndex(home).look()) == ["C", "B", "A"]
    finally:
        holder.close()
    assert (home.cache / "runs.sqlite").exists()


def test_a_damaged_run_is_listed_as_such(home, made):
    (made[1].path / "run.json").write_bytes(b"{")
    settle(made[1])
    damaged = RunIndex(home).look().runs[1]
    assert damaged == RunSummary(id=made[1].id, name=made[1].id, state=State.FAILED, is_readable=False)


def test_a_summary_says_how_far_a_run_came(made):
    run = made[0]
    with EventWriter(run.events) as events:
        events.write(EventKind.STARTED, epochs=20, steps=10, batch_size=32, epoch=0, batch=0)
        for epoch, accuracy in enumerate((0.25, 0.75, 0.5)):
            loss = {"loss": 1.0, "val_loss": 1.0, "accuracy": 0.5, "val_accuracy": accuracy}
            events.write(EventKind.EPOCH, epoch=epoch, learning_rate=1e-3, seconds=2.0, **loss)
    run.update_status(test_accuracy=0.625)
    found = summarize(run)
    assert (found.curve, found.best, found.score) == ((0.25, 0.75, 0.5), 0.75, 0.625)
    assert (found.epochs, found.planned, found.network, found.detail) == (3, 20, "small", "7")
    assert found.seconds == 6.0, "of training: start and exam do not count"
    assert (found.title, found.state) == (run.info().dataset_title, State.STOPPED)
    assert found.parameters is not None


def test_damaged_events_leave_the_rest_of_the_summary(made):
    made[0].events.write_text('{"kind": "epoch"}\n')
    assert summarize(made[0]).curve == ()
    assert summarize(made[0]).name == "A"


def test_a_long_curve_is_thinned_and_keeps_its_ends():
    assert thinned([0.1, None, 0.3], most=3) == (0.1, None, 0.3)
    assert thinned([float(value) for value in range(101)], most=5) == (0.0, 25.0, 50.0, 75.0, 100.0)


def test_a_new_run_takes_no_name_that_another_has(home, made):
    names = {submit_run(home, RunSpec()).info().name for _ in range(2)}
    assert names == {"Run 4", "Run 5"}
    made[0].path.rename(home.runs / ".elsewhere")
    assert submit_run(home, RunSpec()).info().name == "Run 6", "not Run 5 a second time"


def test_each_owner_s_runs_are_counted_from_one_beside_those_of_nobody(home):
    owners = ("ann", "ben", "ann", "", "ben", "")
    assert [submit_run(home, RunSpec(), owner=owner).info().name for owner in owners] == [
        "Run 1",
        "Run 1",
        "Run 2",
        "Run 1",
        "Run 3",
        "Run 2",
    ]
