"""Seconds from Start to the first point of the curve, with a warm spare: ≤ 2; and from cold, for information.

The last line's ratio is the median of the seconds with a warm spare.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
import psutil

from benchmarks.common import at_most, quick, temporary_home
from core.home import Home
from core.runs.executor import LocalExecutor
from core.runs.folder import ACTIVE, Request
from core.runs.history import history_of
from core.runs.queue import Queue
from core.runs.submit import submit_run
from core.spec import RunSpec

POLL = 0.01  # seconds


def wait_for_warm_spare(queue: Queue) -> None:
    """Wait until the spare has done its imports and sleeps."""
    while not queue.has_spare:
        time.sleep(POLL)
    process = psutil.Process(queue.spare_pid or -1)
    while process.memory_info().rss < 300e6 or process.cpu_percent(interval=1.0) > 5:
        time.sleep(POLL)


def first_point(home: Home, queue: Queue) -> float:
    """Seconds from the press on Start to the first event that draws a point."""
    start = time.monotonic()
    run = submit_run(home, RunSpec())
    queue.submit(run)
    while not history_of(run.events).trace:
        time.sleep(POLL)
    seconds = time.monotonic() - start
    run.ask(Request.STOP)
    while run.status().state in ACTIVE:
        time.sleep(POLL)
    return seconds


def main() -> None:
    """Run it."""
    rounds = 2 if quick() else 7
    with temporary_home() as home:
        executor = LocalExecutor(home.root / "workers.log")
        with_spare = Queue(home, executor).start()
        warm = []
        for _round in range(rounds):
            wait_for_warm_spare(with_spare)
            warm.append(first_point(home, with_spare))
            print(f"warm {warm[-1]:.2f} s", flush=True)
        with_spare.close()
        without = Queue(home, executor, keep_spare=False).start()
        print(f"cold {first_point(home, without):.2f} s", flush=True)
        without.close()
    at_most("first_point", statistics.median(warm), 2.0)


if __name__ == "__main__":
    main()
