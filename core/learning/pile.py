"""A part of a pile of photos: decoded in threads, and judged in one go while the part after it is decoded."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.datasets.borders import has_light_border
from core.datasets.decode import Pixels, decode_photo
from core.datasets.importing.photos import in_order
from core.datasets.importing.sources import Entry, Source, open_source
from core.datasets.pixels import PixelPath
from core.errors import DataError
from core.frames import Arrays
from core.i18n import _
from core.learning.judging import NO_NUMBER, Rows, is_answered, judged
from core.learning.predict import load_trained
from core.runs.folder import RunFolder

THUMBNAIL = 96  # px, longest side; from what is decoded anyway
QUALITY = 80  # of its JPEG
SHARE = 8  # photos that a thread takes at a time


@dataclass(frozen=True)
class _Place:
    """From which file of a pile on, and how they are looked at."""

    pile: Path
    path: PixelPath
    swap: bool | None
    first: int


@dataclass(frozen=True, eq=False)
class Looked:
    """A photo that could be read: as the network sees it, as a small JPEG, and whether light and dark were swapped."""

    seen: Pixels
    thumbnail: NDArray[np.uint8]
    swapped: bool


_open: dict[Path, Source] = {}  # the pile asked about last
_reader = ThreadPoolExecutor(1, "pile")
_ahead: dict[_Place, Future[list[Looked | str]]] = {}  # what is most likely asked for next, one part at most


def classify_part(
    run: RunFolder, path: Path, first: int, count: int, swap: bool | None
) -> tuple[dict[str, Any], Arrays]:
    """Judge the files of a pile from place `first` on, at most `count`; those left out at its opening come last.

    Args:
        swap: See `core.piles.ask_pile`.

    Returns:
        {"names", "errors", "files": how many there are, "problem": why the pile cannot be opened, or empty}, and the
        arrays of `core.piles.PileAnswer`.

    Raises:
        StudioError: If the run has no model.
    """
    trained = load_trained(run)
    none = np.empty((0, *trained.info.spec.input_shape), np.uint8)
    try:
        source = _opened(path)
    except DataError as error:
        return _reply([], [], 0, str(error)), _arrays([], *judged(trained.both, none))
    entries = source.entries[first : first + count]
    looked = _looked(source, _Place(path, trained.path, swap, first), count)
    begin = max(0, first - len(source.entries))
    left_out = source.refused[begin : begin + count - len(entries)]
    files = len(source.entries) + len(source.refused)
    looked += [refusal.reason for refusal in left_out]
    names = [entry.name for entry in entries] + [refusal.name for refusal in left_out]
    seen = [one.seen for one in looked if isinstance(one, Looked)]
    arrays = _arrays(looked, *judged(trained.both, np.stack(seen) if seen else none))
    answered = is_answered(arrays["probabilities"])
    errors = [_reason(one, bool(has_answer)) for one, has_answer in zip(looked, answered, strict=True)]
    return _reply(names, errors, files), arrays


def _reply(names: list[str], errors: list[str], files: int, problem: str = "") -> dict[str, Any]:
    return {"names": names, "errors": errors, "files": files, "problem": problem}


def _reason(looked: Looked | str, has_answer: bool) -> str:
    """Why there is no answer for a file; empty where there is one."""
    if isinstance(looked, str):
        return looked
    return "" if has_answer else _(NO_NUMBER)


def content_of(path: Path, place: int) -> bytes:
    """The file at a place of a pile.

    Raises:
        DataError: If it is no longer there.
    """
    source = _opened(path)
    if not 0 <= place < len(source.entries):
        raise DataError(_("This photo is not there any more. Drop the photos once more."))
    return source.read(source.entries[place])


def _opened(path: Path) -> Source:
    """The pile, which stays open until another is asked about or it is gone: its list is read once, not once a part."""
    kept = _open.get(path) if path.exists() else None
    if kept is None:
        for other in _open.values():
            other.__exit__(None, None, None)
        _open.clear()
        kept = _open[path] = open_source(path).__enter__()
    return kept


def _looked(source: Source, place: _Place, count: int) -> list[Looked | str]:
    """What is to be seen of the next `count` files; those after them are then looked at in another thread."""
    known = _ahead.pop(place, None)
    looked = known.result()[:count] if known else []
    looked += _read(source, place, place.first + len(looked), count - len(looked))
    for other in _ahead.values():
        other.cancel()
    _ahead.clear()
    after = place.first + count
    if after < len(source.entries):
        _ahead[replace(place, first=after)] = _reader.submit(_read, source, place, after, count)
    return looked


def _read(source: Source, place: _Place, first: int, count: int) -> list[Looked | str]:
    entries = source.entries[first : first + count]
    shares = [entries[start : start + SHARE] for start in range(0, len(entries), SHARE)]
    look = partial(_look, source, place.path, place.swap)
    return [one for _share, some in in_order(lambda share: [look(entry) for entry in share], shares) for one in some]


def _look(source: Source, path: PixelPath, swap: bool | None, entry: Entry) -> Looked | str:
    """What is to be seen of a file, or why it cannot be read; decoded once for the network and for the table."""
    small: list[Pixels] = []

    def finish(pixels: Pixels) -> Pixels:
        small.append(_shrunk(pixels))
        return path.kept(pixels)

    try:
        content = source.read(entry)
        if not content:
            return _("This file is empty.")
        kept = decode_photo(content, path.stored_size, finish).pixels
    except DataError as error:
        return str(error)
    seen, swapped = path.stored(kept[None])[0], has_light_border(small[0]) if swap is None else swap
    return Looked(255 - seen if swapped else seen, _jpeg(small[0]), swapped)


def _arrays(looked: Sequence[Looked | str], probabilities: Rows, features: Rows) -> Arrays:
    is_read = np.array([isinstance(one, Looked) for one in looked], np.bool_)
    thumbnails = [one.thumbnail if isinstance(one, Looked) else np.empty(0, np.uint8) for one in looked]
    return {
        "probabilities": _in_places(probabilities, is_read),
        "features": _in_places(features, is_read),
        "swapped": np.array([isinstance(one, Looked) and one.swapped for one in looked], np.bool_),
        "thumbnails": np.concatenate([np.empty(0, np.uint8), *thumbnails]),
        "ends": np.cumsum([len(thumbnail) for thumbnail in thumbnails], dtype=np.int64),
    }


def _in_places(rows: Rows, is_read: NDArray[np.bool_]) -> Rows:
    """A row for each photo: of those that could be read the next of `rows`, of others NaN."""
    whole = np.full((len(is_read), rows.shape[1]), np.nan, np.float32)
    whole[is_read] = rows
    return whole


def _shrunk(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    scale = THUMBNAIL / max(height, width)
    if scale >= 1:
        return pixels
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _jpeg(pixels: Pixels) -> NDArray[np.uint8]:
    _done, code = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return np.asarray(code, np.uint8).reshape(-1)
