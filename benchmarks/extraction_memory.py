"""2.5 GB / the most memory that a worker holds while 10,000 photos go through a frozen part: ≥ 1.

A worker as the app starts it gets a set of 10,000 photos of 224 px on the disk. VGG16, whose maps are the largest of
all backbones here, would take most of an hour: it is asked to pause after the first of them. That the rest takes no
more is seen from a quicker one, which goes on to the end: what it still grows by is added to VGG16's peak. (Quick:
fewer for both.) Photos are noise and weights random: neither changes what is held. Peaks are Linux's VmHWM.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
import numpy as np

from benchmarks.common import at_least, quick, temporary_home
from core.architecture.backbones.table import BACKBONES, BackboneName
from core.architecture.transfer import RANDOM, Transfer
from core.datasets.dataset import About, DatasetMeta, Original
from core.datasets.writer import DatasetWriter
from core.home import Home
from core.runs.events import EventKind, read_events
from core.runs.executor import LocalExecutor
from core.runs.folder import Request, State
from core.runs.submit import submit_run
from core.spec import DataSpec, RunSpec, TrainingSpec

PHOTOS, SIDE = 10_000, 224
GOAL = 2.5e9  # bytes
BLOCK = 250  # photos written at a time
POLL = 0.05  # seconds

Peaks = list[tuple[int, int]]  # photos done, most bytes held until then


def make_photos(home: Home) -> DatasetMeta:
    """The set, the same noise again and again."""
    block = np.random.default_rng(0).integers(0, 256, (BLOCK, SIDE, SIDE, 3), np.uint8)
    original = Original(shape=f"{SIDE}×{SIDE} px", dtype="uint8", range=(0, 255))
    about = About(title="Noise", classes=("a", "b"), source="made up", licence="CC0", original=original)
    with DatasetWriter(home.datasets, SIDE, 3, PHOTOS) as writer:
        for start in range(0, PHOTOS, BLOCK):
            writer.add(block, [number.to_bytes(4) for number in range(start, start + BLOCK)])
        return writer.finish(about, np.arange(PHOTOS) % 2, np.zeros(PHOTOS, np.uint8))


def peaks_of(home: Home, photos: DatasetMeta, backbone: BackboneName, until: int) -> Peaks:
    """Let a worker extract the first `until` photos; what it held from the first batch on."""
    spec = RunSpec(
        data=DataSpec(dataset=photos.id, image_size=SIDE, colour_mode="rgb"),
        architecture=Transfer(backbone=backbone, weights=RANDOM, pooling="average"),
        training=TrainingSpec(epochs=1),
    )
    run, peaks, offset = submit_run(home, spec), list[tuple[int, int]](), 0
    worker = LocalExecutor(home.root / "workers.log").spawn()
    worker.give(f"train {run.path}")
    while worker.is_alive():
        time.sleep(POLL)
        events, offset = read_events(run.events, offset)
        done = [event["done"] for event in events if event["kind"] == EventKind.EXTRACTED]
        if done and done[-1] and worker.is_alive():
            peaks.append((done[-1], _most(worker.pid)))
            if done[-1] >= until:
                run.ask(Request.PAUSE)
    assert run.status().state == State.PAUSED, run.status()
    return peaks


def _most(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


def main() -> None:
    """Run it."""
    plan: dict[BackboneName, int] = (
        {"vgg16": 64, "mobilenet_v2": 1_500} if quick() else {"vgg16": 1_200, "mobilenet_v2": PHOTOS}
    )
    with temporary_home() as home:
        photos = make_photos(home)
        found = {backbone: peaks_of(home, photos, backbone, until) for backbone, until in plan.items()}
    for backbone, peaks in found.items():
        shown = [peaks[place] for place in np.linspace(0, len(peaks) - 1, 4).astype(int)]
        text = ", ".join(f"{most / 1e9:.2f} GB after {done:,}" for done, most in shown)
        print(f"{BACKBONES[backbone].title}, {PHOTOS:,} photos at {SIDE} px: {text}")
    (vgg16, quicker) = found.values()
    early = next(most for done, most in quicker if done >= plan["vgg16"])
    growth = quicker[-1][1] - early
    peak = vgg16[-1][1] + growth
    print(
        f"peak {peak / 1e9:.2f} GB, {growth / 1e6:.0f} MB of it for what came after the first {plan['vgg16']:,} photos"
    )
    at_least("extraction_memory", GOAL / peak, 1.0)


if __name__ == "__main__":
    main()
