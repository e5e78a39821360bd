"""Which class and which part each file of a source belongs to: told by the folders in its name alone.

animals/cats/1.jpg               class "cats"; what leads to all files, "animals", says nothing
animals/Training/cats/1.jpg      class "cats" for training
animals/Validation/cats/a/2.jpg  class "cats" for validation; deeper folders belong to their class
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from core.datasets.dataset import TEST, TRAIN, VALIDATION, Refusal, clean_class_name
from core.datasets.importing.sources import Entry
from core.datasets.limits import LIMITS
from core.errors import DataError
from core.i18n import _

PARTS = {
    **dict.fromkeys(("train", "training", "trainset", "trainingset"), TRAIN),
    **dict.fromkeys(("val", "valid", "validation", "validationset", "valset", "dev"), VALIDATION),
    **dict.fromkeys(("test", "testing", "testset", "eval", "evaluation"), TEST),
}  # of folder names in small letters, without "_", "-" and spaces
PICTURES = {".jpg", ".jpeg", ".jfif", ".png", ".webp", ".gif", ".bmp"}
OTHER_PICTURES = {".heic", ".heif", ".svg", ".tif", ".tiff", ".avif"}  # the pixel path says why it does not read them
_EXAMPLE = "cats/1.jpg, cats/2.jpg, dogs/1.jpg"
_SHOWN = 3  # names in a message

Folders = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A file with its class and its part: `TRAIN`, `VALIDATION` or `TEST`."""

    entry: Entry
    class_name: str
    part: int


@dataclass(frozen=True)
class Layout:
    """What a source holds.

    Attributes:
        placed: Sorted by class, part and name.
        classes: Names, cleaned and sorted.
        refused: What cannot be in a set, and why.
    """

    placed: tuple[Placed, ...]
    classes: tuple[str, ...]
    refused: tuple[Refusal, ...]


def arrange(entries: Sequence[Entry]) -> Layout:
    """Tell the class and the part of each file from the folders that it lies in.

    Top folders are parts, and the folders in them classes, if all top folders that hold folders are called like
    parts. A source of one class is fine: it may be added to a set.

    Raises:
        DataError: If nothing lies in a class folder, or there are more classes than `LIMITS` allow.
    """
    pictures = [entry for entry in entries if _may_be_picture(entry)]
    paths = _without_wrappers([tuple(entry.name.split("/")[:-1]) for entry in pictures])
    has_parts = _has_parts(paths)
    found = list(zip(pictures, paths, strict=True))
    placed = [_place(entry, path, has_parts) for entry, path in found if len(path) > has_parts]
    if not placed:
        raise _no_classes(entries, pictures, has_parts)
    loose = [Refusal(name=entry.name, reason=_loose_text()) for entry, path in found if len(path) <= has_parts]
    others = [Refusal(name=entry.name, reason=_other_text()) for entry in entries if not _may_be_picture(entry)]
    return _layout(placed, loose + others)


def _place(entry: Entry, path: Folders, has_parts: bool) -> Placed:
    part = PARTS[_plain(path[0])] if has_parts else TRAIN
    return Placed(entry, clean_class_name(path[has_parts]), part)


def _layout(placed: list[Placed], refused: list[Refusal]) -> Layout:
    classes = tuple(sorted({one.class_name for one in placed}))
    if len(classes) > LIMITS.classes:
        raise DataError(
            _("Expected at most {limit:,} class folders, got {got:,}. Keep a part of them.").format(
                limit=LIMITS.classes, got=len(classes)
            )
        )
    placed.sort(key=lambda one: (one.class_name, one.part, one.entry.name))
    return Layout(tuple(placed), classes, tuple(sorted(refused, key=lambda refusal: refusal.name)))


def _may_be_picture(entry: Entry) -> bool:
    """By the extension; what has none is looked at."""
    suffix = PurePosixPath(entry.name).suffix.lower()
    return not suffix or suffix in PICTURES or suffix in OTHER_PICTURES


def _without_wrappers(paths: list[Folders]) -> list[Folders]:
    """Without the folders that lead to all others, while most files lie deeper; what lies beside those is loose."""
    while True:
        tops = {path[0] for path in paths if path}
        below = sum(len(path) > 1 for path in paths)
        if len(tops) != 1 or below <= sum(len(path) == 1 for path in paths):
            return paths
        paths = [path[1:] for path in paths]


def _has_parts(paths: list[Folders]) -> bool:
    """Whether the top folders are parts. One called "test" beside "cat" is a class."""
    tops = {path[0] for path in paths if path}
    bearing = {path[0] for path in paths if len(path) > 1}  # classes, if they are parts
    if not bearing:
        return len(tops) > 1 and all(_plain(top) in PARTS for top in tops)  # "train" and "test" tell no classes apart
    inside = sum(len(path) > 1 for path in paths)
    beside = sum(_plain(path[0]) not in PARTS for path in paths if path)
    return all(_plain(top) in PARTS for top in bearing) and inside > beside


def _plain(folder: str) -> str:
    return re.sub(r"[-_ ]", "", folder.casefold())


def _no_classes(entries: Sequence[Entry], pictures: Sequence[Entry], has_parts: bool) -> DataError:
    text = _("Expected pictures in a folder for each class, such as {example}; got {got}.").format(
        example=_EXAMPLE, got=_came(entries, pictures)
    )
    if has_parts:
        text += " " + _("Folders such as train and test hold class folders; they are none themselves.")
    return DataError(text + " " + _("Put each picture into a folder named after its class."))


def _came(entries: Sequence[Entry], pictures: Sequence[Entry]) -> str:
    if not entries:
        return _("no file that can be read")
    names = ", ".join(entry.name for entry in (pictures or entries)[:_SHOWN])
    if not pictures:
        return _("{count:,} files, none of them a picture ({names})").format(count=len(entries), names=names)
    return _("{count:,} pictures in no class folder ({names})").format(count=len(pictures), names=names)


def _loose_text() -> str:
    return _("This file lies in no class folder. Put it into a folder named after its class.")


def _other_text() -> str:
    return _("This is no picture. Pictures end in .jpg, .png, .webp, .gif or .bmp.")
