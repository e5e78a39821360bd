"""The last runs with state and score; a press shows one."""

from __future__ import annotations

import time

import streamlit as st

from core.errors import StudioError
from core.exams import score as score_of
from core.i18n import _
from core.runs.folder import RunFolder, list_runs
from core.runs.notes import run_name
from ui import format, session
from ui.html import plain
from ui.navigation import go
from ui.services import studio
from ui.words import state_name

WIDTHS = (3, 2, 2, 3, 2)


def run_list(limit: int, title: str) -> None:
    """A table of the newest runs; nothing where there are none."""
    runs = list_runs(studio().home, limit)
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


def _row(run: RunFolder) -> None:
    try:
        info, status = run.info(), run.status()
    except StudioError:
        return
    name, state, score, data, when = st.columns(WIDTHS, vertical_alignment="center")
    if name.button(plain(run_name(run)), key=f"run-{run.id}", type="tertiary"):
        session.look_at(run.id)
        go("train")
    state.text(state_name(status.state))
    score.text(format.percent(score_of(run, status)))
    data.text(_(info.dataset_title))
    when.text(time.strftime("%d %b %H:%M", time.localtime(info.created_at)))
