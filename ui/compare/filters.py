"""Search and filters over the table of runs, kept for this browser."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from core.i18n import _
from core.runs.folder import State
from core.runs.network_words import network_title
from core.runs.summary import RunSummary
from ui import session
from ui.words import STATES

EVERY = ""  # of a filter that filters nothing
FEW = 2  # runs; below there is nothing to search
PAGE = "compare-page"


def chosen_filters(runs: Sequence[RunSummary]) -> dict[str, Any]:
    """The filters as `core.runs.listing.Wanted` takes them."""
    if len(runs) < FEW:
        return {}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="compare-filters"):
        text = _search()
        dataset = _filter("dataset", _("Data"), {run.title for run in runs if run.title}, _)
        state = _filter("state", _("State"), {str(run.state) for run in runs}, lambda name: _(STATES[State(name)]))
        network = _filter("network", _("Network"), {run.network for run in runs if run.network}, network_title)
        starred = _starred()
    return {"text": text, "dataset": dataset, "state": state, "network": network, "starred": starred}


def is_filtering() -> bool:
    """Whether any filter is set."""
    return any(session.recall(f"compare-{name}") for name in ("text", "dataset", "state", "network", "starred"))


def clear_filters() -> None:
    """Show all runs again."""
    for name in ("text", "dataset", "state", "network"):
        _keep(name, EVERY)
    _keep("starred", False)


def _search() -> str:
    key = "compare-search"
    text: str = session.recall("compare-text", EVERY)
    session.show_value(key, text)
    return st.text_input(
        _("Search"),
        text,
        key=key,
        placeholder=_("name, note, data or network"),
        icon=":material/search:",
        max_chars=100,
        on_change=lambda: _keep("text", session.widget_value(key)),
        width=200,
    )


def _filter(name: str, label: str, values: set[str], words: Callable[[str], str]) -> str:
    """A box with the values that occur; one that was chosen and occurs no more filters nothing."""
    key, options = f"compare-filter-{name}", [EVERY, *sorted(values, key=lambda value: words(value).casefold())]
    kept = str(session.recall(f"compare-{name}", EVERY))
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
    shown = bool(session.recall("compare-starred", False))
    session.show_value(key, shown)
    return st.toggle(
        _("Starred"), shown, key=key, on_change=lambda: _keep("starred", session.widget_value(key)), width="content"
    )


def _keep(name: str, value: object) -> None:
    session.remember(f"compare-{name}", value)
    session.remember(PAGE, 0)
