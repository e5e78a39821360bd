"""The versions of a set: which belong together, how the next one is stored, how one is removed."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterable
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from core.datasets.catalog import BUILT_IN
from core.datasets.dataset import About, Dataset, DatasetMeta
from core.datasets.editing.rows import in_blocks
from core.datasets.origins import Origins
from core.datasets.progress import Progress
from core.datasets.store import list_datasets, open_dataset
from core.datasets.writer import DatasetWriter
from core.errors import DataError
from core.home import Home
from core.i18n import _


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
        (home.datasets / dataset_id).rename(hidden)
    except OSError as error:
        raise DataError(
            _("The data set in {folder} could not be removed ({error}). Close what uses it and try again.").format(
                folder=home.datasets / dataset_id, error=error.strerror
            )
        ) from error
    shutil.rmtree(hidden, ignore_errors=True)


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
    with FileLock(home.datasets / ".versions.lock"):  # two browsers may edit one set: each gets a number of its own
        version = 1 + max(meta.version for meta in (parent, *list_datasets(home)) if family_of(meta) == family)
        about |= {"version": version, "family": family, "parent": parent.id}
        meta = writer.finish(About(**about), labels, parts, origins=origins)
    return open_dataset(home, meta.id)
