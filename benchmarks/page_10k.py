"""Opening the Data page on a set of 60,000 pictures ≤ 1 s; another page of its grid ≤ 300 ms.

A browser is a WebSocket client (see browsers.py); the time is from the question to the server's word that the script
has finished. The set is MNIST. Opened `OPENED` times by browsers one after the other, the first on a server whose
caches are empty; then the grid is turned over. The last line's ratio is the worse of the two over their goals: the
slowest opening, and the median of the turns.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from benchmarks.browsers import browser, start_server
from benchmarks.common import at_most, import_mnist, quick, temporary_home
from core.datasets.dataset import Dataset
from core.datasets.inspecting.checks import run_checks
from core.datasets.progress import silent
from core.spec import DataSpec, RunSpec, to_query

PORT = 8796
OPENED = 5
OPEN_GOAL, TURN_GOAL = 1.0, 0.3  # seconds


async def measure(dataset: Dataset, turns: int) -> tuple[list[float], list[float]]:
    """Seconds of each opening, and of each turn of the grid."""
    data = DataSpec(dataset=dataset.meta.id, image_size=28)
    query = f"spec={to_query(RunSpec(data=data))}"
    opened, turned = [], []
    for _visit in range(OPENED):
        async with browser(PORT, "data", query) as client:
            opened.append(await client.ask())
            for page in range(2, turns + 2):
                turned.append(await client.ask(press="Next"))
                assert any(text.startswith(f"{page} / ") for text in client.texts), "the grid must have been turned"
    return opened, turned


def main() -> None:
    """Run it."""
    with temporary_home() as home:
        dataset = import_mnist(home)
        run_checks(dataset, home.cache, silent)  # else the first visitor's search for duplicates takes a core
        server = start_server(home, PORT)
        try:
            opened, turned = asyncio.run(measure(dataset, turns=5 if quick() else 20))
        finally:
            server.terminate()
            server.wait()
    print(f"opened: {', '.join(f'{seconds * 1e3:.0f}' for seconds in opened)} ms")
    print(f"turned: {len(turned)} times, p50 {statistics.median(turned) * 1e3:.0f}, max {max(turned) * 1e3:.0f} ms")
    at_most("page_10k", max(max(opened) / OPEN_GOAL, statistics.median(turned) / TURN_GOAL), 1.0)


if __name__ == "__main__":
    main()
