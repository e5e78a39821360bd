"""An import that is cut off, by a kill at any moment or by a disk that is full, leaves a whole set or none."""

from __future__ import annotations

import io
import os
import resource
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from core.access import COMMAND_LINE
from core.datasets import writer
from core.datasets.editing.versions import remove_dataset
from core.datasets.store import list_datasets, open_dataset
from core.datasets.writer import sweep
from core.home import Home
from core.tasks import __main__ as process
from core.tasks import start as task_start
from core.tasks.folder import TaskFolder, create_task
from core.tasks.start import result_of, start_task
from tests.fuzz.real_files import npz, zipped
from tests.fuzz.words import is_plain

KILLS = 10
COUNT = 300  # photos
PATIENCE = 60.0  # seconds
Shortage = Callable[[Path, int], AbstractContextManager[None]]


@pytest.fixture
def photos(tmp_path: Path, assets: Path) -> Path:
    """A .zip of 300 photos of 224 px."""
    files = {
        f"{name}/{file.name}": file.read_bytes()
        for name in ("cats", "dogs", "panda")
        for file in sorted((assets / "datasets" / "animals3_224" / name).iterdir())[: COUNT // 3]
    }
    path = tmp_path / "photos.zip"
    path.write_bytes(zipped(files, method=0))
    return path


@pytest.fixture
def all_ended() -> Iterator[None]:
    """Nothing that a test started is left running."""
    yield
    for running in task_start._processes.values():
        running.wait(PATIENCE)


def start(home: Home, photos: Path) -> TaskFolder:
    return start_task(home, "import", {"path": str(photos), "options": {"title": "Animals", "side": 128}})


def waited(condition: Callable[[], object]) -> float:
    """Seconds until it holds."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < PATIENCE
        time.sleep(0.002)
    return time.monotonic() - begun


def hidden(home: Home) -> list[Path]:
    """Folders of sets that are not done."""
    return list(home.datasets.glob(".*"))


def own_sets(home: Home) -> list[str]:
    """Ids of the sets in the list that do not ship with the project; each is whole."""
    found = [meta.id for meta in list_datasets(home) if meta.id != "digits"]
    for dataset in (open_dataset(home, name) for name in found):
        assert (len(dataset), dataset.images.shape[1:]) == (COUNT, (128, 128, 3))
        assert np.bincount(dataset.labels).tolist() == [COUNT // 3] * 3
        assert dataset.images[-1].any()
    return found


@pytest.mark.usefixtures("all_ended")
def test_a_kill_at_any_moment_leaves_a_whole_set_or_none(home: Home, photos: Path) -> None:
    """Killed while the pictures are written, at moments drawn with a seed, or just after."""
    whole = start(home, photos)
    waited(lambda: hidden(home))
    takes = waited(lambda: result_of(whole))
    (dataset_id,) = own_sets(home)
    remove_dataset(home, dataset_id, COMMAND_LINE)
    chance, survived = Random(1), []
    for _kill in range(KILLS):
        task, before = start(home, photos), set(hidden(home))
        waited(lambda before=before: set(hidden(home)) - before)  # type: ignore[misc]
        time.sleep(chance.uniform(0, 1.2 * takes))
        os.kill(int((task.path / "pid").read_text()), signal.SIGKILL)
        waited(lambda task=task: result_of(task))  # type: ignore[misc]
        survived.append(own_sets(home))
        for name in survived[-1]:
            remove_dataset(home, name, COMMAND_LINE)
    assert [] in survived
    for folder in hidden(home):
        os.utime(folder, (0, 0))
    sweep(home.datasets)
    assert hidden(home) == []


@contextmanager
def full_disk(folder: Path, room: int) -> Iterator[None]:
    """Leave `room` bytes on the small disk that `folder` is on."""
    ballast = folder / "ballast"
    free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
    ballast.write_bytes(bytes(max(0, free - room)))
    yield
    ballast.unlink()


@contextmanager
def short_files(_folder: Path, room: int) -> Iterator[None]:
    """Let no file grow beyond `room` bytes, as a quota does; no rights are needed for that."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB, where this user may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("no rights to mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture(params=["npz", "zip"])
def toy(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Sixty pictures of 28 px, which as a set take some 150 KB, as arrays or as photos."""
    path = tmp_path / f"toy.{request.param}"
    images = np.random.default_rng(0).integers(0, 256, (60, 28, 28, 3), dtype=np.uint8)
    labels = np.arange(60) % 3
    files = {f"{label}/{place:02}.png": as_png(images[place]) for place, label in enumerate(labels)}
    path.write_bytes(zipped(files) if request.param == "zip" else npz({"x": images, "y": labels}))
    return path


def as_png(picture: NDArray[np.uint8]) -> bytes:
    target = io.BytesIO()
    Image.fromarray(picture).save(target, "PNG")
    return target.getvalue()


def check_imports(home: Home, source: Path, shortage: Shortage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Import the same again and again with less room each time: which file is the one that no longer fits, changes."""
    monkeypatch.setattr(writer, "_check_room", lambda *_arguments: None)  # somebody else fills the disk after that look
    errors = []
    for room in range(200_000, -1, -8_000):
        task = create_task(home, "import", {"path": str(source), "options": {"title": "Toy", "side": 28}})
        with shortage(home.root, room):
            result = process.outcome(task)
        task.remove()
        assert hidden(home) == []
        made = [meta.id for meta in list_datasets(home) if meta.id != "digits"]
        assert made == [value for name, value in result.value.items() if name == "dataset"]
        for name in made:
            assert len(open_dataset(home, name)) == 60
            remove_dataset(home, name, COMMAND_LINE)
        errors.append(result.error)
    assert errors[0] == ""
    assert len([error for error in errors if error]) > 10
    assert [error for error in errors if error and not ("room" in error and is_plain(error))] == []


def test_a_disk_that_fills_up_gives_plain_words_and_keeps_nothing(
    small_disk: Path, toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_imports(Home(small_disk / "home").make(), toy, full_disk, monkeypatch)


def test_files_that_may_grow_no_further_give_plain_words_and_keep_nothing(
    home: Home, toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_imports(home, toy, short_files, monkeypatch)
