"""A process that looks into every file of a folder and imports it, as tasks do, and writes down what came of each.

    python -m tests.fuzz.work_off CASES REPORT         CNN_STUDIO_HOME names the data home

A line of the report is an `Answer`, the last one an `Account`. Memory is asked for once after the good files, when all
that is loaded late is there, and once after all others.
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from json import dumps
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from core.datasets.dataset import Dataset, clean_class_name
from core.datasets.importing.bring import Look
from core.datasets.store import list_datasets, open_dataset, origins_of
from core.home import Home, current_home
from core.tasks.__main__ import main as do_task
from core.tasks.folder import Result, TaskFolder, create_task

FITS = ("crop", "pad", "stretch")
GOOD = "good-"  # names of files that are in order begin so
_WRITING = {"open": 2, "os.mkdir": 0, "os.rename": 1, "os.symlink": 1, "os.link": 1}  # events: place of what is written


@dataclass
class Answer:
    """What came of one file: an error, or the id of a set; `flaws` should be empty."""

    case: str
    look_error: str = ""
    error: str = ""
    dataset: str = ""
    said: list[str] = field(default_factory=list)  # why files were left out
    flaws: list[str] = field(default_factory=list)


@dataclass
class Account:
    """Memory in bytes before, after and at most; what was written outside of the data home."""

    before: int
    after: int
    peak: int
    outside: list[str]


def main(cases: Path, report: Path) -> None:
    """Work the cases off, the good ones first."""
    home, outside = current_home(), watched(current_home(), report)
    files = sorted(cases.iterdir(), key=lambda file: (not file.name.startswith(GOOD), file.name))
    before = 0
    with report.open("w", encoding="utf-8") as lines:
        for place, file in enumerate(files):
            if not before and not file.name.startswith(GOOD):
                before = held()
            lines.write(dumps(asdict(answer(home, file, FITS[place % len(FITS)]))) + "\n")
        lines.write(dumps(asdict(Account(before, held(), most(), sorted(outside)))))


def answer(home: Home, file: Path, fit: str) -> Answer:
    """Look into a file and, if that finds something, import it as the Data page would."""
    found = Answer(file.name)
    task, looked = done(home, "look", {"path": str(file)})
    found.look_error = looked.error
    if not looked.error:
        look = Look.model_validate(looked.value)
        found.said += [refusal.reason for refusal in look.refused]
        found.flaws += sample_flaws(task)
        colour = "grey" if look.is_grey else "rgb"
        options = {"title": file.stem, "side": look.side, "fit": fit, "colour": colour}
        task, result = done(home, "import", {"path": str(file), "options": options})
        found.error, found.dataset = result.error, str(result.value.get("dataset", ""))
    if found.dataset:
        dataset = open_dataset(home, found.dataset)
        found.said += [refusal.reason for refusal in dataset.meta.refused]
        found.flaws += set_flaws(home, dataset)
    return found


def done(home: Home, kind: str, arguments: dict[str, Any]) -> tuple[TaskFolder, Result]:
    """What the process of a task does, from its folder to its result."""
    task = create_task(home, kind, arguments)
    do_task(task.path)
    return task, task.result() or Result(error="")


def sample_flaws(task: TaskFolder) -> list[str]:
    """What is wrong with the pictures of a look."""
    with np.load(task.path / "samples.npz", allow_pickle=False) as samples:
        shown = [samples[name] for name in samples.files]
    return [f"sample {one.dtype} {one.shape}" for one in shown if one.dtype != np.uint8 or one.shape[2:] != (3,)]


def set_flaws(home: Home, dataset: Dataset) -> list[str]:
    """What is wrong with a set that was made."""
    meta, images, origins = dataset.meta, dataset.images, origins_of(home, dataset)
    wrong = {
        "pictures": images.dtype != np.uint8 or images.shape != (len(dataset), meta.size, meta.size, meta.channels),
        "labels": sorted(set(dataset.labels.tolist())) != list(range(len(meta.classes))),
        "parts": not set(dataset.parts.tolist()) <= {0, 1, 2},
        "classes": [clean_class_name(name) for name in meta.classes] != list(meta.classes),
        "same classes": len(set(meta.classes)) < len(meta.classes),
        "origins": origins is not None and len(origins) != len(dataset),
        "not in the list": meta not in list_datasets(home),
        "bytes": int(images.sum(dtype=np.int64)) < 0,  # every page of the file can be read
    }
    return [what for what, is_so in wrong.items() if is_so]


def held() -> int:
    """Bytes that the process holds (RSS), but for what Python no longer needs and what malloc keeps to give again."""
    gc.collect()
    with suppress(AttributeError):  # another libc than glibc
        ctypes.CDLL(None).malloc_trim(0)
    return int(psutil.Process().memory_info().rss)


def most() -> int:
    """Bytes that the process held at any time, as Linux tells (ru_maxrss counts what its parent held before it)."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def watched(home: Home, report: Path) -> set[str]:
    """A set to which Python adds whatever is written outside of the data home from now on."""
    outside: set[str] = set()

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in _WRITING or (event == "open" and not _is_written(arguments)):
            return
        target = arguments[0 if event == "open" else _WRITING[event]]
        if isinstance(target, str | bytes | os.PathLike):
            path = Path(os.path.realpath(os.fsdecode(target)))
            if not path.is_relative_to(home.root) and path != report:
                outside.add(f"{event} {path}")

    sys.addaudithook(hook)
    return outside


def _is_written(arguments: tuple[Any, ...]) -> bool:
    return isinstance(arguments[2], int) and bool(arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]).resolve())
