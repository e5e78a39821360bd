"""The pictures that an export shows, brings along or is held against, where they still are on this computer."""

from __future__ import annotations

from core.datasets.dataset import Dataset
from core.datasets.store import open_dataset
from core.errors import StudioError
from core.home import Home
from core.i18n import _
from core.runs.folder import RunFolder
from core.runs.pictures import are_pictures_of


def run_dataset(run: RunFolder) -> Dataset:
    """The data set that a run was made for.

    Raises:
        StudioError: If it is gone, or is another one now.
    """
    info = run.info()
    dataset = open_dataset(Home(run.path.parent.parent), info.spec.data.dataset)
    if not are_pictures_of(info, dataset):
        raise StudioError(_("The pictures are no longer on this computer as they were."))
    return dataset


def has_pictures(run: RunFolder) -> bool:
    """Whether `run_dataset` finds them."""
    try:
        run_dataset(run)
    except StudioError:
        return False
    return True
