"""What is done to runs on this page: star, rename, note, delete and take back. What fails is told, once."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import streamlit as st

from core.errors import StudioError
from core.i18n import _, ngettext
from core.runs.folder import ACTIVE, Request, RunFolder
from core.runs.notes import about_of, change_about, run_name
from core.runs.trash import discard, restore
from ui import format, session
from ui.access import my_deleted_run, my_run, my_trash, visible_listing
from ui.html import plain
from ui.services import studio

DELETED, PROBLEM = "compare-deleted", "compare-problem"
STOPPING = "compare-stopping"  # ids of the runs that are deleted once they have stopped, with the times of asking
STOPS_WITHIN = 60.0  # seconds; a run that goes on for longer was resumed by somebody, and stays
OFFERED = 50  # deleted runs in the list of those that can be brought back


def star(run_id: str) -> None:
    """Give a run its star, or take it away."""
    with _told():
        run = my_run(run_id)
        change_about(run, starred=not about_of(run).starred)


def say(run: RunFolder, **changes: str) -> None:
    """Rename a run or write its note."""
    with _told():
        change_about(my_run(run.id), **changes)


def delete(run_ids: Sequence[str]) -> None:
    """Delete runs, with a way back; one that still learns has to stop first, see `delete_stopped`."""
    session.remember(DELETED, ())
    _delete(run_ids)


def delete_stopped() -> bool:
    """Delete the runs that had to stop first and have; whether anything changed."""
    wished, now = session.recall(STOPPING, {}), time.time()
    due = {run_id: at for run_id, at in wished.items() if now - at > STOPS_WITHIN or not _goes_on(run_id)}
    session.remember(STOPPING, {run_id: at for run_id, at in wished.items() if run_id not in due})
    _delete([run_id for run_id, at in due.items() if now - at <= STOPS_WITHIN])
    return bool(due)


def _delete(run_ids: Sequence[str]) -> None:
    gone, stopping = [], {}
    for run_id in run_ids:
        with _told():
            run = my_run(run_id)
            if _learns(run):
                run.ask(Request.STOP)
                stopping[run_id] = time.time()
            else:
                discard(studio().home, run)
                gone.append(run_id)
    session.remember(DELETED, (*session.recall(DELETED, ()), *gone))
    session.remember(STOPPING, session.recall(STOPPING, {}) | stopping)
    session.compare(run_id for run_id in session.compared() if run_id not in gone and run_id not in stopping)
    if session.run_id() in gone:
        session.look_at(None)


def bring_back(run_ids: Sequence[str]) -> None:
    """Undo a deletion."""
    for run_id in run_ids:
        with _told():
            restore(studio().home, my_deleted_run(run_id).id)
    session.remember(DELETED, ())


def told() -> None:
    """What went wrong, and the way back from what was just deleted."""
    if problem := session.recall(PROBLEM):
        session.remember(PROBLEM, "")
        st.error(plain(problem), icon=":material/error:")
    for run_id in session.recall(STOPPING, {}):
        text = _("{run} is being stopped; then it is deleted.")
        st.info(text.format(run=plain(_name_of(run_id))), icon=":material/stop_circle:")
    deleted = session.recall(DELETED, ())
    if not deleted:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="compare-undo"):
        text = ngettext("{count} run is deleted.", "{count} runs are deleted.", len(deleted))
        st.markdown(text.format(count=format.count(len(deleted))), width="stretch")
        st.button(_("Undo"), icon=":material/undo:", key="undo-delete", on_click=bring_back, args=(deleted,))


def deleted_runs() -> None:
    """The runs that can still be brought back, folded away; nothing where there are none."""
    kept = my_trash()[:OFFERED]
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


def _goes_on(run_id: str) -> bool:
    with suppress(StudioError):
        return _learns(my_run(run_id))
    return False


def _name_of(run_id: str) -> str:
    with suppress(StudioError):
        return _name(my_run(run_id))
    return run_id


def _learns(run: RunFolder) -> bool:
    return run.status().state in ACTIVE


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
    visible_listing(now=True)
