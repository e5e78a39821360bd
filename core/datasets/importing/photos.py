"""Photos of any size, from a folder or an archive, into a data set: decoded in parallel, written as they come."""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from core.datasets.budget import Budget
from core.datasets.dataset import CHANNELS, About, Dataset, Fit, Original, Refusal, clean_class_name
from core.datasets.decode import Pixels, decode_photo
from core.datasets.importing.layout import Layout, Placed, arrange
from core.datasets.importing.sources import Source
from core.datasets.limits import LIMITS
from core.datasets.origins import Origins
from core.datasets.pixels import PixelPath
from core.datasets.progress import Progress, silent
from core.datasets.store import open_dataset
from core.datasets.writer import DatasetWriter
from core.errors import DataError
from core.home import Home
from core.i18n import _
from core.knobs import Frozen

_GROUP = 16  # photos that a thread reads in one go, fewer of large squares:
_GROUP_BYTES = 4 * 2**20
_AHEAD = 8  # groups decoded or being decoded before the oldest is written: bounds the memory
_THREADS = os.cpu_count() or 2  # Pillow decodes outside Python's lock
_FILES = Budget(48_000_000)  # bytes of files in memory at a time; while there is a larger one, no other
T = TypeVar("T")
R = TypeVar("R")


class PhotoOptions(Frozen):
    """How photos become the pictures of a set.

    Attributes:
        side: At which they are stored, in px.
        classes: Other names for the classes found; two with the same name become one.
    """

    title: str
    side: int = 128
    fit: Fit = "crop"
    colour: Literal["grey", "rgb"] = "rgb"
    classes: dict[str, str] = Field(default_factory=dict)
    licence: str = ""


@dataclass(frozen=True, eq=False)
class Kept:
    """A photo that can be read.

    Attributes:
        square: (S, S, C).
        size: Width and height before.
        digest: Of the file and of how it became a square.
    """

    square: Pixels
    size: tuple[int, int]
    digest: bytes


def import_photos(
    home: Home,
    source: Source,
    options: PhotoOptions,
    on_progress: Progress = silent,
    dataset_id: str = "",
    owner: str = "",
) -> Dataset:
    """Store the photos of `source` in the data home, sorted by class and name; what cannot be read is listed.

    Raises:
        DataError: If fewer than two classes are left, or more is there than `LIMITS` and the disk allow.
    """
    layout = renamed(laid_out(source), options.classes)
    collected = Collected()
    with DatasetWriter(home.datasets, options.side, CHANNELS[options.colour], len(layout.placed)) as writer:
        for chunk in squares(source, layout.placed, options, on_progress):
            kept = collected.sort(chunk)
            if kept:
                writer.add([one.square for one in kept], [one.digest for one in kept])
        on_progress(1.0, _("Storing {count:,} pictures").format(count=len(collected.placed)))
        refused = [*source.refused, *layout.refused, *collected.refused]
        classes = _classes_of(collected.placed, refused)
        about = About(
            title=clean_class_name(options.title),
            classes=classes,
            source=clean_class_name(source.title),
            licence=options.licence or _("not stated"),
            original=collected.original(),
            refused=shortened(refused),
            fit=options.fit,
        )
        labels = _labels(collected.placed, classes)
        parts = np.array([placed.part for placed in collected.placed], np.uint8)
        meta = writer.finish(about, labels, parts, dataset_id, collected.origins(), owner)
    return open_dataset(home, meta.id)


class Collected:
    """What is known of the photos read so far."""

    def __init__(self) -> None:
        self.placed: list[Placed] = []
        self.sizes: list[tuple[int, int]] = []
        self.refused: list[Refusal] = []

    def sort(self, results: Iterable[tuple[Placed, Kept | str]]) -> list[Kept]:
        """Those that could be read; the others are put aside with their reasons."""
        kept = []
        for placed, result in results:
            if isinstance(result, str):
                self.refused.append(Refusal(name=placed.entry.name, reason=result))
                continue
            self.placed.append(placed)
            self.sizes.append(result.size)
            kept.append(result)
        return kept

    def origins(self) -> Origins:
        """Names and sizes of those that could be read."""
        names = tuple(placed.entry.name for placed in self.placed)
        return Origins(names, np.array(self.sizes, np.int32).reshape(-1, 2))

    def original(self) -> Original:
        """What came in, in one line."""
        if not self.sizes:
            return Original(shape="", dtype="uint8", range=(0, 255))
        low, high = np.min(self.sizes, axis=0), np.max(self.sizes, axis=0)
        shape = f"{low[0]}×{low[1]}" if (low == high).all() else f"{low[0]}–{high[0]} × {low[1]}–{high[1]}"
        return Original(shape=f"{len(self.sizes):,} × {shape} px", dtype="uint8", range=(0, 255))


def squares(
    source: Source, placed: Sequence[Placed], options: PhotoOptions, on_progress: Progress = silent
) -> Iterator[list[tuple[Placed, Kept | str]]]:
    """Read and decode photos in parallel, a few at a time, in order: each with its square, or why there is none."""
    channels = CHANNELS[options.colour]
    path = PixelPath(options.side, options.side, channels, channels, options.fit)
    size = max(1, min(_GROUP, _GROUP_BYTES // (channels * options.side**2)))
    groups = [placed[start : start + size] for start in range(0, len(placed), size)]
    done = 0
    for group, results in in_order(lambda group: [_kept(source, one, path) for one in group], groups):
        on_progress(done / len(placed), _("Reading photo {done:,} of {total:,}").format(done=done, total=len(placed)))
        done += len(group)
        yield list(zip(group, results, strict=True))


def _kept(source: Source, placed: Placed, path: PixelPath) -> Kept | str:
    try:
        with _FILES.of(placed.entry.size):
            content = source.read(placed.entry)
            photo = decode_photo(content, path.stored_size, path.kept)
            digest = hashlib.sha256(content)
    except DataError as error:
        return str(error)
    digest.update(path.fit.encode())
    return Kept(photo.pixels, (photo.width, photo.height), digest.digest())


def in_order(work: Callable[[T], R], items: Sequence[T]) -> Iterator[tuple[T, R]]:
    """Like `map`, in several threads and at most `_AHEAD` items ahead of whoever takes the results."""
    waiting: deque[tuple[T, Future[R]]] = deque()
    with ThreadPoolExecutor(_THREADS) as pool:
        try:
            for item in items:
                waiting.append((item, pool.submit(work, item)))
                if len(waiting) > _AHEAD:
                    first, result = waiting.popleft()
                    yield first, result.result()
            for first, result in waiting:
                yield first, result.result()
        finally:
            pool.shutdown(cancel_futures=True)


def laid_out(source: Source) -> Layout:
    """The classes and parts of what `source` has.

    Raises:
        DataError: If nothing is in a class folder; with the first reason where files were left out before that.
    """
    try:
        return arrange(source.entries)
    except DataError as error:
        if source.entries or not source.refused:
            raise
        first = source.refused[0]
        raise DataError(f"{error} {first.name}: {first.reason}") from error


def renamed(layout: Layout, names: Mapping[str, str]) -> Layout:
    """The same photos in the same order with other class names; two that become equal become one class."""
    wanted = {old: clean_class_name(new) for old, new in names.items() if new.strip()}
    placed = [Placed(one.entry, wanted.get(one.class_name, one.class_name), one.part) for one in layout.placed]
    return Layout(tuple(placed), _in_use(placed), layout.refused)


def _in_use(placed: Sequence[Placed]) -> tuple[str, ...]:
    """Classes in the order of their first photos."""
    return tuple(dict.fromkeys(one.class_name for one in placed))


def shortened(refused: Sequence[Refusal]) -> tuple[Refusal, ...]:
    """The first `LIMITS.refusals`, and one line that counts the rest."""
    rest = len(refused) - LIMITS.refusals
    if rest <= 0:
        return tuple(refused)
    more = Refusal(name=_("{count:,} more files").format(count=rest), reason=_("left out as well"))
    return (*refused[: LIMITS.refusals], more)


def _classes_of(placed: Sequence[Placed], refused: Sequence[Refusal]) -> tuple[str, ...]:
    """Classes of which at least one photo could be read, in order."""
    classes = _in_use(placed)
    if len(classes) >= 2:
        return classes
    text = _("Expected photos of at least 2 classes, one folder each; got {photos:,} photos of {classes}.").format(
        photos=len(placed), classes=", ".join(classes) or _("no class")
    )
    if refused:
        text += " " + _("{count:,} files were left out; the first: {name}: {reason}").format(
            count=len(refused), name=refused[0].name, reason=refused[0].reason
        )
    raise DataError(text)


def _labels(placed: Sequence[Placed], classes: tuple[str, ...]) -> NDArray[np.int32]:
    number = {name: index for index, name in enumerate(classes)}
    return np.array([number[one.class_name] for one in placed], np.int32)
