"""Search, filters and order of the table of runs; they stand in the page's address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from core.i18n import _
from core.runs.folder import State
from core.runs.listing import COLUMNS, UPWARDS, Column
from core.runs.network_words import network_title
from core.runs.summary import RunSummary
from ui import session
from ui.words import STATES

EVERY = ""  # of a filter that filters nothing
LONGEST = 100  # characters to search for
FILTERS = ("search", "data", "state", "network", "starred")  # as they are called in the address
NEWEST: tuple[Column, bool] = ("created_at", False)
FEW = 2  # runs; below there is nothing to search
PAGE = "compare-page"
YES = "1"  # of a switch in the address


def chosen_filters(runs: Sequence[RunSummary]) -> dict[str, Any]:
    """The filters as `core.runs.listing.Wanted` takes them."""
    if len(runs) < FEW:
        return {}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="compare-filters"):
        text = _search()
        dataset = _filter("data", _("Data"), {run.title for run in runs if run.title}, _)
        state = _filter("state", _("State"), {str(run.state) for run in runs}, lambda name: _(STATES[State(name)]))
        network = _filter("network", _("Network"), {run.network for run in runs if run.network}, network_title)
        starred = _starred()
    return {"text": text, "dataset": dataset, "state": state, "network": network, "starred": starred}


def is_filtering() -> bool:
    """Whether any filter is set."""
    return any(session.view("", name) for name in FILTERS)


def clear_filters() -> None:
    """Show all runs again."""
    for name in FILTERS:
        _keep(name, EVERY)


def chosen_order() -> tuple[Column, bool]:
    """By which column the table is sorted, and whether upwards; a "-" before its name in the address says downwards."""
    asked = session.view("", "sort")
    column = next((name for name in COLUMNS if name == asked.removeprefix("-")), None)
    return (column, not asked.startswith("-")) if column else NEWEST


def sort_by(column: Column) -> None:
    """Sort by a column, the other way round if it is sorted by that already."""
    sort, upwards = chosen_order()
    upwards = not upwards if column == sort else column in UPWARDS
    _keep("sort", "" if (column, upwards) == NEWEST else f"{'' if upwards else '-'}{column}")


def _search() -> str:
    key = "compare-search"
    text = session.view("", "search")[:LONGEST]
    session.show_value(key, text)
    return st.text_input(
        _("Search"),
        text,
        key=key,
        placeholder=_("name, note, data or network"),
        icon=":material/search:",
        max_chars=LONGEST,
        on_change=lambda: _keep("search", session.widget_value(key)),
        width=200,
    )


def _filter(name: str, label: str, values: set[str], words: Callable[[str], str]) -> str:
    """A box with the values that occur; one that was chosen and occurs no more filters nothing."""
    key, options = f"compare-filter-{name}", [EVERY, *sorted(values, key=lambda value: words(value).casefold())]
    kept = session.view("", name)
    shown = kept if kept in options else EVERY
    session.show_value(key, shown)
    chosen: str = st.selectbox(
        label,
        options,
        options.index(shown),
        key=key,
        format_func=lambda value: words(value) if value else _("all"),
        on_change=lambda: _keep(name, session.widget_value(key)),
        width=150,
    )
    return chosen


def _starred() -> bool:
    key = "compare-filter-starred"
    shown = session.view("", "starred") == YES
    session.show_value(key, shown)
    return st.toggle(
        _("Starred"),
        shown,
        key=key,
        on_change=lambda: _keep("starred", YES if session.widget_value(key) else EVERY),
        width="content",
    )


def _keep(name: str, value: str) -> None:
    session.set_view("", name, value)
    session.remember(PAGE, 0)
