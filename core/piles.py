"""Many photos at once: asked about in parts, so that nobody else waits for all of them.

A pile is one .zip, see `core.asked`.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import StudioError
from core.evaluation import NO_NUMBERS, Exam, losses_of
from core.frames import Arrays
from core.i18n import _
from core.inference import Inference
from core.runs.folder import RunFolder

MOST = 5_000  # photos asked about; a table of more is no use to anybody
PART, FIRST_PART = 256, 16  # photos asked at a time at most, and to begin with
AIM = 0.5  # seconds that a part should take: as long may somebody else's photo wait
BREATH = 0.002  # seconds between two parts: a lock is not fair, so whoever waits needs a moment to take it
ARRAYS = ("probabilities", "features", "swapped", "thumbnails", "ends")


@dataclass(frozen=True, eq=False)
class PileAnswer:
    """A model's answers to the N photos of a pile.

    Attributes:
        names: Paths inside the pile with "/", cleaned.
        errors: Why there is no answer for each; empty where there is one.
        probabilities: (N, K) float32, NaN in the rows of those without an answer.
        features: (N, F) float32, see `core.novelty`; NaN likewise.
        swapped: (N,) whether light and dark were swapped first.
        thumbnails: (bytes,) uint8, one small JPEG after the other.
        ends: (N,) where the JPEG of each ends in `thumbnails`.
        of: How many files the pile has; more than N where it has more than `MOST`.
        problem: Why the pile as a whole cannot be read, or empty.
    """

    names: tuple[str, ...]
    errors: tuple[str, ...]
    probabilities: NDArray[np.float32]
    features: NDArray[np.float32]
    swapped: NDArray[np.bool_]
    thumbnails: NDArray[np.uint8]
    ends: NDArray[np.int64]
    of: int
    problem: str = ""

    @property
    def readable(self) -> NDArray[np.int64]:
        """Places of those that could be read and have an answer."""
        return np.flatnonzero([not error for error in self.errors])

    def thumbnail(self, place: int) -> bytes:
        """The small JPEG of the photo at `place`; empty for one that could not be read."""
        begin = int(self.ends[place - 1]) if place else 0
        return self.thumbnails[begin : int(self.ends[place])].tobytes()


def ask_pile(
    inference: Inference, run: RunFolder, pile: Path, swap: bool | None, tell: Callable[[int, int], None]
) -> PileAnswer:
    """The answers of the run's model to all photos of a pile, asked for in parts.

    Args:
        swap: Whether light and dark are swapped first; None: where a photo's border is light.
        tell: Called after each part with how many photos of how many are answered.

    Raises:
        StudioError: If the run has no model, or none of its answers is a number.
        WorkerError: If two workers in a row died over it.
    """
    parts: list[tuple[dict[str, Any], Arrays]] = []
    done, of, count = 0, 1, FIRST_PART
    while done < of:
        begun = time.monotonic()
        header = {"run": str(run.path), "source": str(pile), "first": done, "count": count, "swap": swap}
        reply, arrays = inference.ask("pile", header)
        parts.append((reply, arrays))
        done, of = done + len(reply["names"]), min(int(reply["files"]), MOST)
        of = of if reply["names"] else done  # files vanish when the pile is cleared
        tell(done, of)
        count = next_part(count, time.monotonic() - begun)
        time.sleep(BREATH)
    answer = _joined(parts)
    if answer.thumbnails.size and not answer.readable.size:  # there were pictures to see
        raise StudioError(_(NO_NUMBERS))
    return answer


def next_part(count: int, took: float) -> int:
    """How many photos to ask about next, after `count` of them took so many seconds."""
    return max(1, min(PART, 4 * count, round(count * AIM / max(took, 1e-3))))


def content_of_photo(inference: Inference, pile: Path, place: int) -> bytes:
    """The file at `place`. Raises StudioError where it cannot be read any more."""
    _reply, arrays = inference.ask("pile_photo", {"source": str(pile), "place": place})
    return arrays["photo"].tobytes()


def labels_of(names: Sequence[str], classes: Sequence[str]) -> NDArray[np.int64]:
    """(N,) class numbers as the folders of the files are called, the nearest folder first; −1 where none is a class.

    Capitals count only where classes differ in nothing else, as "A" and "a".
    """
    alike = Counter(name.casefold() for name in classes)
    loose = {name.casefold(): number for number, name in enumerate(classes) if alike[name.casefold()] == 1}
    exact = {name: number for number, name in enumerate(classes)}
    folders = [reversed(name.split("/")[:-1]) for name in names]
    found = [[exact.get(part, loose.get(part.casefold(), -1)) for part in parts] for parts in folders]
    return np.array([next((number for number in numbers if number >= 0), -1) for numbers in found], np.int64)


def exam_of(answer: PileAnswer, classes: Sequence[str]) -> Exam | None:
    """The answers to the photos whose folder is a class, as an exam; None where there is no such photo.

    Its indices are places in the pile; it has no report.
    """
    labels = labels_of(answer.names, classes)
    places = np.intersect1d(answer.readable, np.flatnonzero(labels >= 0))
    if not len(places):
        return None
    probabilities = answer.probabilities[places]
    loss = float(losses_of(labels[places], probabilities).mean())
    return Exam(places, labels[places], probabilities, loss, {})


def _joined(parts: list[tuple[dict[str, Any], Arrays]]) -> PileAnswer:
    names = tuple(name for reply, _arrays in parts for name in reply["names"])
    errors = tuple(error for reply, _arrays in parts for error in reply["errors"])
    shifts = np.cumsum([0, *(len(arrays["thumbnails"]) for _reply, arrays in parts)])
    for (_reply, arrays), shift in zip(parts, shifts, strict=False):
        arrays["ends"] = arrays["ends"] + shift
    joined = {name: np.concatenate([arrays[name] for _reply, arrays in parts]) for name in ARRAYS}
    return PileAnswer(names, errors, **joined, of=parts[-1][0]["files"], problem=parts[-1][0]["problem"])
