"""Many photos at once: kept on a browser's desk, asked about in parts, so that nobody else waits for all of them.

A pile is one .zip, as it came or made of the files that came; only the worker opens it. desks/<token>/asked/ holds it.
"""

from __future__ import annotations

import shutil
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from core.datasets.importing.names import clean_name
from core.datasets.importing.staging import not_kept
from core.datasets.limits import LIMITS
from core.desk import Desk, copy_within, new_token
from core.errors import DataError
from core.evaluation import Exam, losses_of
from core.frames import Arrays
from core.i18n import _
from core.inference import Inference
from core.runs.folder import RunFolder

MOST = 5_000  # photos asked about; a table of more is no use to anybody
PART, FIRST_PART = 64, 16  # photos asked at a time at most, and to begin with
AIM = 0.5  # seconds that a part should take: as long may somebody else's photo wait
BREATH = 0.002  # seconds between two parts: a lock is not fair, so whoever waits needs a moment to take it
ARRAYS = ("probabilities", "swapped", "thumbnails", "ends")


@dataclass(frozen=True, eq=False)
class PileAnswer:
    """A model's answers to the N photos of a pile.

    Attributes:
        names: Paths inside the pile with "/", cleaned.
        errors: Why each could not be read; empty where it could.
        probabilities: (N, K) float32, NaN in the rows of those that could not be read.
        swapped: (N,) whether light and dark were swapped first.
        thumbnails: (bytes,) uint8, one small JPEG after the other.
        ends: (N,) where the JPEG of each ends in `thumbnails`.
        of: How many files the pile has; more than N where it has more than `MOST`.
    """

    names: tuple[str, ...]
    errors: tuple[str, ...]
    probabilities: NDArray[np.float32]
    swapped: NDArray[np.bool_]
    thumbnails: NDArray[np.uint8]
    ends: NDArray[np.int64]
    of: int

    @property
    def readable(self) -> NDArray[np.int64]:
        """Places of those that could be read."""
        return np.flatnonzero([not error for error in self.errors])

    def thumbnail(self, place: int) -> bytes:
        """The small JPEG of the photo at `place`; empty for one that could not be read."""
        begin = int(self.ends[place - 1]) if place else 0
        return self.thumbnails[begin : int(self.ends[place])].tobytes()


def keep_pile(desk: Desk, files: Sequence[tuple[str, int, BinaryIO]]) -> Path:
    """Write files to the desk in place of the pile before; a single .zip is kept as it is.

    Args:
        files: Name, bytes and content of each.

    Raises:
        DataError: If they do not fit into the browser's quota or on the disk; then none is kept.
    """
    clear_pile(desk)
    room = desk.room()
    if sum(size for _name, size, _content in files) > room:
        text = _("More than {limit} MB cannot be handed over at a time. Take fewer or smaller files.")
        raise DataError(text.format(limit=LIMITS.upload_bytes // 10**6))
    draft = _shelf(desk) / f"{new_token()}.part"
    draft.parent.mkdir(parents=True, exist_ok=True)
    try:
        if len(files) == 1 and files[0][0].lower().endswith(".zip"):
            with draft.open("wb") as file:
                copy_within(files[0][2], file, room)
        else:
            _pack(draft, files)
        return draft.rename(draft.with_suffix(".zip"))
    except OSError as error:
        clear_pile(desk)
        raise not_kept(_("The file"), error) from error


def pile_of(desk: Desk) -> Path | None:
    """What `keep_pile` kept, if anything."""
    return next(iter(_shelf(desk).glob("*.zip")), None)


def clear_pile(desk: Desk) -> None:
    """Free the photos; whoever is being asked about them stops at the next part."""
    shutil.rmtree(_shelf(desk), ignore_errors=True)


def ask_pile(
    inference: Inference, run: RunFolder, pile: Path, swap: bool | None, tell: Callable[[int, int], None]
) -> PileAnswer:
    """The answers of the run's model to all photos of a pile, asked for in parts.

    Args:
        swap: Whether light and dark are swapped first; None: where a photo's border is light.
        tell: Called after each part with how many photos of how many are answered.

    Raises:
        StudioError: If the run has no model, or the pile is gone, damaged or too large.
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
    return _joined(parts)


def next_part(count: int, took: float) -> int:
    """How many photos to ask about next, after `count` of them took so many seconds."""
    return max(1, min(PART, 4 * count, round(count * AIM / max(took, 1e-3))))


def content_of_photo(inference: Inference, pile: Path, place: int) -> bytes:
    """The file at `place`. Raises StudioError where it cannot be read any more."""
    _reply, arrays = inference.ask("pile_photo", {"source": str(pile), "place": place})
    return arrays["photo"].tobytes()


def labels_of(names: Sequence[str], classes: Sequence[str]) -> NDArray[np.int64]:
    """(N,) class numbers as the folders of the files are called, the nearest folder first; −1 where none is a class."""
    numbers = {name.casefold(): number for number, name in enumerate(classes)}
    folders = [reversed(name.casefold().split("/")[:-1]) for name in names]
    return np.array([next((numbers[part] for part in parts if part in numbers), -1) for parts in folders], np.int64)


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
    return PileAnswer(names, errors, **joined, of=parts[-1][0]["files"])


def _pack(path: Path, files: Sequence[tuple[str, int, BinaryIO]]) -> None:
    """Write files into a .zip, as they are; of two with one name the second gets a number."""
    taken: set[str] = set()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for place, (name, _size, content) in enumerate(files, 1):
            unique = clean_name(name)
            if unique in taken:
                old = PurePosixPath(unique)
                unique = str(old.with_name(f"{old.stem[:40]} ({place}){old.suffix}"))
            taken.add(unique)
            archive.writestr(unique, content.read())


def _shelf(desk: Desk) -> Path:
    return desk.path / "asked"
