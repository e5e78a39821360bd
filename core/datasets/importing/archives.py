"""Archives of strangers: judged by what they say about themselves, and held to it while they are read.

Nothing is extracted: names inside are text to show, never paths. Python's zipfile and tarfile ask for as much memory as
a file tells them to, so both read through a guard that refuses.
"""

from __future__ import annotations

import gzip
import io
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from core.datasets.limits import LIMITS
from core.errors import DataError
from core.i18n import _

ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others unpack any number of bytes at a time
_ENCRYPTED, _UTF8 = 0x41, 0x800  # flags of a member; the first covers strong encryption too
_RECORD, _RECORD_BYTES = b"PK\x01\x02", 46  # start and least length of a member's record in the table of contents
_RECORDS = 2  # a picture: a Mac packs a shadow with each
_CHUNK = 2**20  # bytes read at a time
_HEADERS = 2**20  # bytes that the headers of one tar member may take; a long name needs a few hundred


class ZipGuard(io.BufferedReader):
    """The file under a `ZipFile`: a table of contents beyond `LIMITS` is not read.

    zipfile reads the table in one piece, of the size that the file states. Asking here needs no second reading of the
    end records, about which two readers may differ.
    """

    def __init__(self, path: Path) -> None:
        try:
            super().__init__(io.FileIO(path))
        except OSError as error:
            raise DataError(unreadable_text(error)) from error

    def read(self, size: int | None = -1, /) -> bytes:
        """As a file's `read`. Raises DataError if the piece is too large or lists too many members."""
        if size and size > max(_CHUNK, LIMITS.zip_directory):
            raise DataError(
                _("Expected a list of contents of at most {limit} MB in this .zip, got {got:,.0f} MB.").format(
                    limit=LIMITS.zip_directory // 10**6, got=size / 1e6
                )
            )
        piece = super().read(size)
        most = _RECORDS * LIMITS.pictures
        if len(piece) > most * _RECORD_BYTES and piece.count(_RECORD) > most:
            raise too_many()
        return piece


def open_zip(guard: ZipGuard) -> zipfile.ZipFile:
    """Read the table of contents. Raises DataError if it is damaged or too large."""
    try:
        return zipfile.ZipFile(guard)
    except DataError:
        raise
    except Exception as error:  # damage makes zipfile raise BadZipFile, struct.error, UnicodeDecodeError ...
        raise _damaged(error) from error


def zip_name(info: zipfile.ZipInfo) -> str:
    """A member's name; a Mac writes UTF-8 without saying so."""
    if info.flag_bits & _UTF8:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def why_not(info: zipfile.ZipInfo) -> str | None:
    """Why a member is not read at all; None if it is."""
    if stat.S_ISLNK(info.external_attr >> 16):
        return link_text()
    if PurePosixPath(info.filename).suffix.lower() in ARCHIVES:
        return _(
            "This is an archive inside an archive, which is not opened. Unpack it and pack the pictures themselves."
        )
    if info.flag_bits & _ENCRYPTED:
        return _("This is encrypted. Pack it again without a password.")
    if info.compress_type not in _METHODS:
        return _("This is packed in an unusual way. Pack it again as an ordinary .zip (deflate).")
    return None


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Unpack one member, never more than it announced; several threads may do so at once.

    zipfile locks each seek with its read and unpacks outside that lock.

    Raises:
        DataError: If it is damaged or holds less or more than it announced.
    """
    try:
        with archive.open(info) as member:
            shutil.copyfileobj(member, buffer := io.BytesIO(), _CHUNK)  # joining pieces would take twice the memory
        content = buffer.getvalue()
    except Exception as error:  # BadZipFile, zlib.error, EOFError, NotImplementedError, OSError ...
        raise DataError(
            _("This file is damaged inside the .zip ({error}). Pack it again.").format(error=short_text(error))
        ) from error
    if len(content) != info.file_size:
        raise DataError(
            _(
                "This file is damaged inside the .zip: {expected:,} bytes announced, {got:,} there. Pack it again."
            ).format(expected=info.file_size, got=len(content))
        )
    return content


def check_unpacked(unpacked: int, packed: int) -> None:
    """Raise DataError if `unpacked` bytes are too many, or too many for a file of `packed` bytes."""
    if unpacked > LIMITS.zip_bytes:
        raise DataError(
            _("Expected at most {limit} GB of files in an archive, got {got:,.1f} GB. Pack a part of them.").format(
                limit=LIMITS.zip_bytes // 10**9, got=unpacked / 1e9
            )
        )
    if unpacked > max(LIMITS.npz_small, LIMITS.zip_ratio * packed):
        raise DataError(
            _("This archive unpacks to more than {limit} times its size, as no photos do. It is not read.").format(
                limit=LIMITS.zip_ratio
            )
        )


def too_many() -> DataError:
    """The error for more files than a set may have."""
    return DataError(
        _("Expected at most {limit:,} files, got more. Take a part of them.").format(limit=LIMITS.pictures)
    )


def short_text(error: Exception) -> str:
    """What went wrong, in a few words; zipfile and numpy repeat names and headers of up to 65,535 characters."""
    text = (isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__
    return text[: LIMITS.file_name]


def link_text() -> str:
    """Why a link is left out."""
    return _("This is a link. Links are not followed; put the picture itself there.")


def unreadable_text(error: OSError) -> str:
    """Why a file that the system does not give us is left out."""
    return _("This cannot be read ({error}).").format(error=error.strerror)


def odd_text() -> str:
    """Why a device, a pipe and the like are left out."""
    return _("This is no ordinary file.")


def large_text() -> str:
    """Why a file beyond `LIMITS.photo_bytes` is left out."""
    return _("This file is larger than {limit} MB. Save the picture smaller.").format(limit=LIMITS.photo_bytes // 10**6)


class TarMember(NamedTuple):
    """A file in a .tgz: its bytes or, as text, why it is left out; `done`, 0–1, is how much of the archive is read."""

    name: str
    content: bytes | str
    done: float


class _TarGuard(gzip.GzipFile):
    """The unpacked stream under a `TarFile`: it gives `left` bytes, then no more."""

    left = _HEADERS

    def read(self, size: int | None = -1) -> bytes:
        """As a file's `read`. Raises DataError for more than is left, or for all there is."""
        if size is None or not 0 <= size <= self.left:
            raise DataError(_("This archive is damaged: one of its headers has no end. It is not read."))
        self.left -= size
        return super().read(size)


def tar_members(path: Path) -> Iterator[TarMember]:
    """Read a .tgz from its start to its end, one file in memory at a time.

    Raises:
        DataError: If the archive is damaged or holds more than `LIMITS` allow.
    """
    try:
        with path.open("rb") as packed, _TarGuard(fileobj=packed, mode="rb") as guard:
            size = path.stat().st_size
            for member in _headers(guard, size):
                yield TarMember(member.name, _tar_content(guard, member), packed.tell() / size)
            guard.left = LIMITS.npz_small
            while guard.read(_CHUNK):  # to the end, where gzip keeps its checksum
                pass
    except DataError:
        raise
    except Exception as error:  # damage makes tarfile, gzip and zlib raise whatever the bytes lead them to
        raise _damaged(error) from error


def _headers(guard: _TarGuard, packed: int) -> Iterator[tarfile.TarInfo]:
    """Each member that is no folder, its content next in `guard`."""
    unpacked = 0
    with tarfile.open(fileobj=guard, mode="r:") as archive:
        for number in count():
            guard.left = _HEADERS
            member = archive.next()
            if member is None:
                return
            if member.size < 0:  # tarfile would go back, and find the same member again
                raise ValueError(_("a size below zero"))
            if number >= _RECORDS * LIMITS.pictures:
                raise too_many()
            unpacked += member.size
            check_unpacked(unpacked, packed)
            if not member.isdir():
                yield member


def _tar_content(guard: _TarGuard, member: tarfile.TarInfo) -> bytes | str:
    if member.issym() or member.islnk():
        return link_text()
    if not member.isreg() or member.issparse():
        return odd_text()
    if member.size > LIMITS.photo_bytes:
        return large_text()
    guard.left = member.size
    content = guard.read(member.size)
    if len(content) != member.size:
        raise EOFError(_("the end is missing"))
    return content


def _damaged(error: Exception) -> DataError:
    return DataError(
        _("This archive is damaged or incomplete ({error}). Pack or download it again.").format(error=short_text(error))
    )
