"""Photos a second from a ZIP of 224 px JPEGs to a stored set, against a plain Pillow loop in one thread: ≥ 1.6.

The plain side reads each member, decodes it with Pillow, stacks all and saves them with NumPy. Ours does what the app
does, with class folders, checks, names, sizes, content hash and an atomic end. Rounds take turns; the ratio is that of
the medians. The memory of an import in a process of its own must stay under 400 MB, however many photos there are.
"""

from __future__ import annotations

import io
import os
import shutil
import statistics
import subprocess
import sys
import time
import zipfile
from itertools import cycle, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
import numpy as np
from PIL import Image

from benchmarks.common import assets, at_least, quick, temporary_home
from core.datasets.importing.photos import PhotoOptions, import_photos
from core.datasets.importing.sources import open_source
from core.home import PROJECT, Home

SIDE = 224  # px
MEMORY_GOAL = 400e6  # bytes
MEASURE = (
    "import resource, sys; from core.__main__ import main; main(sys.argv[1:]); "
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
)


def write_zip(path: Path, photos: int) -> None:
    """So many photos in class folders, from the assets, each as often as needed."""
    files = sorted((assets() / "datasets").glob("*224*/*/*.jpg"))
    with zipfile.ZipFile(path, "w") as archive:
        for number, file in enumerate(islice(cycle(files), photos)):
            archive.writestr(f"{file.parent.name}/{number:06}.jpg", file.read_bytes())


def plain(path: Path, target: Path) -> None:
    """What a script of ten lines does."""
    with zipfile.ZipFile(path) as archive:
        pictures = [
            np.asarray(Image.open(io.BytesIO(archive.read(name))).convert("RGB").resize((SIDE, SIDE)))
            for name in sorted(archive.namelist())
        ]
    np.save(target, np.stack(pictures))


def ours(path: Path, home: Home) -> None:
    """What the app does."""
    with open_source(path) as source:
        import_photos(home, source, PhotoOptions(title="Photos", side=SIDE))


def timed(work: object, *arguments: object) -> float:
    """Seconds that `work` takes."""
    assert callable(work)
    os.sync()  # what the other side wrote last must not wait for the disk in this one's time
    start = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - start


def memory_of_import(path: Path) -> float:
    """Most bytes in memory of `python -m core import`."""
    command = [sys.executable, "-c", MEASURE, "import", str(path), "--size", str(SIDE)]
    done = subprocess.run(command, cwd=PROJECT, env=dict(os.environ), capture_output=True, text=True, check=True)
    return int(done.stderr.split()[-1]) * 1024.0


def main() -> None:
    """Run it."""
    photos, rounds = (5_000, 3) if quick() else (10_000, 3)
    with temporary_home() as home:
        path = home.root / "photos.zip"
        write_zip(path, photos)
        memory = memory_of_import(path)
        print(f"memory of an import of {photos:,} photos: {memory / 1e6:.0f} MB, goal {MEMORY_GOAL / 1e6:.0f} MB")
        times: dict[str, list[float]] = {"plain": [], "ours": []}
        for _round in range(rounds):
            shutil.rmtree(home.datasets)
            home.make()
            times["ours"].append(timed(ours, path, home))
            times["plain"].append(timed(plain, path, home.root / "plain.npy"))
        for name, seconds in times.items():
            rates = ", ".join(f"{photos / value:,.0f}" for value in seconds)
            print(f"{name}: {rates} photos/s")
    ratio = statistics.median(times["plain"]) / statistics.median(times["ours"])
    at_least("import_speed", ratio if memory < MEMORY_GOAL else 0.0, 1.6)


if __name__ == "__main__":
    main()
