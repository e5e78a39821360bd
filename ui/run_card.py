"""The small live card in the sidebar: the run in progress, on every page."""

from __future__ import annotations

import streamlit as st

from core.errors import StudioError
from core.i18n import _
from core.runs.events import Stage
from core.runs.folder import ACTIVE, Request, RunFolder
from core.runs.history import History, history_of
from core.runs.notes import run_name
from ui import format, session
from ui.access import may_change, recheck, visible_run
from ui.html import escaped, plain
from ui.navigation import link_to
from ui.run_actions import ask

REFRESH = 1.0  # seconds


def run_card() -> None:
    """Show the chosen run in the sidebar while it goes on."""
    try:
        run = visible_run(session.run_id() or "")
    except StudioError:
        return
    if run.status().state in ACTIVE:
        with st.sidebar:
            st.fragment(_card, run_every=REFRESH)(run)


def _card(run: RunFolder) -> None:
    recheck(run)
    status, history = run.status(), history_of(run.events)
    if status.state not in ACTIVE:
        st.rerun()
    done = (history.epoch + history.batch / max(history.steps, 1)) / max(history.epochs_planned, 1)
    with st.container(border=True, key="run-card"):
        link_to("train", f"**{plain(run_name(run))}**")
        st.progress(min(1.0, done))
        st.html(f"<div class='studio-card'>{escaped(_line(history))}</div>")
        if may_change(run):
            _buttons(run)


def _buttons(run: RunFolder) -> None:
    with st.container(horizontal=True):
        for request, label in ((Request.PAUSE, _("Pause")), (Request.STOP, _("Stop"))):
            disabled = not run.can_ask(request)
            st.button(label, key=f"card-{request}", on_click=ask, args=(run.id, request), disabled=disabled)


def _line(history: History) -> str:
    left = format.duration(history.seconds_left)
    if history.stage == Stage.EXTRACTING:
        done, total = format.count(history.extracted), format.count(history.to_extract)
        return _("frozen part {done}/{total} · {time} left").format(done=done, total=total, time=left)
    accuracy = format.percent(history.records[-1].val_accuracy if history.records else None)
    return _("accuracy {accuracy} · {time} left").format(accuracy=accuracy, time=left)
