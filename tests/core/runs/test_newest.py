"""Finding runs again by their specifications; the proof with shapes tests more of it."""

import pytest

from core.runs import submit
from core.runs.newest import newest_of, recent_specs
from core.runs.store import list_runs
from core.runs.submit import submit_run
from core.spec import RunSpec, TrainingSpec

SHORT, LONG = RunSpec(training=TrainingSpec(epochs=1)), RunSpec(training=TrainingSpec(epochs=2))


@pytest.fixture
def made(home, monkeypatch):
    ids = iter(f"r20261122-0930{number:02d}-000000" for number in range(60))
    monkeypatch.setattr(submit, "new_run_id", lambda: next(ids))
    return [submit_run(home, spec) for spec in (SHORT, LONG, SHORT)]


def test_runs_come_newest_first_and_damaged_ones_not_at_all(home, made):
    (made[1].path / "run.json").write_bytes(b"{")
    assert list(recent_specs(list_runs(home))) == [(made[2], SHORT), (made[0], SHORT)]


def test_each_name_gets_the_newest_run_in_the_order_that_was_asked(home, made):
    found = newest_of(list_runs(home), {"never": RunSpec(), "long": LONG, "short": SHORT})
    assert list(found.items()) == [("long", made[1]), ("short", made[2])]
