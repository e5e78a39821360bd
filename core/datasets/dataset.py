"""What a data set is: pictures, labels, parts, and what is known about them."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.datasets.limits import LIMITS
from core.errors import DataError
from core.i18n import _
from core.knobs import Frozen
from core.signs import visible

TRAIN, TEST, VALIDATION = 0, 1, 2  # values of `Dataset.parts`; the last two only where a set brings such parts itself
Fit = Literal["crop", "pad", "stretch"]  # how a picture of any form becomes a square
DATASET_ID = "^[a-z0-9][a-z0-9_-]{0,79}$"  # no dot and no slash: an id never leads out of its folder
CHANNELS: dict[Literal["grey", "rgb"], int] = {"grey": 1, "rgb": 3}


class Refusal(Frozen):
    """A picture that was left out at import, and why."""

    name: str
    reason: str


class Original(Frozen):
    """What came in, before it became uint8 squares."""

    shape: str
    dtype: str
    range: tuple[float, float]


class About(Frozen):
    """What whoever makes a data set says about it; the rest of `DatasetMeta` follows from the arrays.

    Attributes:
        refused: What was left out at import, at most `LIMITS.refusals` of them by name.
        fit: How photos became squares; a photo to classify goes the same way.
        version: Counts the versions of a set from 1; each edit makes another.
        family: Id of version 1, empty in version 1 itself.
        parent: Id of the version that this one was made from.
    """

    title: str
    classes: tuple[str, ...]
    source: str
    licence: str
    original: Original
    refused: tuple[Refusal, ...] = ()
    synthetic: bool = False
    fit: Fit = "crop"
    version: int = 1
    family: str = ""
    parent: str = ""


class DatasetMeta(About):
    """All that is known about a data set without opening its pictures.

    Attributes:
        size: Stored side of the square pictures, in px.
        channels: 1 for grey, 3 for RGB.
        content_hash: SHA-256 over pictures, labels and parts, in hexadecimal; of a set made of photos, over their
            files and how they became squares instead of the pixels, which follow from them.
        given_test, given_validation: Whether the set brings such pictures of its own.
    """

    id: str
    size: int
    channels: Literal[1, 3]
    content_hash: str
    given_test: bool
    given_validation: bool = False

    @property
    def label(self) -> str:
        """Title, and version where there is more than one: what a run is said to have learnt from."""
        if self.version == 1:
            return self.title
        return _("{title}, version {number}").format(title=self.title, number=self.version)


@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set, opened.

    Attributes:
        images: (N, S, S, C) uint8, memory-mapped when it comes from disk.
        labels: (N,) int32, index into `meta.classes`.
        parts: (N,) uint8, `TEST` or `VALIDATION` where the set brings such pictures itself, else `TRAIN`.
    """

    meta: DatasetMeta
    images: NDArray[np.uint8]
    labels: NDArray[np.int32]
    parts: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def colour_mode(self) -> Literal["grey", "rgb"]:
        """Colour mode in which the pictures are stored."""
        return "grey" if self.meta.channels == 1 else "rgb"


def make_dataset(
    about: About, images: NDArray[np.uint8], labels: NDArray[Any], parts: NDArray[np.uint8], dataset_id: str = ""
) -> Dataset:
    """Check the arrays, see `Dataset`, and derive the rest of the meta data from them.

    Without `dataset_id` the id is made of title, content and class names, so the same set always gets the same id.

    Raises:
        DataError: If arrays and class names do not fit together.
    """
    check_arrays(about.classes, images, labels, parts)
    labels = labels.astype(np.int32)
    meta = make_meta(about, images.shape, parts, content_hash(images, labels, parts), dataset_id)
    return Dataset(meta, images, labels, parts)


def make_meta(
    about: About, shape: tuple[int, ...], parts: NDArray[np.uint8], digest: str, dataset_id: str = ""
) -> DatasetMeta:
    """Meta data of pictures of `shape` (N, S, S, C) whose `content_hash` is `digest`."""
    return DatasetMeta(
        id=dataset_id or _id_of(about, digest),
        size=shape[1],
        channels=1 if shape[3] == 1 else 3,
        content_hash=digest,
        given_test=bool((parts == TEST).any()),
        given_validation=bool((parts == VALIDATION).any()),
        **dict(about),
    )


def check_arrays(classes: tuple[str, ...], images: NDArray[Any], labels: NDArray[Any], parts: NDArray[Any]) -> None:
    """Raise DataError unless arrays and class names make a data set as `Dataset` describes it."""
    shape = images.shape
    if images.dtype != np.uint8 or len(shape) != 4 or shape[1] != shape[2] or shape[3] not in (1, 3):
        raise DataError(
            _("Expected square uint8 pictures of shape (N, S, S, 1 or 3), got {dtype} {shape}.").format(
                dtype=images.dtype, shape=shape
            )
        )
    if not 0 < shape[0] == len(labels) == len(parts):
        raise DataError(
            _("Expected one label a picture, got {pictures} pictures and {labels} labels.").format(
                pictures=shape[0], labels=len(labels)
            )
        )
    if shape[0] > LIMITS.pictures:
        raise DataError(
            _("Expected at most {limit:,} pictures, got {got:,}. Keep a part of them.").format(
                limit=LIMITS.pictures, got=shape[0]
            )
        )
    if not 2 <= len(classes) <= LIMITS.classes:
        raise DataError(
            _("Expected 2 to {limit:,} classes, got {got:,}.").format(limit=LIMITS.classes, got=len(classes))
        )
    if labels.min() < 0 or labels.max() >= len(classes):
        raise DataError(
            _("Expected labels from 0 to {high}, got {low} to {top}.").format(
                high=len(classes) - 1, low=labels.min(), top=labels.max()
            )
        )


def content_hash(*arrays: NDArray[Any]) -> str:
    """SHA-256 over shapes, types and values, in hexadecimal: what `DatasetWriter` comes to where it gets no digests."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(hash_header(array.shape, array.dtype))
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def hash_header(shape: tuple[int, ...], dtype: np.dtype[Any]) -> bytes:
    """What `content_hash` takes in before the values of an array."""
    return f"{shape}{dtype.str}".encode()


def clean_class_name(text: str) -> str:
    """Make a stranger's text fit for a label or a title: one line, no control characters, 1 to 64 characters."""
    return clean_line(text, LIMITS.class_name)


def clean_line(text: str, longest: int) -> str:
    """Make a stranger's text fit to be shown: one line, no control characters, 1 to `longest` characters."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    return visible(line)[:longest].strip() or _("unnamed")


def class_names(texts: Iterable[str]) -> tuple[str, ...]:
    """Clean each name and number those that came out the same: ("cat", "cat (2)")."""
    names: list[str] = []
    for text in texts:
        name = clean_class_name(text)
        names.append(name if name not in names else _numbered(name, names))
    return tuple(names)


def _numbered(name: str, taken: list[str]) -> str:
    candidates = (f"{name[: LIMITS.class_name - 7]} ({number})" for number in count(2))
    return next(candidate for candidate in candidates if candidate not in taken)


def _id_of(about: About, digest: str) -> str:
    plain = unicodedata.normalize("NFKD", about.title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain)[:40].strip("-") or "set"
    content = "\n".join([digest, *about.classes])
    return f"{slug}-{hashlib.sha256(content.encode()).hexdigest()[:8]}"
