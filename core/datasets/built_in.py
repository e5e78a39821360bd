"""What is known of one built-in data set before it is here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from core.datasets.importing.npz import read_npz


def _read_one_npz(paths: list[Path]) -> dict[str, NDArray[Any]]:
    (path,) = paths
    return read_npz(path)


@dataclass(frozen=True)
class Photos:
    """What is known of a set that is published as an archive of photos.

    Attributes:
        side: At which they are stored, in px.
        counts: How many are in the whole archive, by part of the set.
    """

    side: int
    counts: Mapping[int, int]


@dataclass(frozen=True)
class BuiltIn:
    """One built-in data set.

    Attributes:
        title, help: Texts marked for translation.
        licence: As stated by its makers.
        files: What is downloaded, below `base_url`; none for a set that needs no download.
        size_mb: Megabytes of those files together.
        size, sha256: Bytes and hash of the only file, where they are known.
        read: Turns the downloaded files into arrays as in an .npz.
        photos: Given instead of `read` where the only file is an archive of photos.
    """

    title: str
    help: str
    classes: tuple[str, ...]
    licence: str
    base_url: str = ""
    files: tuple[str, ...] = ()
    size_mb: int = 0
    size: int | None = None
    sha256: str | None = None
    read: Callable[[list[Path]], Mapping[str, NDArray[Any]]] = _read_one_npz
    photos: Photos | None = None
