"""The one queue, the one inference worker and the one timer of this server process, shared by all browsers."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

from core.desk import clear_idle_desks
from core.home import Home, current_home
from core.inference import Inference
from core.runs.executor import LocalExecutor
from core.runs.folder import ACTIVE, list_runs
from core.runs.queue import Queue
from core.time_budgets import TimeBudgets


@dataclass(frozen=True)
class Studio:
    """What the pages work with."""

    home: Home
    queue: Queue
    inference: Inference
    time_budgets: TimeBudgets = field(init=False)

    def __post_init__(self) -> None:
        spawn = LocalExecutor(
            self.home.root / "workers.log"
        ).spawn  # cold: a spare's successor would disturb the timing
        object.__setattr__(self, "time_budgets", TimeBudgets(spawn, self._is_training))

    def _is_training(self) -> bool:
        return any(run.status().state in ACTIVE for run in list_runs(self.home))

    def close(self) -> None:
        """End the helpers; running trainings go on and are adopted by the next server."""
        self.time_budgets.close()
        self.inference.close()
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
    queue = Queue(home, LocalExecutor(home.root / "workers.log")).start()
    return Studio(home, queue, Inference(queue.take_spare))
