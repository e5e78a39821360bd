"""Where photos come from: a folder, a .zip, or files that the app was handed one by one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol, Self

from core.datasets.dataset import Refusal, clean_class_name
from core.datasets.importing.archives import (
    ZipGuard,
    check_unpacked,
    large_text,
    link_text,
    odd_text,
    open_zip,
    read_member,
    tar_members,
    too_many,
    unreadable_text,
    why_not,
    zip_name,
)
from core.datasets.importing.names import clean_name, is_junk, join_name, split_name
from core.datasets.importing.staging import Staged, is_staged, read_manifest, stage, unstage
from core.datasets.limits import LIMITS
from core.datasets.progress import Progress, silent
from core.errors import DataError
from core.i18n import _

__all__ = [
    "Entry",
    "FolderSource",
    "Source",
    "StagedSource",
    "ZipSource",
    "open_source",
    "stage",
    "unpack_tar",
    "unstage",
]


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that may be a picture.

    Attributes:
        name: Path inside the source with "/", clean text of at most `LIMITS.file_name` characters.
        size: Bytes unpacked, as announced.
        place: How the source finds it.
    """

    name: str
    size: int
    place: int


class Source(Protocol):
    """Photos to be read, in one thread or in several; a context manager.

    Attributes:
        title: A suggestion for what a set of them is called.
        entries: All that may be pictures, sorted by name.
        refused: What was left out already, and why.
    """

    title: str
    entries: Sequence[Entry]
    refused: Sequence[Refusal]

    def read(self, entry: Entry) -> bytes:
        """The whole file, never more than it announced. Raises DataError, with the reason, where that fails."""
        ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        return None


def open_source(path: Path) -> Source:
    """Open a folder, a folder of staged files, or a .zip whatever its name ends in.

    Raises:
        DataError: If it is something else, damaged, or more than `LIMITS` allow.
    """
    if path.is_dir():
        return StagedSource(path) if is_staged(path) else FolderSource(path)
    if path.is_file() and (path.suffix.lower() == ".zip" or _begins_as_zip(path)):
        return ZipSource(path)
    raise DataError(
        _("Expected a folder or a .zip of pictures, got {got}. Pack the folders of pictures into a .zip.").format(
            got=clean_name(path.name) if path.exists() else _("{path}, which is not there").format(path=path)
        )
    )


class FolderSource(Source):
    """The files in a folder on disk, at any depth; links are not followed."""

    def __init__(self, path: Path) -> None:
        self.title = clean_class_name(path.resolve().name)
        self._paths: list[str] = []
        self.entries, self.refused = _sort_out(self._look(path))

    def _look(self, root: Path) -> Iterator[_Found]:
        for path, size, reason in _walk(root):
            self._paths.append(path)
            yield _Found(os.path.relpath(path, root), size, reason)

    def read(self, entry: Entry) -> bytes:
        """See `Source`."""
        return _read_file(Path(self._paths[entry.place]), entry.size)


class StagedSource(Source):
    """What `stage` wrote into a folder; titled as the one folder that all files came in, if there was one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lines = read_manifest(folder)
        self.entries, self.refused = _sort_out(_look_at(folder, line) for line in self._lines)
        tops = {entry.name.split("/")[0] if "/" in entry.name else "" for entry in self.entries}
        self.title = clean_class_name(tops.pop() if len(tops) == 1 else folder.name)

    def read(self, entry: Entry) -> bytes:
        """See `Source`."""
        return _read_file(self._folder / self._lines[entry.place].file, entry.size)


class ZipSource(Source):
    """The files in a .zip, unpacked in memory one at a time; the .zip stays open until the source is left."""

    def __init__(self, path: Path) -> None:
        self.title = clean_class_name(path.stem)
        with ExitStack() as stack:
            self._archive = stack.enter_context(open_zip(stack.enter_context(ZipGuard(path))))
            named = ((info, zip_name(info)) for info in self._archive.infolist())
            files = [(info, name) for info, name in named if not name.endswith(("/", "\\"))]
            self._infos = [info for info, _name in files]
            self.entries, self.refused = _sort_out(_Found(name, info.file_size, why_not(info)) for info, name in files)
            check_unpacked(sum(entry.size for entry in self.entries), path.stat().st_size)
            self._open = stack.pop_all()

    def read(self, entry: Entry) -> bytes:
        """See `Source`."""
        return read_member(self._archive, self._infos[entry.place])

    def __exit__(self, *exception: object) -> None:
        self._open.close()


def unpack_tar(path: Path, folder: Path, on_progress: Progress = silent) -> tuple[Refusal, ...]:
    """Stage the files of a .tgz and return what was left out. An error leaves a part of them in the folder.

    Raises:
        DataError: If the archive is damaged or holds more than `LIMITS` or the disk allow.
    """
    refused = []
    for name, content, done in tar_members(path):
        on_progress(done, _("Unpacking {name}").format(name=clean_name(name)))
        if isinstance(content, str):
            refused.append(Refusal(name=clean_name(name), reason=content))
        elif not is_junk(split_name(name)):
            stage(folder, name, content)
    return tuple(refused)


class _Found(NamedTuple):
    name: str  # as the stranger wrote it
    size: int  # bytes
    reason: str | None  # why it is left out


def _sort_out(found: Iterable[_Found]) -> tuple[list[Entry], list[Refusal]]:
    """Entries, with their place in `found`, and refusals, both sorted by name; junk vanishes."""
    entries: list[Entry] = []
    refused: list[Refusal] = []
    for place, (name, size, reason) in enumerate(found):
        parts = split_name(name)
        if is_junk(parts):
            continue
        if size > LIMITS.photo_bytes:
            reason = reason or large_text()
        if reason:
            refused.append(Refusal(name=join_name(parts), reason=reason))
        else:
            entries.append(Entry(join_name(parts), size, place))
        if len(entries) + len(refused) > LIMITS.pictures:
            raise too_many()
    return sorted(entries, key=lambda entry: entry.name), sorted(refused, key=lambda refusal: refusal.name)


def _walk(root: Path) -> Iterator[tuple[str, int, str | None]]:
    """Path, bytes and reason to leave it out of all that lies in `root`."""
    waiting = [str(root)]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as items:
                for item in items:
                    if item.is_dir(follow_symlinks=False) and not is_junk(split_name(item.name)):
                        waiting.append(item.path)
                    elif not item.is_dir(follow_symlinks=False):
                        yield item.path, *_look_at_item(item)
        except OSError as error:
            yield folder, 0, unreadable_text(error)


def _look_at_item(item: os.DirEntry[str]) -> tuple[int, str | None]:
    if item.is_symlink():
        return 0, link_text()
    if not item.is_file(follow_symlinks=False):
        return 0, odd_text()
    return item.stat(follow_symlinks=False).st_size, None


def _look_at(folder: Path, line: Staged) -> _Found:
    try:
        return _Found(line.name, (folder / line.file).lstat().st_size, None)
    except OSError as error:
        return _Found(line.name, 0, unreadable_text(error))


def _read_file(path: Path, size: int) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(size + 1)
    except OSError as error:
        raise DataError(unreadable_text(error)) from error
    if len(content) != size:
        raise DataError(_("This file changed while it was read. Try again when nothing writes to it."))
    return content


def _begins_as_zip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PK\x03\x04"
    except OSError:
        return False
