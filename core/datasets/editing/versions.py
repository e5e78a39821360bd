"""The versions of a set: which belong together, how the next one is stored, how one is removed."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from core.datasets.catalog import BUILT_IN
from core.datasets.dataset import About, Dataset, DatasetMeta
from core.datasets.editing.rows import in_blocks
from core.datasets.origins import Origins
from core.datasets.progress import Progress
from core.datasets.store import forget_opened, list_datasets, open_dataset
from core.datasets.writer import DatasetWriter
from core.errors import DataError
from core.files import write_json
from core.home import Home
from core.i18n import _

_LOCK = ".versions.lock"  # held while a set gets its number: two browsers may edit one set
_NUMBERS = ".versions.json"  # family → highest number ever given, so that none comes back after a removal


def families(metas: Iterable[DatasetMeta]) -> dict[str, list[DatasetMeta]]:
    """The versions of each set by the id of version 1, newest first; sets stay in the order of `metas`."""
    found: dict[str, list[DatasetMeta]] = {}
    for meta in metas:
        found.setdefault(family_of(meta), []).append(meta)
    return {family: sorted(versions, key=lambda meta: -meta.version) for family, versions in found.items()}


def family_of(meta: DatasetMeta) -> str:
    """Id of version 1 of a set, which may have been removed since."""
    return meta.family or meta.id


def remove_dataset(home: Home, dataset_id: str) -> None:
    """Delete one version of a set of one's own; it vanishes in one step.

    Raises:
        DataError: If there is none with this id, or it is a built-in set.
    """
    if dataset_id in BUILT_IN:
        raise DataError(_("Built-in sets stay. Choose one of your own sets to remove."))
    if dataset_id not in {folder.name for folder in home.datasets.glob("[!.]*/")}:
        raise DataError(_("This data set is not there any more. Load the page again."))
    hidden = home.datasets / f".{secrets.token_hex(8)}.tmp"  # what a crash leaves of it is swept by the next import
    try:
        for meta in list_datasets(home):
            if meta.id == dataset_id and meta.version > 1:
                with FileLock(home.datasets / _LOCK):
                    _remember(home, meta)
        (home.datasets / dataset_id).rename(hidden)
    except OSError as error:
        raise DataError(
            _("The data set in {folder} could not be removed ({error}). Close what uses it and try again.").format(
                folder=home.datasets / dataset_id, error=error.strerror
            )
        ) from error
    shutil.rmtree(hidden, ignore_errors=True)
    forget_opened()


def copy_pictures(writer: DatasetWriter, dataset: Dataset, rows: NDArray[Any], on_progress: Progress) -> None:
    """Write the pictures `rows` of `dataset`, whatever their number with little memory."""
    done = 0
    for block in in_blocks(dataset.images, rows):
        on_progress(done / len(rows), _("Copying picture {done:,} of {total:,}").format(done=done, total=len(rows)))
        writer.add(block)
        done += len(block)


def finish_version(
    home: Home,
    writer: DatasetWriter,
    parent: DatasetMeta,
    changes: dict[str, Any],
    labels: NDArray[Any],
    parts: NDArray[np.uint8],
    origins: Origins | None,
) -> Dataset:
    """Put what was written in its place as the newest version of `parent`, and open it.

    Args:
        changes: Fields of `About` that differ from the parent's.
    """
    about = {name: getattr(parent, name) for name in About.model_fields} | changes
    family = family_of(parent)
    with FileLock(home.datasets / _LOCK):
        there = (meta.version for meta in (parent, *list_datasets(home)) if family_of(meta) == family)
        version = 1 + max(_numbers(home).get(family, 0), *there)
        about |= {"version": version, "family": family, "parent": parent.id}
        dataset = open_dataset(home, writer.finish(About(**about), labels, parts, origins=origins).id)
        _remember(home, dataset.meta)
    return dataset


def _numbers(home: Home) -> dict[str, int]:
    """Highest version given in each family; what cannot be read counts as nothing."""
    try:
        found = json.loads((home.datasets / _NUMBERS).read_bytes())
        return {str(family): int(number) for family, number in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _remember(home: Home, meta: DatasetMeta) -> None:
    numbers, family = _numbers(home), family_of(meta)
    with suppress(OSError):  # on a full disk: a set must be removable there, and one just stored is stored
        write_json(home.datasets / _NUMBERS, numbers | {family: max(meta.version, numbers.get(family, 0))})
