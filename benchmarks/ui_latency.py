"""30 browsers look at a run that trains, each asking once a second: light fragment p95 ≤ 250 ms, full page p95 ≤ 1 s.

A browser is a WebSocket client that speaks Streamlit's protocol: it opens /train?run=ID, waits for the whole page, then
asks every second for the live fragment, and every tenth time for the whole page; the time is from the question to the
server's word that the script has finished. Errors must be 0. The last line's ratio is the worse of the two p95
over their goals.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from benchmarks.browsers import browser, start_server
from benchmarks.common import at_most, import_mnist, notebook_spec, quick, temporary_home
from core.home import Home
from core.runs.folder import Request, RunFolder
from core.runs.history import history_of
from core.runs.submit import submit_run

PORT = 8797
CLIENTS = 30
FULL_PAGE_EVERY = 10
FRAGMENT_GOAL, PAGE_GOAL = 0.250, 1.0  # seconds, p95


@dataclass
class Times:
    """Seconds of every answer, and what went wrong."""

    fragment: list[float] = field(default_factory=list)
    page: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


async def visit(run: RunFolder, seconds: float, times: Times) -> None:
    """One browser for `seconds`."""
    await asyncio.sleep(random.random())
    try:
        async with browser(PORT, "train", f"run={run.id}") as client:
            await client.ask()
            end = time.monotonic() + seconds
            turn = random.randrange(FULL_PAGE_EVERY)
            while time.monotonic() < end:
                turn += 1
                whole = turn % FULL_PAGE_EVERY == 0
                took = await client.ask("" if whole else client.fragment_id)
                (times.page if whole else times.fragment).append(took)
                await asyncio.sleep(max(0.0, 1 - took))
    except Exception as error:
        times.errors.append(repr(error))


async def visit_all(run: RunFolder, seconds: float) -> Times:
    """All browsers at once."""
    times = Times()
    await asyncio.gather(*(visit(run, seconds, times) for _client in range(CLIENTS)))
    return times


def p95(values: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20)[-1]


def main() -> None:
    """Run it."""
    report("ui_latency", measured())


def measured(meanwhile: Callable[[Home], AbstractContextManager[object]] | None = None) -> Times:
    """The times of all browsers while a run trains, and while something else goes on in the data home."""
    seconds = 15.0 if quick() else 60.0
    with temporary_home() as home:
        run = submit_run(home, notebook_spec(import_mnist(home), 200))
        server = start_server(home, PORT)
        try:
            while not history_of(run.events).trace:
                time.sleep(0.1)
            with meanwhile(home) if meanwhile else nullcontext():
                times = asyncio.run(visit_all(run, seconds))
            assert history_of(run.events).epoch < history_of(run.events).epochs_planned, "the run must still train"
        finally:
            run.ask(Request.STOP)
            time.sleep(3)
            server.terminate()
            server.wait()
    return times


def report(name: str, times: Times) -> None:
    """Print all that was measured; the last line's ratio is the worse of the two p95 over their goals."""
    for error in times.errors:
        print(error)
    for kind, values in (("fragment", times.fragment), ("page", times.page)):
        median = statistics.median(values)
        print(f"{kind}: {len(values)} answers, p50 {median * 1e3:.0f} ms, p95 {p95(values) * 1e3:.0f} ms")
    print(f"{len(times.errors)} errors")
    worst = max(p95(times.fragment) / FRAGMENT_GOAL, p95(times.page) / PAGE_GOAL)
    at_most(name, float("inf") if times.errors else worst, 1.0)


if __name__ == "__main__":
    main()
