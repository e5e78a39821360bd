"""What a browser has handed over to ask its models about: on its desk, so that a reload loses nothing.

desks/<token>/asked/  <name>.zip  many files, as they came or packed here; only the worker opens it
                      <name>/     a few photos (a `StagedSource`)

Each tab of the browser asks about its own, see `ui.classify.tab`.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import BinaryIO

from core.datasets.importing.names import clean_name, numbered
from core.datasets.importing.staging import not_kept, read_manifest, stage
from core.datasets.limits import LIMITS
from core.desk import Desk, copy_within, new_token
from core.errors import DataError
from core.files import status
from core.i18n import _


def keep_pile(desk: Desk, files: Sequence[tuple[str, int, BinaryIO]]) -> Path:
    """Write many files to the desk as one .zip; a single .zip is kept as it is, one among others is a file like them.

    Args:
        files: Name, bytes and content of each.

    Raises:
        DataError: If they do not fit into the browser's quota or on the disk; then none is kept.
    """
    room = _room(desk, sum(size for _name, size, _content in files))
    draft = _shelf(desk) / f"{new_token()}.part"
    draft.parent.mkdir(parents=True, exist_ok=True)
    try:
        if len(files) == 1 and files[0][0].lower().endswith(".zip"):
            with draft.open("wb") as file:
                copy_within(files[0][2], file, room)
        else:
            _pack(draft, files)
        return draft.rename(draft.with_suffix(".zip"))
    except (DataError, OSError) as error:
        draft.unlink(missing_ok=True)
        if isinstance(error, DataError):
            raise
        raise not_kept(_("The file"), error) from error


def keep_photos(desk: Desk, photos: Sequence[tuple[str, bytes]]) -> Path:
    """Write a few photos to the desk, given as name and content.

    Raises:
        DataError: If they do not fit into the browser's quota or on the disk; then none is kept.
    """
    _room(desk, sum(len(content) for _name, content in photos))
    folder = _shelf(desk) / new_token()
    try:
        for name, content in photos:
            stage(folder, name, content)
    except DataError:
        clear_asked(folder)
        raise
    return folder


def photos_of(folder: Path) -> list[tuple[str, bytes]]:
    """Name and content of what `keep_photos` wrote, as far as it is still there."""
    files = [(line.name, folder / line.file) for line in read_manifest(folder)]
    return [(name, file.read_bytes()) for name, file in files if file.exists()]


def asked_of(desk: Desk) -> list[Path]:
    """All that lies on the desk to be asked about, the newest first."""
    found = [(stat.st_mtime_ns, path) for path in _shelf(desk).glob("*") if (stat := status(path))]
    return [path for _when, path in sorted(found, reverse=True) if path.suffix in ("", ".zip")]


def clear_asked(path: Path) -> None:
    """Free photos; whoever is being asked about them stops at the next part."""
    if path.suffix:
        path.unlink(missing_ok=True)
    else:
        shutil.rmtree(path, ignore_errors=True)


def _room(desk: Desk, size: int) -> int:
    """Bytes that may still be handed over. Raises DataError if `size` is more."""
    room = desk.room()
    if size > room:
        text = _("More than {limit} MB cannot be handed over at a time. Take fewer or smaller files.")
        raise DataError(text.format(limit=LIMITS.upload_bytes // 10**6))
    return room


def _pack(path: Path, files: Sequence[tuple[str, int, BinaryIO]]) -> None:
    """Write files into a .zip, as they are; of two with one name the second gets a number.

    What is dropped by its name is wanted, also where that begins with a dot and would count as hidden.
    """
    taken: set[str] = set()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for place, (name, _size, content) in enumerate(files, 1):
            unique = _unique(clean_name(name.lstrip(".")), taken, place)
            taken.add(unique)
            archive.writestr(unique, content.read())


def _unique(name: str, taken: set[str], place: int) -> str:
    """The name, or with a number behind it, of which the file's place is the first to be tried."""
    if name not in taken:
        return name
    others = (numbered(name, number) for number in count(place))
    return next(other for other in others if other not in taken)


def _shelf(desk: Desk) -> Path:
    return desk.path / "asked"
