"""Listing, filtering and sorting 10,000 runs ≤ 1 s; the first paint of the Compare page with them ≤ 300 ms.

A browser is a WebSocket client (see browsers.py). First paint: from the question to the arrival of the table, for
browsers one after the other; the slowest counts. Each opens the Compare page and nothing before it; the server has
answered one browser's Start page before, since the first page of all brings Streamlit's own imports with it.
Listing: a new index, as another server would make it from the file that is there, is read, filtered and sorted by the
slowest column. The runs are made up, each with a name, state, score and curve of its own. The last line's ratio is the
worse of the two over their goals. How long the very first index takes, read from the folders themselves, is told but
not judged: it is made in parts, newest runs first, while the page is there already.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from benchmarks.browsers import browser, start_server
from benchmarks.common import at_most, quick, temporary_home
from core.home import Home
from core.runs.events import EventKind, EventWriter
from core.runs.folder import RunFolder, State, Status
from core.runs.index import RunIndex
from core.runs.listing import COLUMNS, Wanted, wanted_runs
from core.runs.submit import submit_run
from core.spec import RunSpec

PORT = 8798
RUNS, OPENED, EPOCHS = 10_000, 5, 20
LIST_GOAL, PAINT_GOAL = 1.0, 0.3  # seconds
STATES = (State.FINISHED, State.FINISHED, State.FINISHED, State.STOPPED, State.FAILED)


def make_runs(home: Home, count: int) -> None:
    """Copies of one run under other ids, written without the care that real ones are written with."""
    first = submit_run(home, RunSpec(), "Run", status=Status(state=State.STOPPED))
    described = json.loads((first.path / "run.json").read_bytes())
    draw = random.Random(1)
    for number in range(count):
        run = RunFolder(home.runs / f"r20260101-{number:06d}-{number:06x}")
        run.path.mkdir()
        about = {"id": run.id, "name": f"Run {number}", "dataset_title": f"Set {number % 7}"}
        (run.path / "run.json").write_text(json.dumps(described | about))
        best = write_events(run, draw)
        status = Status(state=STATES[number % len(STATES)], test_accuracy=best - 0.01)
        (run.path / "status.json").write_text(status.model_dump_json())


def write_events(run: RunFolder, draw: random.Random) -> float:
    """A made-up training; its last validation accuracy."""
    accuracy = 0.1
    with EventWriter(run.events) as events:
        events.write(EventKind.STARTED, epochs=EPOCHS, steps=36, batch_size=32, epoch=0, batch=0)
        for epoch in range(EPOCHS):
            accuracy += draw.random() * (1 - accuracy) / 4
            shared = {"accuracy": accuracy, "loss": 1 - accuracy, "val_loss": 1 - accuracy, "val_accuracy": accuracy}
            events.write(EventKind.EPOCH, epoch=epoch, learning_rate=1e-3, seconds=0.5, **shared)
        events.write(EventKind.ENDED)
    return accuracy


def read_all(index: RunIndex) -> float:
    """Seconds until every folder is in the index."""
    start = time.perf_counter()
    while index.look(now=True, budget=1.0).unread:
        pass
    return time.perf_counter() - start


def list_filter_and_sort(home: Home) -> float:
    """Seconds of a new index: read, then filtered and sorted by the slowest column."""
    start = time.perf_counter()
    runs = RunIndex(home).look().runs
    listed = time.perf_counter() - start
    slowest = 0.0
    for column in COLUMNS:
        start = time.perf_counter()
        found = wanted_runs(runs, Wanted(text="run 1", state=State.FINISHED, sort=column))
        slowest = max(slowest, time.perf_counter() - start)
        assert found
    print(f"list {listed * 1e3:.0f} ms, filter and sort at most {slowest * 1e3:.0f} ms")
    return listed + slowest


async def first_paints() -> list[float]:
    """Seconds until the table has arrived, browser after browser."""
    times = []
    async with browser(PORT, "", "") as client:
        await client.ask()
    for _visit in range(OPENED):
        async with browser(PORT, "compare", "") as client:
            await client.ask()
            tables = [name for name in client.components if name.endswith("compare-table")]
            times.append(client.arrived[tables[0]])
    return times


def main() -> None:
    """Run it."""
    count = RUNS // 5 if quick() else RUNS
    with temporary_home() as home:
        make_runs(home, count)
        time.sleep(3)  # a folder changed just now is read again
        print(f"index of {count} runs, read from their folders: {read_all(RunIndex(home)):.1f} s")
        listed = list_filter_and_sort(home)
        server = start_server(home, PORT)
        try:
            paints = asyncio.run(first_paints())
        finally:
            server.terminate()
            server.wait()
    print(f"first paint: {', '.join(f'{seconds * 1e3:.0f}' for seconds in paints)} ms")
    at_most("runs_10k", max(listed / LIST_GOAL, max(paints) / PAINT_GOAL), 1.0)


if __name__ == "__main__":
    main()
