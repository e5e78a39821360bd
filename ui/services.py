"""The one queue and the one inference worker of this server process, shared by all browsers."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from core.desk import clear_idle_desks
from core.home import Home, current_home
from core.inference import Inference
from core.runs.executor import LocalExecutor
from core.runs.queue import Queue


@dataclass(frozen=True)
class Studio:
    """What the pages work with."""

    home: Home
    queue: Queue
    inference: Inference

    def close(self) -> None:
        """End the helpers; running trainings go on and are adopted by the next server."""
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
