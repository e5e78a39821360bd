"""What the tests of pages share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from core.datasets.store import open_dataset
from core.files import write_json
from core.guess import Guess
from core.home import Home
from core.runs.executor import LocalExecutor
from core.runs.folder import RunFolder, State, Status
from core.runs.queue import Queue
from core.runs.submit import submit_run
from core.spec import RunSpec
from core.tasks.__main__ import outcome
from core.tasks.folder import TaskFolder, create_task
from ui import services, session, tasks
from ui.data import checks
from ui.services import Studio, services_of


@pytest.fixture
def studio_without_spare(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    """The services of an empty data home, whose queue does not tick: nothing is started beside the test."""
    executor = LocalExecutor(home.root / "workers.log")
    queue = Queue(home, executor, keep_spare=False)
    studio = services_of(home, queue, executor)
    monkeypatch.setitem(services._studios, home.root.resolve(), studio)
    yield studio
    studio.close()


@pytest.fixture(autouse=True)
def look_as(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """All pages of a test are of one browser, since AppTest has no cookies; `look_as("b" * 32)` goes on as another."""

    def look(token: str = "f" * 32, is_teacher: bool = False) -> None:
        monkeypatch.setattr(session, "browser", lambda: token)
        monkeypatch.setattr(session, "is_teacher", lambda _cookies: is_teacher)

    look()
    return look


@pytest.fixture(autouse=True)
def tasks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks are done before their start returns, in this process; tests/core/tasks has those of real processes."""

    def start(home: Home, kind: str, arguments: dict[str, Any], owner: str = "") -> TaskFolder:
        task = create_task(home, kind, arguments, owner)
        task.end(outcome(task))
        return task

    for module in (tasks, checks):
        monkeypatch.setattr(module, "start_task", start)


@pytest.fixture
def made_run(studio_without_spare: Studio) -> Callable[..., RunFolder]:
    """Make a run of the digits set by hand: `made_run("name", state=..., exam=..., guess=..., pinned=...)`.

    Its exam: every test picture is named right for certain, but the first two, which are 1 too high, at 60 % and 80 %.
    """
    home = studio_without_spare.home

    def make(
        name: str = "Made",
        state: State = State.FINISHED,
        exam: bool = True,
        checkpoint: bool = True,
        guess: Guess | None = None,
        pinned: Sequence[int] = (),
        spec: RunSpec = RunSpec(),  # noqa: B008 - it cannot be changed
        owner: str = "",
    ) -> RunFolder:
        run = submit_run(home, spec, name, owner, Status(state=state), guess, pinned)
        if checkpoint:
            run.checkpoint.write_bytes(b"a checkpoint")
        if exam:
            right = _write_exam(home, run)
            run.update_status(test_accuracy=right if state == State.FINISHED else None)
        return run

    return make


def _write_exam(home: Home, run: RunFolder) -> float:
    with np.load(run.split) as split:
        test = split["test"]
    labels = open_dataset(home, "digits").labels[test].astype(np.int64)
    probabilities = np.eye(10, dtype=np.float32)[labels]
    for position, confidence in ((0, 0.6), (1, 0.8)):
        probabilities[position] = 0
        probabilities[position, labels[position]] = 1 - confidence
        probabilities[position, (labels[position] + 1) % 10] = confidence
    np.savez(run.evaluation, indices=test, labels=labels, probabilities=probabilities)
    accuracy = 1 - 2 / len(test)
    numbers = {"precision": 0.9, "recall": 0.8, "f1-score": 0.85, "support": 36.0}
    names = [*map(str, range(10)), "macro avg", "weighted avg"]
    report = dict.fromkeys(names, numbers) | {"accuracy": accuracy}
    write_json(run.report, {"accuracy": accuracy, "loss": 0.083, "report": report})
    return accuracy
