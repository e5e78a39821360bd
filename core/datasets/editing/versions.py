"""The versions of a set: which belong together, how the next one is stored, how one is removed or shown to all."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from core.access import Viewer
from core.datasets.access import alone, left_to_others, read_access, write_access
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


def remove_dataset(home: Home, dataset_id: str, viewer: Viewer) -> None:
    """Delete one version of a set of one's own; it vanishes in one step. One that others own too stays theirs.

    Raises:
        DataError: If there is none with this id, it is a built-in set, or it is not the viewer's.
    """
    folder = _changeable(home, dataset_id, viewer)
    hidden = home.datasets / f".{secrets.token_hex(8)}.tmp"  # what a crash leaves of it is swept by the next import
    try:
        for meta in list_datasets(home):
            if meta.id == dataset_id and meta.version > 1:
                with FileLock(home.datasets / _LOCK):
                    _remember(home, meta)
        with alone(folder):
            _check(folder, viewer)  # again: the owner's other tab may just have left it to others
            if left_to_others(folder, viewer.owner):
                return
            folder.rename(hidden)
    except OSError as error:
        text = _("The data set in {folder} could not be removed ({error}). Close what uses it and try again.")
        raise DataError(text.format(folder=folder, error=error.strerror)) from error
    shutil.rmtree(hidden, ignore_errors=True)
    forget_opened()


def publish_dataset(home: Home, dataset_id: str, published: bool, viewer: Viewer) -> None:
    """Show a set to all browsers, or no longer; it stays shown while another of its owners shows it.

    Raises:
        DataError: As `remove_dataset`.
    """
    folder = _changeable(home, dataset_id, viewer)
    try:
        with alone(folder):
            _check(folder, viewer)
            write_access(folder, read_access(folder).shown(published, viewer))
    except OSError as error:
        text = _("This could not be kept ({error}). Load the page again.")
        raise DataError(text.format(error=error.strerror)) from error


def _changeable(home: Home, dataset_id: str, viewer: Viewer) -> Path:
    """The folder of a set that the viewer may change; one that it does not see is not there."""
    if dataset_id in BUILT_IN:
        raise DataError(_("Built-in sets stay as they are, for everybody. Choose one of your own sets."))
    folder = next((folder for folder in home.datasets.glob("[!.]*/") if folder.name == dataset_id), None)
    if folder is None:
        raise DataError(_("This data set is not there any more. Load the page again."))
    _check(folder, viewer)
    return folder


def _check(folder: Path, viewer: Viewer) -> None:
    access = read_access(folder)
    if not viewer.sees(access):
        raise DataError(_("This data set is not there any more. Load the page again."))
    if not viewer.may_change(access):
        raise DataError(_("This set belongs to somebody else: only they and the teacher may do that."))


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
    owner: str = "",
) -> Dataset:
    """Put what was written in its place as the newest version of `parent`, and open it.

    Args:
        changes: Fields of `About` that differ from the parent's.
        owner: Whose the new version is to be, "" for everybody's; the number counts those of all owners.
    """
    about = {name: getattr(parent, name) for name in About.model_fields} | changes
    family = family_of(parent)
    with FileLock(home.datasets / _LOCK):
        there = (meta.version for meta in (parent, *list_datasets(home)) if family_of(meta) == family)
        version = 1 + max(_numbers(home).get(family, 0), *there)
        about |= {"version": version, "family": family, "parent": parent.id}
        dataset = open_dataset(home, writer.finish(About(**about), labels, parts, origins=origins, owner=owner).id)
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
