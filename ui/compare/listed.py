"""All runs of this computer: searched, filtered, sorted, a page at a time."""

from __future__ import annotations

import time

import streamlit as st

from core.i18n import N_, _, ngettext
from core.runs.folder import ACTIVE, State
from core.runs.index import Listing
from core.runs.listing import COLUMNS, Wanted, wanted_runs
from core.runs.network_words import network_line
from core.runs.summary import RunSummary
from ui import format, session
from ui.access import hidden_runs, visible_listing
from ui.compare.changes import delete_stopped, star
from ui.compare.chosen import COLOURS, MOST
from ui.compare.filters import PAGE, chosen_filters, chosen_order, clear_filters, is_filtering, sort_by
from ui.components import RunRow, run_table
from ui.pager import pager
from ui.whose import hidden_line, mark_of
from ui.words import state_name

A_PAGE = 15  # runs
REFRESH = 1.0  # seconds between two looks while a run goes on or waits to be read
TABLE, OPENED, CHANGED = "compare-table", "compare-opened", "compare-changed"

HEADS = {
    "starred": N_("Starred"),
    "name": N_("Run"),
    "best": N_("Best validation"),
    "state": N_("State"),
    "title": N_("Data"),
    "network": N_("Network"),
    "score": N_("Test accuracy"),
    "seconds": N_("Time"),
    "parameters": N_("Parameters"),
    "created_at": N_("Made"),
}


def runs_listed(listing: Listing) -> None:
    """The filters and the table, drawn anew each second while a run goes on."""
    moves = _moves(listing)
    st.fragment(_listed, run_every=REFRESH if moves else None)(moves)


def hidden_runs_line() -> None:
    """Say, on one's own computer, that other browsers have runs too."""
    hidden_line(_hidden_words)


def _hidden_words() -> str:
    hidden = hidden_runs()
    text = ngettext(
        "{count} run was made in another browser and is private to it.",
        "{count} runs were made in other browsers and are private to them.",
        hidden,
    )
    return text.format(count=format.count(hidden)) if hidden else ""


def _moves(listing: Listing) -> bool:
    return bool(listing.unread) or any(run.state in ACTIVE for run in listing.runs)


def _listed(moved: bool) -> None:
    listing = visible_listing()
    if delete_stopped() or session.recall(CHANGED) or moved != _moves(listing):  # it concerns the whole page
        session.remember(CHANGED, False)
        st.rerun()
    filters = chosen_filters(listing.runs)
    sort, upwards = chosen_order()
    runs = wanted_runs(listing.runs, Wanted(**filters, sort=sort, upwards=upwards))
    pages = max(1, -(-len(runs) // A_PAGE))
    page = min(int(session.recall(PAGE, 0)), pages - 1)
    chosen = session.compared()
    if not runs:
        st.info(_("No run fits the search and the filters."), icon=":material/search_off:")
        _foot(listing, 0, 0, 1)
        return
    run_table(
        [_row(run, chosen) for run in runs[page * A_PAGE : (page + 1) * A_PAGE]],
        {name: _(title) for name, title in HEADS.items()},
        sort=sort,
        upwards=upwards,
        can_pick=len(chosen) < MOST,
        key=TABLE,
        on_click=_clicked,
    )
    _foot(listing, len(runs), page, pages)


def _foot(listing: Listing, count: int, page: int, pages: int) -> None:
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="compare-foot"
    ):
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            st.caption(counted(listing, count), width="content")
            if is_filtering():
                st.button(_("Show all"), type="tertiary", icon=":material/close:", on_click=clear_filters)
        pager(PAGE, page, pages)


def counted(listing: Listing, shown: int) -> str:
    """How many runs there are, and how many of them are shown."""
    every = len(listing.runs)
    text = ngettext("{count} run", "{count} runs", every).format(count=format.count(every))
    if shown != every:
        text = _("{shown} of {runs}").format(shown=format.count(shown), runs=text)
    if listing.unread:
        text += " · " + _("{count} are still being read …").format(count=format.count(listing.unread))
    return text


def _row(run: RunSummary, chosen: tuple[str, ...]) -> RunRow:
    return RunRow(
        id=run.id,
        name=run.name,
        note=run.note,
        starred=run.starred,
        mark=mark_of(run.access),
        can_star=session.viewer().may_change(run.access),
        colour=COLOURS[chosen.index(run.id)] if run.id in chosen[:MOST] else "",
        curve=run.curve,
        cells={
            "best": format.percent(run.best) if run.best is not None else "",
            "state": _state(run),
            "title": _(run.title),
            "network": network_line(run),
            "score": format.percent(run.score),
            "seconds": format.duration(run.seconds) if run.seconds else "–",
            "parameters": "–" if run.parameters is None else format.short_count(run.parameters),
            "created_at": time.strftime("%d %b %H:%M", time.localtime(run.created_at)) if run.created_at else "",
        },
        failed=run.state in (State.FAILED, State.INTERRUPTED),
    )


def _state(run: RunSummary) -> str:
    if not run.is_readable:
        return _("✗ Damaged")
    return f"{run.epochs}/{run.planned} …" if run.state == State.RUNNING else state_name(run.state)


def _clicked() -> None:
    """Do what was pressed in the table; it comes from a browser, so it is checked."""
    click = session.widget_value(TABLE).get("click")
    do, on = (str(click.get(name)) for name in ("do", "on")) if isinstance(click, dict) else ("", "")
    column = next((name for name in COLUMNS if name == on), None)
    if do == "sort" and column:
        sort_by(column)
    elif do in _PRESSES and on in {run.id for run in visible_listing().runs}:
        _PRESSES[do](on)


def _pick(run_id: str) -> None:
    """Take a run into the comparison, or out of it."""
    chosen = session.compared()
    if run_id in chosen:
        session.compare(other for other in chosen if other != run_id)
    elif len(chosen) < MOST:
        session.compare([*chosen, run_id])
    session.remember(CHANGED, True)


def _open(run_id: str) -> None:
    session.remember(OPENED, run_id)
    session.remember(CHANGED, True)


_PRESSES = {"pick": _pick, "open": _open, "star": star}
