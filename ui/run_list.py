"""The last runs with state and score; a press shows one."""

from __future__ import annotations

import time
from itertools import islice

import streamlit as st

from core.i18n import _
from core.runs.summary import RunSummary
from ui import format, session
from ui.access import visible_listing
from ui.html import plain
from ui.navigation import go
from ui.whose import marked
from ui.words import state_name

WIDTHS = (3, 2, 2, 3, 2)


def run_list(limit: int, title: str) -> None:
    """A table of the newest runs; nothing where there are none."""
    readable = (run for run in visible_listing().runs if run.is_readable)
    runs = list(islice(readable, limit))
    if not runs:
        return
    st.subheader(title)
    heads = (_("Run"), _("State"), _("Test accuracy"), _("Data"), _("When"))
    with st.container(key="run-list"):
        with st.container(key="run-list-heads"):
            for column, head in zip(st.columns(WIDTHS), heads, strict=True):
                column.caption(head)
        for run in runs:
            _row(run)


def _row(run: RunSummary) -> None:
    name, state, score, data, when = st.columns(WIDTHS, vertical_alignment="center")
    if name.button(plain(marked(run.name, run.access)), key=f"run-{run.id}", type="tertiary"):
        session.look_at(run.id)
        go("train")
    state.text(state_name(run.state))
    score.text(format.percent(run.score))
    data.text(_(run.title))
    when.text(time.strftime("%d %b %H:%M", time.localtime(run.created_at)))
