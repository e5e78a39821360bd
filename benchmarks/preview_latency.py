"""From a slider of the Augment page to 12 new copies at 224 px: the server's time ≤ 60 ms.

A browser is a WebSocket client (see browsers.py): it moves the rotation slider through its range and waits for the
copies, and then for the server's word that the script has finished: strip, fill modes and a trained model that is asked
whether it changes its mind come after them. The last line's ratio is the median time to the copies over the goal.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from benchmarks.browsers import Browser, browser, start_server
from benchmarks.common import assets, at_most, quick, temporary_home
from core.augmentation.spec import PRESETS
from core.datasets.importing.bring import bring_in
from core.datasets.importing.photos import PhotoOptions
from core.datasets.progress import silent
from core.home import Home
from core.runs.foreground import train_in_foreground
from core.spec import DataSpec, RunSpec, TrainingSpec, to_query

PORT = 8797
SIZE = 224  # px
COPIES = 12
GOAL = 0.060  # seconds


async def measure(query: str, moves: int) -> tuple[list[float], list[float]]:
    """Seconds of each move of the slider: to the copies, and to the end of the script."""
    to_copies, to_end = [], []
    async with browser(PORT, "augment", query) as client:
        await client.ask()
        grid, slider = (named(client, key) for key in ("augment-copies", "augmentation.rotation"))
        shown = pictures(client.components[grid])
        for move in range(moves):
            moved = {"number": move + 1, "value": 10.0 + move % 120}
            to_end.append(await client.ask(state=(slider, {"moved": moved})))
            to_copies.append(client.arrived[grid])
            before, shown = shown, pictures(client.components[grid])
            assert len(shown) == COPIES
            assert not shown & before, "every copy must be new"
    return to_copies, to_end


def named(client: Browser, key: str) -> str:
    """What the server calls the component with this key."""
    return next(name for name in client.components if key in name)


def pictures(gallery: str) -> set[str]:
    """The pictures of a gallery, as they went to the browser."""
    return {tile["source"] for row in json.loads(gallery)["rows"] for tile in row["tiles"]}


def train_one(home: Home, data: DataSpec) -> None:
    """A finished run on these pictures, for the page to ask: small and short."""
    small = data.model_copy(update={"image_size": 32})
    train_in_foreground(home, RunSpec(data=small, training=TrainingSpec(epochs=1)), "", lambda _text: None)


def said(seconds: list[float]) -> str:
    """Median and 95th percentile, in ms."""
    return f"p50 {statistics.median(seconds) * 1e3:.0f} ms, p95 {sorted(seconds)[-len(seconds) // 20] * 1e3:.0f} ms"


def main() -> None:
    """Run it."""
    with temporary_home() as home:
        photos = assets() / "datasets" / "clothing4_224_cc0"
        dataset = bring_in(home, photos, PhotoOptions(title="clothes", side=SIZE), silent)
        data = DataSpec(dataset=dataset.meta.id, image_size=SIZE, colour_mode="rgb")
        train_one(home, data)
        query = f"spec={to_query(RunSpec(data=data, augmentation=PRESETS['notebook'].spec))}"
        server = start_server(home, PORT)
        try:
            to_copies, to_end = asyncio.run(measure(query, moves=60 if quick() else 300))
        finally:
            server.terminate()
            server.wait()
    print(f"{len(to_copies)} moves: copies {said(to_copies)}; end of the script {said(to_end)}")
    at_most("preview_latency", statistics.median(to_copies) / GOAL, 1.0)


if __name__ == "__main__":
    main()
