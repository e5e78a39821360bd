"""The file of a run bundle, opened for reading: names, sizes and headers are judged before any value is read."""

from __future__ import annotations

import errno
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from core.architecture.shapes import Shape
from core.datasets.importing.archives import ZipGuard, check_unpacked, open_zip, read_member, short_text, why_not
from core.datasets.importing.npy import Header, read_header, read_values
from core.datasets.limits import LIMITS
from core.errors import DataError, StudioError
from core.i18n import _

TEXTS = ("spec.json", "classes.json", "about.json", "history.jsonl")
PARTS = ("train", "validation", "test")
EXAM = {"indices": "<i8", "labels": "<i8", "probabilities": "<f4"}
ANY = -1  # in a shape: any number of pictures
_TEXT_BYTES = 4_000_000  # of one text, unpacked: a thousand classes take 70 KB, a long history 800 KB


@dataclass(frozen=True)
class BundleFile:
    """An open bundle: its members by name, arrays without .npy."""

    archive: zipfile.ZipFile
    members: Mapping[str, zipfile.ZipInfo]

    @property
    def size(self) -> int:
        """Bytes of all members, unpacked."""
        return sum(member.file_size for member in self.members.values())

    @property
    def has_exam(self) -> bool:
        return any(name.startswith("exam/") for name in self.members)

    def text(self, name: str) -> bytes:
        """One of `TEXTS`."""
        if self.members[name].file_size > _TEXT_BYTES:
            raise ValueError(_("too large: {name}").format(name=name))
        return read_member(self.archive, self.members[name])

    def arrays(self, weights: tuple[Shape, ...], classes: int) -> BundleArrays:
        """All arrays, each of which says of itself what it must be, and nothing else beside them and the texts.

        Raises:
            ValueError: If one is missing, unexpected, or of another shape or type.
        """
        wanted: dict[str, tuple[Shape, str]] = {f"split/{part}": ((ANY,), "<i8") for part in PARTS}
        wanted |= {weights_name(number): (shape, "<f4") for number, shape in enumerate(weights)}
        if self.has_exam:
            wanted |= {f"exam/{name}": ((ANY,), dtype) for name, dtype in EXAM.items()}
            wanted["exam/probabilities"] = ((ANY, classes), "<f4")
        for name in self.members.keys() ^ {*wanted, *TEXTS}:
            text = _("unexpected: {name}") if name in self.members else _("missing: {name}")
            raise ValueError(text.format(name=name[: LIMITS.class_name]))
        headers = {name: self._header(name, *expected) for name, expected in wanted.items()}
        return BundleArrays(self, headers)

    def _header(self, name: str, shape: Shape, dtype: str) -> Header:
        header = read_header(self.archive, self.members[name])
        pairs = zip(header.shape, shape, strict=False)
        fits = len(header.shape) == len(shape) and all(
            found == side or (side == ANY and found <= LIMITS.pictures) for found, side in pairs
        )
        if not fits or header.dtype != np.dtype(dtype):
            expected = f"{np.dtype(dtype)} {shape}".replace(str(ANY), "N")
            found = f"{header.dtype} {header.shape}"[: LIMITS.class_name]
            text = _("{name} must be {expected}, and is {found}")
            raise ValueError(text.format(name=name, expected=expected, found=found))
        return header


@dataclass(frozen=True)
class BundleArrays:
    """The arrays of a bundle, whose headers were judged; each is read when it is asked for."""

    file: BundleFile
    headers: Mapping[str, Header]

    def __getitem__(self, name: str) -> NDArray[Any]:
        return read_values(self.file.archive, self.file.members[name], self.headers[name])

    def weights(self, number: int) -> NDArray[np.float32]:
        """One array of the network. Raises ValueError if a number in it is not finite."""
        values = self[weights_name(number)]
        if not np.isfinite(values).all():
            raise ValueError(_("{name} has numbers that are not finite").format(name=weights_name(number)))
        return values

    def indices(self, name: str) -> NDArray[np.int64]:
        """(n,) numbers of pictures. Raises ValueError if one cannot be such a number."""
        values = self[name]
        if len(values) and not 0 <= values.min() <= values.max() < LIMITS.pictures:
            raise ValueError(_("{name} has numbers that stand for no picture").format(name=name))
        return values


def weights_name(number: int) -> str:
    """What the array of the network at this place, from 0, is called: "weights/0007"."""
    return f"weights/{number:04d}"


@contextmanager
def open_bundle(path: Path) -> Iterator[BundleFile]:
    """Read the list of contents. Whatever goes wrong in the block becomes a DataError with a sentence."""
    try:
        with ZipGuard(path) as guard, open_zip(guard) as archive:
            file = BundleFile(archive, _members(archive))
            check_unpacked(file.size, path.stat().st_size)  # weights that were learnt hardly become smaller
            yield file
    except StudioError:
        raise
    except ValidationError as error:
        item = error.errors()[0]
        place = ".".join(str(part) for part in item["loc"])[: LIMITS.class_name]
        text = _("The settings in this bundle cannot be used ({place}: {reason}). It may be of a newer version.")
        raise DataError(text.format(place=place, reason=item["msg"][: LIMITS.file_name])) from error
    except Exception as error:  # damage makes zipfile, zlib, numpy and json raise whatever the bytes lead them to
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        text = _("This is no run bundle of CNN Studio, or it is damaged ({error}). Export the run again.")
        raise DataError(text.format(error=short_text(error))) from error


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    members: dict[str, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        name = info.filename.removesuffix(".npy")
        if name in members or why_not(info):
            raise ValueError(_("unexpected: {name}").format(name=info.filename[: LIMITS.class_name]))
        members[name] = info
    for name in TEXTS:
        if name not in members:
            raise ValueError(_("missing: {name}").format(name=name))
    return members
