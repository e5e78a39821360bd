"""The one queue, the one inference worker and the one timer of this server process, shared by all browsers."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from core.desk import clear_idle_desks
from core.home import Home, current_home
from core.inference import Inference
from core.questions import Questions
from core.runs.active import active_runs
from core.runs.executor import LocalExecutor
from core.runs.queue import Queue
from core.runs.store import clear_drafts
from core.time_budgets import TimeBudgets

QUICK_KEPT, LONG_KEPT, MANY_KEPT = 200, 100, 10  # answers; one to a thousand photos takes some megabytes


@dataclass(frozen=True)
class Studio:
    """What the pages work with.

    Attributes:
        quick: Questions that take seconds, to the inference worker that photos are shown to.
        long: Questions that take longer, to a worker of their own, so that nobody's photo waits for them.
        many: Questions about many photos, to the same worker as `quick` but in parts, so that others come in between.
    """

    home: Home
    queue: Queue
    inference: Inference
    time_budgets: TimeBudgets
    quick: Questions
    long: Questions
    many: Questions

    def close(self) -> None:
        """End the helpers; running trainings go on and are adopted by the next server."""
        self.time_budgets.close()
        self.long.close()
        self.many.close()
        self.quick.close()
        self.queue.close()


_studios: dict[Path, Studio] = {}
_lock = threading.Lock()


def studio() -> Studio:
    """The services of the current data home, started at the first call."""
    home = current_home()
    with _lock:
        if home.root not in _studios:
            _studios[home.root] = _start(home)
        return _studios[home.root]


def _start(home: Home) -> Studio:
    clear_idle_desks(home)
    clear_drafts(home)
    executor = LocalExecutor(home.root / "workers.log")
    return services_of(home, Queue(home, executor).start(), executor)


def services_of(home: Home, queue: Queue, executor: LocalExecutor) -> Studio:
    """The services of a home around its queue."""
    inference = Inference(queue.take_spare)
    quick = Questions(inference, QUICK_KEPT)
    long = Questions(Inference(queue.take_spare), LONG_KEPT, closes=True)
    many = Questions(inference, MANY_KEPT)
    return Studio(home, queue, inference, time_budgets(home, executor), quick, long, many)


def time_budgets(home: Home, executor: LocalExecutor) -> TimeBudgets:
    """The timer of a home. Its workers are cold: the successor of a spare would disturb what it measures."""

    def is_training() -> bool:
        return bool(active_runs(home))

    return TimeBudgets(executor.spawn, is_training)
