"""What is done to runs on this page: star, rename, note, delete and take back. What fails is told, once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import streamlit as st

from core.errors import StudioError
from core.i18n import _, ngettext
from core.runs.folder import RunFolder, open_run
from core.runs.index import index_of
from core.runs.notes import about_of, change_about, run_name
from core.runs.trash import discard, discarded, restore
from ui import format, session
from ui.html import plain
from ui.services import studio

DELETED, PROBLEM = "compare-deleted", "compare-problem"
OFFERED = 50  # deleted runs in the list of those that can be brought back


def star(run_id: str) -> None:
    """Give a run its star, or take it away."""
    with _told():
        run = open_run(studio().home, run_id)
        change_about(run, starred=not about_of(run).starred)


def say(run: RunFolder, **changes: str) -> None:
    """Rename a run or write its note."""
    with _told():
        change_about(run, **changes)


def delete(run_ids: Sequence[str]) -> None:
    """Delete runs, with a way back; those that still learn stay, and that is said."""
    gone, home = [], studio().home
    for run_id in run_ids:
        with _told():
            discard(home, RunFolder(home.runs / run_id))
            gone.append(run_id)
    session.remember(DELETED, tuple(gone))
    session.compare(run_id for run_id in session.compared() if run_id not in gone)
    if session.run_id() in gone:
        session.look_at(None)


def bring_back(run_ids: Sequence[str]) -> None:
    """Undo a deletion."""
    for run_id in run_ids:
        with _told():
            restore(studio().home, run_id)
    session.remember(DELETED, ())


def told() -> None:
    """What went wrong, and the way back from what was just deleted."""
    if problem := session.recall(PROBLEM):
        session.remember(PROBLEM, "")
        st.error(plain(problem), icon=":material/error:")
    deleted = session.recall(DELETED, ())
    if not deleted:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="compare-undo"):
        text = ngettext("{count} run is deleted.", "{count} runs are deleted.", len(deleted))
        st.markdown(text.format(count=format.count(len(deleted))), width="stretch")
        st.button(_("Undo"), icon=":material/undo:", key="undo-delete", on_click=bring_back, args=(deleted,))


def deleted_runs() -> None:
    """The runs that can still be brought back, folded away; nothing where there are none."""
    kept = discarded(studio().home)[:OFFERED]
    if not kept:
        return
    with st.expander(_("Deleted runs"), icon=":material/delete:", key="deleted-runs", on_change="rerun") as folded:
        if not folded.open:
            return
        st.caption(_("Kept for a day, or less where the disk is full."))
        for run in kept:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.button(_("Bring back"), key=f"back-{run.id}", on_click=bring_back, args=((run.id,),))
                st.markdown(plain(_name(run)))


def _name(run: RunFolder) -> str:
    with suppress(StudioError):
        return run_name(run)
    return run.id


@contextmanager
def _told() -> Iterator[None]:
    """Keep the message of a `StudioError` for `told`; the index looks at the folders again."""
    try:
        yield
    except StudioError as error:
        session.remember(PROBLEM, str(error))
    index_of(studio().home).look(now=True)
