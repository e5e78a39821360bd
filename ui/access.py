"""The one door to runs and sets: what the browser that looks at this page may see, and what it may change.

Pages and the rest of ui/ open and list them through this file alone (tests/test_rooms.py), at every use: an address
and a widget may name anything, and what was published a moment ago may be private now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from threading import Lock
from typing import TypeVar

import streamlit as st

from core.access import NOBODY, Access, Viewer
from core.datasets.dataset import Dataset, DatasetMeta
from core.datasets.store import access_of_dataset, list_datasets, open_dataset, seen_datasets
from core.errors import DataError, StudioError
from core.i18n import _
from core.runs.folder import RunFolder
from core.runs.index import Listing, index_of
from core.runs.newest import newest_of
from core.runs.notes import access_of_run
from core.runs.store import RUN_ID, open_run
from core.runs.trash import GONE, discarded
from core.spec import RunSpec
from ui import session
from ui.services import studio

VIEWERS = 64  # whose lists are kept at a time

Name = TypeVar("Name")


def visible_run(run_id: str) -> RunFolder:
    """The run with this id.

    Raises:
        StudioError: If there is none, it cannot be read, or it is private to others.
    """
    run = open_run(studio().home, run_id)
    if not session.viewer().sees(access_of_run(run)):
        raise StudioError(_("This run is private to the browser that made it. Ask for it to be published."))
    return run


def my_run(run_id: str) -> RunFolder:
    """A run that this browser may rename, stop, publish and delete; it may be damaged.

    Raises:
        StudioError: If there is none, or only others may do that.
    """
    run = RunFolder(studio().home.runs / run_id)
    if not RUN_ID.fullmatch(run_id) or not run.path.is_dir():
        open_run(studio().home, run_id)  # it says so
    if not may_change(run):
        raise StudioError(_("This run belongs to another browser. Only that one and the teacher may change it."))
    return run


def my_deleted_run(run_id: str) -> RunFolder:
    """A deleted run that this browser may bring back.

    Raises:
        StudioError: If it is gone for good, or another's.
    """
    found = next((run for run in my_trash() if run.id == run_id), None)
    if found is None:
        raise StudioError(_(GONE))
    return found


def may_see(run: RunFolder) -> bool:
    """Whether the run may be shown."""
    return session.viewer().sees(_access(run))


def may_change(run: RunFolder) -> bool:
    """Whether the run may be renamed, stopped, published and deleted."""
    return session.viewer().may_change(_access(run))


def may_be_taken_back(run: RunFolder) -> bool:
    """Whether a run or its pictures are shown because others publish them, or to the teacher, who may leave."""
    viewer = replace(session.viewer(), is_teacher=False)
    return not (viewer.may_change(_access(run)) and viewer.may_change(dataset_access(run.info().spec.data.dataset)))


def recheck(run: RunFolder) -> None:
    """Draw the whole page anew where the run may not be seen any more: a fragment keeps what it was given."""
    if not may_see(run):
        st.rerun()


def visible_listing(*, now: bool = False) -> Listing:
    """All runs that may be shown; `now` as `RunIndex.look` takes it."""
    return _seen_of(index_of(studio().home).look(now=now), session.viewer())


def hidden_runs() -> int:
    """How many runs are private to other browsers."""
    listing = index_of(studio().home).look()  # once: a second look may have read more
    return len(listing.runs) - len(_seen_of(listing, session.viewer()).runs)


def own_runs() -> Iterator[RunFolder]:
    """All runs that may be shown, newest first, but without what only the teacher sees of others."""
    home, viewer = studio().home, replace(session.viewer(), is_teacher=False)
    for run in _seen_of(index_of(home).look(), viewer).runs:
        yield RunFolder(home.runs / run.id)


def newest_runs(specs: Mapping[Name, RunSpec]) -> dict[Name, RunFolder]:
    """The newest of this browser's runs, and of those published, of each specification; see `newest_of`."""
    return newest_of(own_runs(), specs)


def my_trash() -> list[RunFolder]:
    """Deleted runs that can be brought back by this browser, the one deleted last first."""
    return [run for run in discarded(studio().home) if may_change(run)]


def visible_dataset(dataset_id: str) -> Dataset:
    """Open a set.

    Raises:
        DataError: If there is none, it is damaged, or private to others.
    """
    if not sees_dataset(dataset_id):
        raise DataError(_("These pictures are private to the browser that brought them in. Ask for their publication."))
    return open_dataset(studio().home, dataset_id)


def sees_dataset(dataset_id: str) -> bool:
    """Whether a set may be shown; one that is not there hides nothing."""
    return session.viewer().sees(dataset_access(dataset_id))


def dataset_access(dataset_id: str) -> Access:
    """Who may see a set."""
    return access_of_dataset(studio().home, dataset_id)


def may_change_dataset(dataset_id: str) -> bool:
    """Whether a set may be published and deleted."""
    return session.viewer().may_change(dataset_access(dataset_id))


def visible_datasets() -> list[DatasetMeta]:
    """All bundled, then all stored sets that may be shown, each by id."""
    return seen_datasets(studio().home, session.viewer())


def hidden_datasets() -> int:
    """How many sets are private to other browsers."""
    return len(list_datasets(studio().home)) - len(visible_datasets())


def _access(run: RunFolder) -> Access:
    """A damaged folder does not say whose it is, and is left to the teacher, as in `RunSummary.access`."""
    try:
        return access_of_run(run)
    except StudioError:
        return NOBODY


_kept: dict[Viewer, tuple[Listing, Listing]] = {}  # the last listing that each viewer asked of, and what it sees of it
_keeping = Lock()


def _seen_of(listing: Listing, viewer: Viewer) -> Listing:
    """What a viewer sees of a listing, worked out once: ten thousand runs are looked through in milliseconds, but not
    for thirty browsers each second."""
    with _keeping:
        whole, seen = _kept.get(viewer, (None, None))
    if whole is not listing or seen is None:
        seen = Listing(tuple(run for run in listing.runs if viewer.sees(run.access)), listing.unread)
    with _keeping:
        _kept.pop(viewer, None)
        _kept[viewer] = listing, seen
        if len(_kept) > VIEWERS:
            del _kept[next(iter(_kept))]
    return seen
