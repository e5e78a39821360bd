"""The same as ui_latency while photos are imported all the time: light fragment p95 ≤ 250 ms, full page p95 ≤ 1 s.

Imports are tasks in processes of their own, as the Data page starts them, one after the other from a ZIP of 224 px
JPEGs, beside the run that trains.
"""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from benchmarks.import_speed import SIDE, write_zip
from benchmarks.ui_latency import measured, report
from core.home import Home
from core.tasks.start import result_of, start_task

PHOTOS = 5_000


@contextmanager
def imports(home: Home) -> Iterator[None]:
    """Import the same photos again and again until the block is left."""
    path = home.root / "photos.zip"
    write_zip(path, PHOTOS)
    over = threading.Event()
    importer = threading.Thread(target=_import_again_and_again, args=(home, path, over))
    importer.start()
    try:
        yield
    finally:
        over.set()
        importer.join()


def _import_again_and_again(home: Home, path: Path, over: threading.Event) -> None:
    done = 0
    while not over.is_set():
        task = start_task(home, "import", {"path": str(path), "options": {"title": "Photos", "side": SIDE}})
        while (result := result_of(task)) is None:
            time.sleep(0.05)
        assert not result.error, result.error
        shutil.rmtree(home.datasets / result.value["dataset"])
        done += 1
    print(f"{done} imports of {PHOTOS:,} photos meanwhile")


if __name__ == "__main__":
    report("import_latency", measured(imports))
