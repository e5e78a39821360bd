"""What may be wrong with the pictures of a data set: duplicates, leakage, contradictions, dark and blurred pictures.

The slow part depends on the pictures alone and is kept in the cache; what follows from classes and split is quick.
"""

from __future__ import annotations

import os
import secrets
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.cache import make_room
from core.datasets.dataset import Dataset
from core.datasets.inspecting import finding_texts as texts
from core.datasets.inspecting.duplicates import exact_groups, near_groups
from core.datasets.inspecting.looks import look_through
from core.datasets.limits import LIMITS
from core.datasets.progress import Progress, within
from core.datasets.split import Indices, Split
from core.files import write_atomically

Kind = Literal["leakage", "conflict", "duplicates", "near_duplicates", "dark", "blurred", "constant", "small_class"]

SMALL_CLASS = 20  # pictures; with a fifth of them for the test, one mistake there is 25 % of the class
SMALL_SHARE = 0.2  # of the median class: a network loses little by never answering with such a class

_VERSION = 1  # part of the cache's file names: raise it when anything is judged otherwise
_NONE: Indices = np.empty(0, np.int64)


@dataclass(frozen=True, eq=False)
class Checks:
    """What was found in N pictures.

    Attributes:
        exact: (N,) int32, number of the group of pictures that are stored exactly alike; -1: in none.
        near: (N,) int32, number of the group of copies, exact ones included; -1: in none.
        dark, blurred, constant: (N,) bool, at most one of them true.
    """

    exact: NDArray[np.int32]
    near: NDArray[np.int32]
    dark: NDArray[np.bool_]
    blurred: NDArray[np.bool_]
    constant: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Leaks:
    """Pictures of each part that have a copy in the training part, (m,) each, copies next to each other."""

    validation: Indices
    test: Indices


@dataclass(frozen=True, eq=False)
class Finding:
    """Pictures worth a look.

    Attributes:
        indices: (m,) numbers of pictures, copies next to each other, else ascending.
        text: One sentence.
        extra: Of duplicates, those of `indices` that could go so that one of each is left; else empty.
    """

    kind: Kind
    indices: Indices
    text: str
    extra: Indices = field(default_factory=_NONE.copy)


def checks_file(cache: Path, content_hash: str) -> Path:
    """Where the checks of the pictures with this hash are kept."""
    return cache / f"checks{_VERSION}-{content_hash[:24]}.npz"


def find_checks(cache: Path, content_hash: str) -> Checks | None:
    """What an earlier `run_checks` found; None if there is none or its file is damaged."""
    file = checks_file(cache, content_hash)
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
            checks = Checks(**{each.name: arrays[each.name] for each in fields(Checks)})
        os.utime(file)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return checks


def run_checks(dataset: Dataset, cache: Path, on_progress: Progress) -> Checks:
    """Look at all pictures, a few megabytes at a time, and keep the result; what is kept already is only read.

    Args:
        on_progress: May raise to give up; nothing is left behind then.
    """
    found = find_checks(cache, dataset.meta.content_hash)
    if found:
        return found
    cache.mkdir(parents=True, exist_ok=True)
    scratch = cache / f".looks.{secrets.token_hex(4)}.tmp"
    with look_through(dataset.images, scratch, within(on_progress, 0, 0.7)) as looks:
        near = near_groups(looks, within(on_progress, 0.7, 1))
        checks = Checks(exact_groups(looks), near, looks.dark, looks.blurred, looks.constant)
    file = checks_file(cache, dataset.meta.content_hash)
    write_atomically(file, partial(np.savez, **vars(checks)))
    make_room(cache, LIMITS.cache_bytes, keep=file)
    return checks


def leaks(checks: Checks, split: Split) -> Leaks:
    """Validation and test pictures that have a copy, exact or near, in the training part."""
    learnt = np.zeros(len(checks.near) + 1, bool)  # by group; the last is that of -1, pictures in no group
    learnt[checks.near[split.train]] = True
    learnt[-1] = False
    return Leaks(*(_by_group(checks.near, part[learnt[checks.near[part]]]) for part in (split.validation, split.test)))


def conflicts(checks: Checks, labels: NDArray[Any]) -> Indices:
    """Pictures that have a copy, exact or near, in another class: all of such groups, copies next to each other.

    Args:
        labels: (N,) class numbers.
    """
    rows = np.flatnonzero(checks.near >= 0)
    groups = checks.near[rows]
    low, high = np.full(len(labels), labels.max()), np.zeros(len(labels), labels.dtype)
    np.minimum.at(low, groups, labels[rows])
    np.maximum.at(high, groups, labels[rows])
    return _by_group(checks.near, rows[low[groups] < high[groups]])


def warnings_of(dataset: Dataset, checks: Checks, split: Split | None) -> list[Finding]:
    """All that is worth a look, the worst first; no entry for what was not found. Without a split no leakage."""
    found = [
        *([_leakage(leaks(checks, split))] if split else []),
        _finding("conflict", conflicts(checks, dataset.labels), texts.conflict),
        _repeated("duplicates", checks.exact, checks.exact >= 0, texts.duplicates),
        _repeated("near_duplicates", checks.near, _is_near(checks), texts.near_duplicates),
        _finding("dark", np.flatnonzero(checks.dark), texts.dark),
        _finding("blurred", np.flatnonzero(checks.blurred), texts.blurred),
        _finding("constant", np.flatnonzero(checks.constant), texts.constant),
        _small_classes(dataset),
    ]
    return [finding for finding in found if len(finding.indices)]


def _finding(kind: Kind, rows: Indices, text: Callable[[int], str]) -> Finding:
    return Finding(kind, rows, text(len(rows)))


def _leakage(found: Leaks) -> Finding:
    text = texts.leakage(len(found.test), len(found.validation))
    return Finding("leakage", np.concatenate([found.test, found.validation]), text)


def _repeated(
    kind: Kind, groups: NDArray[np.int32], chosen: NDArray[np.bool_], text: Callable[[int, int], str]
) -> Finding:
    """The pictures `chosen`, (N,), of which each is in one of the `groups`, (N,)."""
    rows = _by_group(groups, np.flatnonzero(chosen))
    first = np.diff(groups[rows], prepend=-1) > 0
    return Finding(kind, rows, text(len(rows), int(first.sum())), extra=rows[~first])


def _is_near(checks: Checks) -> NDArray[np.bool_]:
    """(N,) whether a picture is in a group of copies that are not all exactly alike."""
    count = len(checks.near)
    stored = np.where(checks.exact < 0, count + np.arange(count), checks.exact)  # one number for each different picture
    groups = np.unique(np.stack([checks.near, stored]), axis=1)[0]
    different = np.bincount(groups + 1, minlength=count + 1)[1:]
    is_near: NDArray[np.bool_] = (checks.near >= 0) & (different[checks.near] > 1)
    return is_near


def _small_classes(dataset: Dataset) -> Finding:
    counts = np.bincount(dataset.labels, minlength=len(dataset.meta.classes))
    small = counts < max(SMALL_CLASS, SMALL_SHARE * float(np.median(counts)))
    named = [(dataset.meta.classes[label], int(counts[label])) for label in np.flatnonzero(small)]
    return Finding("small_class", np.flatnonzero(small[dataset.labels]), texts.small_classes(named))


def _by_group(groups: NDArray[np.int32], rows: Indices) -> Indices:
    ordered: Indices = rows[np.argsort(groups[rows], kind="stable")]
    return ordered
