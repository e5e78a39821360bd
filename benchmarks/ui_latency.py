"""30 browsers look at a run that trains, each asking once a second: light fragment p95 ≤ 250 ms, full page p95 ≤ 1 s.

A browser is a WebSocket client that speaks Streamlit's protocol: it opens /train?run=ID, waits for the whole page, then
asks every second for the live fragment, and every tenth time for the whole page; the time is from the question to the
server's word that the script has finished. Errors must be 0. The last line's ratio is the worse of the two p95
over their goals.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.common import at_most, import_mnist, notebook_spec, quick, temporary_home
from core.home import PROJECT, Home
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


class Browser:
    """One client of the server's protocol."""

    def __init__(self, socket: ClientConnection, query: str) -> None:
        self._socket, self._query = socket, query
        self.fragment_id = ""

    async def ask(self, fragment_id: str = "") -> float:
        """Ask for the page or one fragment; seconds until the script has finished.

        Raises:
            RuntimeError: If the page shows an exception.
        """
        message = BackMsg()
        message.rerun_script.query_string = self._query
        message.rerun_script.page_name = "train"
        message.rerun_script.fragment_id = fragment_id
        start = time.monotonic()
        await self._socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg.FromString(await self._socket.recv())
            kind = answer.WhichOneof("type")
            if kind == "auto_rerun":
                self.fragment_id = answer.auto_rerun.fragment_id
            elif kind == "delta" and answer.delta.new_element.WhichOneof("type") == "exception":
                raise RuntimeError(answer.delta.new_element.exception.message)
            elif kind == "script_finished":
                return time.monotonic() - start


async def visit(run: RunFolder, seconds: float, times: Times) -> None:
    """One browser for `seconds`."""
    await asyncio.sleep(random.random())
    url = f"ws://127.0.0.1:{PORT}/_stcore/stream"
    try:
        async with connect(url, subprotocols=["streamlit"], max_size=None) as socket:  # type: ignore[list-item]
            browser = Browser(socket, f"run={run.id}")
            await browser.ask()
            end = time.monotonic() + seconds
            turn = random.randrange(FULL_PAGE_EVERY)
            while time.monotonic() < end:
                turn += 1
                whole = turn % FULL_PAGE_EVERY == 0
                took = await browser.ask("" if whole else browser.fragment_id)
                (times.page if whole else times.fragment).append(took)
                await asyncio.sleep(max(0.0, 1 - took))
    except Exception as error:
        times.errors.append(repr(error))


async def visit_all(run: RunFolder, seconds: float) -> Times:
    """All browsers at once."""
    times = Times()
    await asyncio.gather(*(visit(run, seconds, times) for _client in range(CLIENTS)))
    return times


def start_server(home: Home) -> subprocess.Popen[bytes]:
    """The app as `make run` starts it, on a port of its own."""
    options = ["--server.port", str(PORT), "--server.headless", "true"]
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", *options],
        cwd=PROJECT,
        env=os.environ | {"CNN_STUDIO_HOME": str(home.root)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/_stcore/health", timeout=1).close()
            return server
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)


def p95(values: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20)[-1]


def main() -> None:
    """Run it."""
    seconds = 15.0 if quick() else 60.0
    with temporary_home() as home:
        run = submit_run(home, notebook_spec(import_mnist(home), 200))
        server = start_server(home)
        try:
            while not history_of(run.events).trace:
                time.sleep(0.1)
            times = asyncio.run(visit_all(run, seconds))
            assert history_of(run.events).epoch < history_of(run.events).epochs_planned, "the run must still train"
        finally:
            run.ask(Request.STOP)
            time.sleep(3)
            server.terminate()
            server.wait()
    for error in times.errors:
        print(error)
    for name, values in (("fragment", times.fragment), ("page", times.page)):
        median = statistics.median(values)
        print(f"{name}: {len(values)} answers, p50 {median * 1e3:.0f} ms, p95 {p95(values) * 1e3:.0f} ms")
    print(f"{len(times.errors)} errors")
    worst = max(p95(times.fragment) / FRAGMENT_GOAL, p95(times.page) / PAGE_GOAL)
    at_most("ui_latency", float("inf") if times.errors else worst, 1.0)


if __name__ == "__main__":
    main()
