"""What trains or waits, of everybody, drawn anew each second; one press stops a run, another all of them."""

from __future__ import annotations

import streamlit as st

from core.i18n import _, ngettext
from core.runs.active import active_runs, stop_all
from core.runs.folder import Request, RunFolder, State
from core.runs.network_words import network_line
from core.runs.summary import RunSummary
from ui import format, session
from ui.errors import errors_shown
from ui.html import plain
from ui.navigation import go
from ui.run_actions import ask
from ui.services import studio
from ui.whose import browser_name

REFRESH = 1.0  # seconds
SHOWN = 60  # runs: two for each browser of a class
WIDTHS = (2, 3, 4, 4, 2, 2)  # of whose it is, its name, data and network, progress, time and the button
PRESSED = "class.stopped"  # how often "Stop all" was


@st.fragment(run_every=REFRESH)
def training() -> None:
    """The runs with a button each, and one for all."""
    if not session.viewer().is_teacher:  # left in another tab
        st.rerun()
    runs = sorted(active_runs(studio().home), key=_turn)
    _head(len(runs))
    if not runs:
        st.caption(_("A run that somebody starts appears here by itself."))
        return
    with st.container(key="class-runs"):
        for run in runs[:SHOWN]:
            _row(run)
    if len(runs) > SHOWN:
        st.caption(_("{count} more wait.").format(count=format.count(len(runs) - SHOWN)))


def _turn(run: RunSummary) -> tuple[int, str]:
    """Those that train first, the oldest on top; then those that wait, the next one first."""
    return studio().queue.position(_folder(run)) if run.state == State.QUEUED else 0, run.id


def _head(count: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="class-head"):
        text = ngettext("{count} run trains or waits", "{count} runs train or wait", count)
        head = text.format(count=format.count(count)) if count else _("Nothing trains right now")
        st.markdown(f"##### {head}", width="stretch")
        pressed = session.recall(PRESSED, 0)  # in the key, since the box would else stay open
        with st.popover(_("Stop all"), icon=":material/stop:", disabled=not count, key=f"class-stop-{pressed}"):
            st.markdown(_("Stop the runs of everybody? What they have learnt is kept, and they can go on later."))
            st.button(_("Stop them all"), type="primary", key="class-stop-all", on_click=_stop_all)


def _stop_all() -> None:
    if session.viewer().is_teacher:
        session.remember(PRESSED, session.recall(PRESSED, 0) + 1)
        with errors_shown():
            stop_all(studio().home)


def _row(run: RunSummary) -> None:
    folder = _folder(run)
    whose, name, what, progress, took, stop = st.columns(WIDTHS, vertical_alignment="center")
    whose.text(browser_name(run.owner))
    if name.button(plain(run.name), key=f"class-see-{run.id}", type="tertiary"):
        session.look_at(run.id)
        go("train")
    what.text(f"{_(run.title)} · {network_line(run)}")
    with progress:
        _progress(run, folder)
    took.text(format.duration(run.seconds) if run.seconds else "–")
    stop.button(
        _("Stop"),
        key=f"class-stop-{run.id}",
        icon=":material/stop:",
        disabled=not folder.can_ask(Request.STOP),
        on_click=ask,
        args=(run.id, Request.STOP),
    )


def _progress(run: RunSummary, folder: RunFolder) -> None:
    if run.state == State.QUEUED:
        st.text(_("waits: number {place}").format(place=studio().queue.position(folder)))
        return
    reached = f" · {format.percent(run.best)}" if run.best is not None else ""
    words = _("epoch {epoch}/{epochs}").format(epoch=run.epochs, epochs=run.planned)
    st.progress(min(1.0, run.epochs / max(run.planned, 1)), text=words + reached)


def _folder(run: RunSummary) -> RunFolder:
    return RunFolder(studio().home.runs / run.id)
