"""Changing a set of one's own: every edit makes a new version, and the one before stays as it was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.datasets.access import add_owner
from core.datasets.dataset import TRAIN, Dataset, clean_class_name
from core.datasets.editing.rows import in_blocks
from core.datasets.editing.versions import copy_pictures, family_of, finish_version
from core.datasets.progress import Progress, silent
from core.datasets.store import open_dataset, origins_of
from core.datasets.writer import DatasetWriter
from core.errors import DataError
from core.home import Home
from core.i18n import _, ngettext
from core.knobs import Frozen

_NAMED = 5  # changed classes named in a summary; the others are counted


class Edits(Frozen):
    """What is to be changed.

    Attributes:
        drop: Numbers of pictures to leave out.
        move: Number of a picture → its class: one of the set, by the name it has now, or a new one.
        classes: Name of a class, after the moves → its new name, or None to delete it with its pictures. Classes that
            get the same name are merged.
    """

    drop: frozenset[int] = frozenset()
    move: dict[int, str] = {}  # noqa: RUF012 - pydantic copies it
    classes: dict[str, str | None] = {}  # noqa: RUF012

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return not (self.drop or self.move or self.classes)


@dataclass(frozen=True, eq=False)
class _Outcome:
    """What edits lead to.

    Attributes:
        rows: (n,) numbers of the pictures kept, ascending.
        labels: (n,) int32, index into `classes`.
    """

    rows: NDArray[np.int64]
    labels: NDArray[np.int32]
    classes: tuple[str, ...]


def summary(edits: Edits, dataset: Dataset) -> str:
    """One sentence on what `edits` change: "3 pictures dropped, 2 moved, class pug renamed to dog."

    Raises:
        DataError: If they name a picture or a class that the set does not have.
    """
    names, labels = _moved(edits, dataset)
    kept = np.ones(len(dataset), bool)
    kept[sorted(edits.drop)] = False
    moved = int(((labels != dataset.labels) & kept).sum())
    left = np.bincount(labels[kept], minlength=len(names))
    texts = [*_pictures_changed(len(edits.drop), moved), *_classes_changed(edits, names, left)]
    text = ", ".join(texts) or _("nothing changed")
    return f"{text[0].upper()}{text[1:]}."


def apply_edits(home: Home, dataset: Dataset, edits: Edits, on_progress: Progress = silent, owner: str = "") -> Dataset:
    """Store what `edits` make of `dataset` as the newest version of it; classes left without a picture vanish.

    Pictures and classes keep their order, new classes come last. Edits that lead back to a set that is there already
    give that one.

    Args:
        owner: Whose the new version is to be, "" for everybody's.

    Raises:
        DataError: If a picture or a class is unknown, nothing changes, or too little is left to learn from.
    """
    outcome = _outcome(edits, dataset)
    _check_outcome(outcome, dataset)
    if first := _first_version_if_same(home, dataset, outcome):
        _share(home, first, owner)
        return first
    origins = origins_of(home, dataset)
    with DatasetWriter(home.datasets, dataset.meta.size, dataset.meta.channels, len(outcome.rows)) as writer:
        copy_pictures(writer, dataset, outcome.rows, on_progress)
        on_progress(1.0, _("Storing {count:,} pictures").format(count=len(outcome.rows)))
        return finish_version(
            home,
            writer,
            dataset.meta,
            {"classes": outcome.classes},
            outcome.labels,
            dataset.parts[outcome.rows],
            origins and origins.take(outcome.rows),
            owner,
        )


def _outcome(edits: Edits, dataset: Dataset) -> _Outcome:
    names, labels = _moved(edits, dataset)
    renamed = _renamed(edits, names)
    classes = list(dict.fromkeys(name for name in renamed if name is not None))
    numbers = np.array([-1 if name is None else classes.index(name) for name in renamed])[labels]
    kept = numbers >= 0
    kept[sorted(edits.drop)] = False
    rows = np.flatnonzero(kept)
    used, numbers = np.unique(numbers[rows], return_inverse=True)
    return _Outcome(rows, numbers.astype(np.int32), tuple(classes[number] for number in used))


def _moved(edits: Edits, dataset: Dataset) -> tuple[list[str], NDArray[np.int32]]:
    """Class names, new ones last, and (N,) labels after the moves; a DataError for what the set does not have."""
    wrong = [row for row in edits.drop | edits.move.keys() if not 0 <= row < len(dataset)]
    if wrong:
        raise DataError(
            _("Expected numbers of pictures from 0 to {high}, got {got}. Load the page again.").format(
                high=len(dataset) - 1, got=min(wrong)
            )
        )
    numbers = {name: number for number, name in enumerate(dataset.meta.classes)}
    labels = dataset.labels.copy()
    for row, name in sorted(edits.move.items()):
        labels[row] = numbers.setdefault(_clean(name, numbers), len(numbers))
    if unknown := edits.classes.keys() - numbers.keys():
        raise DataError(
            _("There is no class {name} in this set. Load the page again.").format(name=clean_class_name(min(unknown)))
        )
    return list(numbers), labels


def _renamed(edits: Edits, names: Sequence[str]) -> list[str | None]:
    """The new name of each class, None where it is deleted."""
    return [None if (new := edits.classes.get(name, name)) is None else _clean(new, names) for name in names]


def _clean(name: str, known: Iterable[str]) -> str:
    if not name.strip():
        raise DataError(_("Expected a name for the class, got none. Type one."))
    return name if name in known else clean_class_name(name)


def _check_outcome(outcome: _Outcome, dataset: Dataset) -> None:
    if not (dataset.parts[outcome.rows] == TRAIN).any():
        raise DataError(_("No picture would be left to learn from. Keep some of them."))
    if len(outcome.classes) < 2:
        raise DataError(
            _("Only the class {name} would be left, but there must be 2 to tell apart. Keep another one.").format(
                name=outcome.classes[0]
            )
        )
    if _same_labels(dataset, dataset, outcome):
        raise DataError(_("Nothing would change. Mark pictures or rename a class first."))


def _first_version_if_same(home: Home, dataset: Dataset, outcome: _Outcome) -> Dataset | None:
    """Version 1, where the edits lead back to it; it may have an id of its own, others are found by theirs."""
    try:
        first = open_dataset(home, family_of(dataset.meta))
    except DataError:  # removed since
        return None
    if not _same_labels(first, dataset, outcome):
        return None
    blocks = zip(in_blocks(first.images, np.arange(len(first))), in_blocks(dataset.images, outcome.rows), strict=True)
    return first if all(np.array_equal(one, other) for one, other in blocks) else None


def _share(home: Home, dataset: Dataset, owner: str) -> None:
    """A set that was found again belongs to whoever made the same; those that ship with the project belong to all."""
    with suppress(FileNotFoundError):
        add_owner(home.datasets / dataset.meta.id, owner)


def _same_labels(other: Dataset, dataset: Dataset, outcome: _Outcome) -> bool:
    return (
        other.meta.classes == outcome.classes
        and np.array_equal(other.labels, outcome.labels)
        and np.array_equal(other.parts, dataset.parts[outcome.rows])
    )


def _pictures_changed(dropped: int, moved: int) -> list[str]:
    texts = []
    if dropped:
        text = ngettext("{count:,} picture dropped", "{count:,} pictures dropped", dropped)
        texts.append(text.format(count=dropped))
    if moved:
        text = (
            _("{count:,} moved") if dropped else ngettext("{count:,} picture moved", "{count:,} pictures moved", moved)
        )
        texts.append(text.format(count=moved))
    return texts


def _classes_changed(edits: Edits, names: Sequence[str], left: NDArray[np.int64]) -> list[str]:
    """One text for each class that changes, the first few.

    Args:
        left: (K,) number of pictures in each class after drops and moves.
    """
    renamed = _renamed(edits, names)
    texts = []
    for old, new, count in zip(names, renamed, left.tolist(), strict=True):
        if new is None:
            text = ngettext(
                "class {old} deleted with {count:,} picture", "class {old} deleted with {count:,} pictures", count
            )
            texts.append(text.format(old=old, count=count))
        elif new != old:
            text = _("class {old} merged into {new}") if renamed.count(new) > 1 else _("class {old} renamed to {new}")
            texts.append(text.format(old=old, new=new))
    rest = len(texts) - _NAMED
    if rest > 0:
        more = ngettext("{count:,} more class changed", "{count:,} more classes changed", rest).format(count=rest)
        texts[_NAMED:] = [more]
    return texts
