"""One worker a run, and one change at a time."""

import os
import subprocess
import sys

import pytest

from core import worker
from core.errors import StudioError
from core.home import PROJECT
from core.learning import fit
from core.runs import hold
from core.runs.folder import RunFolder, State, Status
from core.runs.hold import only_worker
from core.runs.submit import submit_run
from core.spec import RunSpec

HOLDS = """
import sys
from pathlib import Path
from core.runs.folder import RunFolder
from core.runs.hold import only_worker
with only_worker(RunFolder(Path(sys.argv[1]))):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def run(home):
    return submit_run(home, RunSpec(), status=Status(state=State.RUNNING, pid=1))


@pytest.fixture
def other_worker(run, monkeypatch):
    monkeypatch.setattr(hold, "LEAVES_WITHIN", 0.1)
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(run.path)],
        cwd=PROJECT,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_second_worker_refuses_and_leaves_the_run_as_it_is(run, other_worker, monkeypatch, capsys):
    monkeypatch.setattr(fit, "train_run", lambda _run: pytest.fail("it trains"))
    before = run.status()
    assert worker.main([str(run.path)]) == 1
    assert f"Another worker trains the run {run.id} already" in capsys.readouterr().err
    assert run.status() == before
    assert not run.events.exists()


def test_a_worker_that_was_killed_holds_nothing(run, other_worker):
    other_worker.kill()
    other_worker.wait()
    with only_worker(run):
        pass


def test_it_is_held_while_the_run_is_trained_and_not_longer(run, monkeypatch):
    monkeypatch.setattr(hold, "LEAVES_WITHIN", 0.1)

    def train(same):
        with pytest.raises(StudioError), only_worker(same):
            pytest.fail("twice")

    monkeypatch.setattr(fit, "train_run", train)
    assert worker.train(run.path) == 0
    with only_worker(run):
        pass


def test_a_run_that_is_gone_is_not_made_anew(home, capsys):
    gone = RunFolder(home.runs / "r20200101-000000-000000")
    assert worker.train(gone.path) == 1
    assert "may have been deleted" in capsys.readouterr().err
    assert not gone.path.exists()
