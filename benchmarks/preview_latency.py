"""From a slider of the Augment page to 12 new copies at 224 px: the server's time ≤ 60 ms.

A browser is a WebSocket client (see browsers.py): it moves the rotation slider through its range and waits for the
server's word that the script has finished, so the whole page counts: road, sliders, strip and fill modes too. The last
line's ratio is the median over the goal.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from benchmarks.browsers import browser, start_server
from benchmarks.common import assets, at_most, quick, temporary_home
from core.augmentation.spec import PRESETS
from core.datasets.importing.bring import bring_in
from core.datasets.importing.photos import PhotoOptions
from core.datasets.progress import silent
from core.spec import DataSpec, RunSpec, to_query

PORT = 8797
SIZE = 224  # px
COPIES = 12
GOAL = 0.060  # seconds


async def measure(query: str, moves: int) -> list[float]:
    """Seconds of each move of the slider."""
    seconds = []
    async with browser(PORT, "augment", query) as client:
        await client.ask()
        shown = copies(client.components)
        for move in range(moves):
            seconds.append(await client.ask(slide=("Rotation", 10.0 + move % 120)))
            before, shown = shown, copies(client.components)
            assert len(shown) == COPIES
            assert not shown & before, "every copy must be new"
    return seconds


def copies(components: dict[str, str]) -> set[str]:
    """The pictures of the grid, as they went to the browser."""
    name = next(name for name in components if "augment-copies" in name)
    return {tile["source"] for row in json.loads(components[name])["rows"] for tile in row["tiles"]}


def main() -> None:
    """Run it."""
    with temporary_home() as home:
        photos = assets() / "datasets" / "clothing4_224_cc0"
        dataset = bring_in(home, photos, PhotoOptions(title="clothes", side=SIZE), silent)
        data = DataSpec(dataset=dataset.meta.id, image_size=SIZE, colour_mode="rgb")
        query = f"spec={to_query(RunSpec(data=data, augmentation=PRESETS['notebook'].spec))}"
        server = start_server(home, PORT)
        try:
            seconds = asyncio.run(measure(query, moves=60 if quick() else 300))
        finally:
            server.terminate()
            server.wait()
    median, slowest = statistics.median(seconds), sorted(seconds)[-len(seconds) // 20]
    print(f"{len(seconds)} moves: p50 {median * 1e3:.0f} ms, p95 {slowest * 1e3:.0f} ms")
    at_most("preview_latency", median / GOAL, 1.0)


if __name__ == "__main__":
    main()
