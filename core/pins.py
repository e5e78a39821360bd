"""Photos that are watched while a network learns: what it said of them after each epoch, and what spoke for that.

pins/start.npz of the run folder holds what the untrained network says, pins/0007.npz what it says after epoch 7
(0-based). Light: no TensorFlow. The worker writes them (`core.learning.pins`).
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.files import status, write_atomically
from core.runs.folder import RunFolder

START = -1  # stands for the epoch before the first
MOST = 6  # photos that one run watches

_Stamped = tuple[Path, int]  # a file with its modification time in nanoseconds


@dataclass(frozen=True, eq=False)
class Frame:
    """What a network says of n pinned pictures at one time.

    Attributes:
        numbers: (n,) of the pictures in the data set.
        labels: (n,) numbers of their true classes.
        probabilities: (n, K).
        heats: (n, h, w) uint8, Grad-CAM of the class named, 255 where it speaks for it the most; None where the network
            has no convolution.
    """

    numbers: NDArray[np.int64]
    labels: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    heats: NDArray[np.uint8] | None


@dataclass(frozen=True, eq=False)
class Film:
    """What a network said of n pinned pictures at E times.

    Attributes:
        numbers, labels: As in `Frame`.
        epochs: 0-based, in their order; START for the untrained network.
        probabilities: (E, n, K).
        heats: (E, n, h, w) as in `Frame`, or None.
    """

    numbers: tuple[int, ...]
    labels: tuple[int, ...]
    epochs: tuple[int, ...]
    probabilities: NDArray[np.float32]
    heats: NDArray[np.uint8] | None

    @property
    def named(self) -> NDArray[np.int64]:
        """(E, n) numbers of the most probable classes."""
        return np.asarray(self.probabilities.argmax(axis=2))

    @property
    def is_right(self) -> NDArray[np.bool_]:
        """(E, n) whether that is the true one."""
        return np.asarray(self.named == np.array(self.labels))


def read_pins(run: RunFolder) -> Film | None:
    """All that was kept of the run's pinned pictures so far; None where nothing was.

    A file that cannot be read, or that tells of other pictures than the first one, counts as not there.
    """
    return _film(_files(run))


def last_pins(run: RunFolder) -> Film | None:
    """The same with the last time alone, at the cost of reading one file."""
    return _film(_files(run)[-1:])


def write_pins(run: RunFolder, epoch: int, frame: Frame) -> None:
    """Keep what the network says after `epoch` (0-based, or START); only a worker calls it."""
    run.pins.mkdir(exist_ok=True)
    arrays = {name: value for name, value in vars(frame).items() if value is not None}
    file = run.pins / ("start.npz" if epoch == START else f"{epoch:04d}.npz")
    write_atomically(file, lambda opened: np.savez(opened, **arrays))


def right_since(rights: Sequence[bool]) -> int | None:
    """From which place on all of `rights` are true; None where the last is not."""
    wrong = [place for place, right in enumerate(rights) if not right]
    since = wrong[-1] + 1 if wrong else 0
    return since if since < len(rights) else None


def _files(run: RunFolder) -> tuple[_Stamped, ...]:
    """The files with their times, in the order of the epochs."""
    found = [run.pins / "start.npz", *sorted(run.pins.glob("[0-9]*.npz"))]
    stamps = ((file, status(file)) for file in found)
    return tuple((file, stamp.st_mtime_ns) for file, stamp in stamps if stamp)


@lru_cache(maxsize=32)
def _film(files: tuple[_Stamped, ...]) -> Film | None:
    kept = {file.stem: _read(file) for file, _time in files}
    return _joined({START if stem == "start" else int(stem): frame for stem, frame in kept.items() if frame})


def _joined(frames: dict[int, Frame]) -> Film | None:
    if not frames:
        return None
    first = next(iter(frames.values()))
    alike = {epoch: frame for epoch, frame in frames.items() if _shape(frame) == _shape(first)}
    heats = [frame.heats for frame in alike.values() if frame.heats is not None]
    return Film(
        tuple(first.numbers.tolist()),
        tuple(first.labels.tolist()),
        tuple(alike),
        np.stack([frame.probabilities for frame in alike.values()]),
        np.stack(heats) if heats else None,
    )


def _shape(frame: Frame) -> tuple[object, ...]:
    heats = None if frame.heats is None else frame.heats.shape
    return frame.numbers.tolist(), frame.labels.tolist(), frame.probabilities.shape, heats


def _read(file: Path) -> Frame | None:
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:  # numpy leaves torn ones open
            heats = arrays["heats"] if "heats" in arrays.files else None
            frame = Frame(arrays["numbers"], arrays["labels"], arrays["probabilities"], heats)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return frame if _is_whole(frame) else None


def _is_whole(frame: Frame) -> bool:
    count = (frame.numbers.size,)
    alike = all(array.shape[:1] == count for array in vars(frame).values() if array is not None)
    return alike and count[0] > 0 and frame.probabilities.ndim == 2 and frame.labels.max() < len(frame.probabilities.T)
