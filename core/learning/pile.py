"""A part of a pile of photos: opened, decoded in threads, and judged in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
from core.learning.predict import load_trained, probabilities_of
from core.runs.folder import RunFolder

THUMBNAIL = 96  # px, longest side; from what is decoded anyway
QUALITY = 80  # of its JPEG
SHARE = 8  # photos that a thread takes at a time

_open: dict[Path, Source] = {}  # the pile asked about last


@dataclass(frozen=True, eq=False)
class Looked:
    """A photo that could be read: as the network sees it, as a small JPEG, and whether light and dark were swapped."""

    seen: Pixels
    thumbnail: NDArray[np.uint8]
    swapped: bool


def classify_part(
    run: RunFolder, path: Path, first: int, count: int, swap: bool | None
) -> tuple[dict[str, Any], Arrays]:
    """Judge the files of a pile from place `first` on, at most `count`; those left out at its opening come last.

    Args:
        swap: See `core.piles.ask_pile`.

    Returns:
        {"names", "errors", "files": how many there are}, and the arrays of `core.piles.PileAnswer`.

    Raises:
        StudioError: If the run has no model, or the pile cannot be opened.
    """
    trained = load_trained(run)
    source = _opened(path)
    entries = source.entries[first : first + count]
    look, shares = partial(_look, source, trained.path, swap), [entries[n : n + SHARE] for n in range(0, count, SHARE)]
    found = in_order(lambda share: [look(entry) for entry in share], shares)
    looked = [one for _share, some in found for one in some]
    begin = max(0, first - len(source.entries))
    left_out = source.refused[begin : begin + count - len(entries)]
    files = len(source.entries) + len(source.refused)
    looked += [refusal.reason for refusal in left_out]
    names = [entry.name for entry in entries] + [refusal.name for refusal in left_out]
    reply = {"names": names, "errors": [one if isinstance(one, str) else "" for one in looked], "files": files}
    seen = [one.seen for one in looked if isinstance(one, Looked)]
    answers = probabilities_of(trained.model, np.stack(seen)) if seen else None
    return reply, _arrays(looked, answers, len(trained.info.classes))


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


def _arrays(looked: Sequence[Looked | str], answers: NDArray[np.float32] | None, classes: int) -> Arrays:
    is_read = np.array([isinstance(one, Looked) for one in looked], np.bool_)
    probabilities = np.full((len(looked), classes), np.nan, np.float32)
    if answers is not None:
        probabilities[is_read] = answers
    thumbnails = [one.thumbnail if isinstance(one, Looked) else np.empty(0, np.uint8) for one in looked]
    return {
        "probabilities": probabilities,
        "swapped": np.array([isinstance(one, Looked) and one.swapped for one in looked], np.bool_),
        "thumbnails": np.concatenate([np.empty(0, np.uint8), *thumbnails]),
        "ends": np.cumsum([len(thumbnail) for thumbnail in thumbnails], dtype=np.int64),
    }


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
