"""A run as it goes on: the strip of numbers, the two curves, the buttons."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from core.i18n import _
from core.runs.events import Stage
from core.runs.extraction import NOTABLE, extraction_seconds
from core.runs.folder import ACTIVE, Request, RunFolder, State, Status
from core.runs.history import History, history_of
from core.runs.notes import access_of_run, run_name
from core.runs.store import can_go_on
from ui import format, session
from ui.access import may_change, recheck
from ui.charts import curves
from ui.components.chart import chart
from ui.html import escaped
from ui.pins.live import watched_photos
from ui.run_actions import ask, resume
from ui.services import studio
from ui.whose import browser_name, mark_of
from ui.words import STAGES, state_name

REFRESH = 0.5  # seconds between two looks at a run that goes on
HEIGHT = 330  # px of each chart


def live_run(run: RunFolder) -> None:
    """Show the run, refreshed until it ends; then the page is drawn once more, as a whole."""
    state = run.status().state
    st.fragment(_live, run_every=REFRESH if state in ACTIVE else None)(run, state)


def _live(run: RunFolder, was: State) -> None:
    recheck(run)
    status, history = run.status(), history_of(run.events)
    if status.state != was:  # it began, ended or was resumed: the page around it changes too, and the road above
        st.rerun()
    _strip(run, status, history)
    _buttons(run, status, history)
    info = run.info()
    classes = len(info.classes)
    loss, accuracy = st.columns(2)
    with loss:
        chart(curves(history, "loss", classes), key="loss", height=HEIGHT, alt=_alt(history, "loss"))
    with accuracy:
        chart(curves(history, "accuracy", classes), key="accuracy", height=HEIGHT, alt=_alt(history, "accuracy"))
    if not info.spec.augmentation.is_off:
        st.caption(
            _("Training pictures are varied and so harder; validation pictures are not: their curve may be better.")
        )
    watched_photos(run, info)


def _strip(run: RunFolder, status: Status, history: History) -> None:
    headline = f"<span class='state {status.state}'>{escaped(_headline(run, status, history))}</span>"
    parts = going(history) if status.state == State.RUNNING else gone(history, extraction_seconds(run.events))
    numbers = "".join(f"<span>{part}</span>" for part in parts)
    st.html(f"<div class='studio-strip'>{headline}{numbers}</div>")


def going(history: History) -> list[str]:
    """The numbers of a run that a worker has, as HTML; none before it works on pictures, also after a resume."""
    speed = _("<b>{speed}</b> images/s").format(speed=format.count(history.images_per_second))
    left = format.duration(history.seconds_left)
    if history.stage == Stage.EXTRACTING:
        done, total = format.count(history.extracted), format.count(history.to_extract)
        return [
            _("picture <b>{done}/{total}</b>").format(done=done, total=total),
            speed,
            _("<b>{time}</b> left, then it trains").format(time=left),
        ]
    if history.stage in (None, Stage.LOADING, Stage.BUILDING):
        return []
    epoch = min(history.epoch + 1, history.epochs_planned)
    return [
        _("epoch <b>{epoch}/{epochs}</b>").format(epoch=epoch, epochs=history.epochs_planned),
        _("batch <b>{batch}/{batches}</b>").format(batch=history.batch, batches=history.steps),
        speed,
        _("<b>{time}</b> left").format(time=left),
    ]


def gone(history: History, extracting: float) -> list[str]:
    """The numbers of a run that no worker has, as HTML: how far it came, and what that took.

    Args:
        extracting: Seconds of the frozen part.
    """
    if not history.records:
        return []
    took = format.duration(history.training_seconds)
    time = _("<b>{time}</b> of training").format(time=took)
    if extracting >= NOTABLE:
        once = format.duration(extracting)
        time += " " + _("(+ {time} for the frozen part, once)").format(time=once)
    done = len(history.records)
    return [_("epoch <b>{epoch}/{epochs}</b>").format(epoch=done, epochs=history.epochs_planned), time]


def _headline(run: RunFolder, status: Status, history: History) -> str:
    name = run_name(run)
    if status.state == State.QUEUED:
        return _("{name} waits: number {place} in the queue").format(name=name, place=studio().queue.position(run))
    if status.state == State.RUNNING:
        return f"{name} · {_asked(run) or _(STAGES[history.stage])}"
    return f"{name} · {state_name(status.state)}"


def _asked(run: RunFolder) -> str:
    request = run.request()
    words = {
        Request.PAUSE: _("Pausing"),
        Request.STOP: _("Stopping"),
        Request.FINISH_EPOCH: _("Finishing this epoch"),
    }
    return words[request[0]] if request else ""


def _buttons(run: RunFolder, status: Status, history: History) -> None:
    is_mine = may_change(run)
    if mark_of(access_of_run(run)):
        st.caption(_("Made by {browser}").format(browser=browser_name(run.info().owner)))
    with st.container(horizontal=True, key="run-buttons"):
        if status.state in ACTIVE:
            if not is_mine:
                return
            _ask(run, Request.PAUSE, _("Pause"), ":material/pause:", _("Keep everything and go on later."))
            _ask(run, Request.STOP, _("Stop"), ":material/stop:", _("End here; what was learnt can be used."))
            if status.state == State.RUNNING and history.stage != Stage.EXTRACTING:
                help = _("Train to the end of this epoch, then take the final exam.")
                _ask(run, Request.FINISH_EPOCH, _("Finish this epoch"), ":material/flag:", help)
        else:
            if is_mine and can_go_on(run):
                _resume_button(run, is_next=not history.has_learnt)
            help = _("Take this run's settings over, change what you like and train again. This run stays as it is.")
            if st.button(_("Clone with changes"), icon=":material/content_copy:", help=help):
                session.clone(run.info().spec)
                st.rerun()


def _ask(run: RunFolder, request: Request, label: str, icon: str, help: str) -> None:
    disabled, key = not run.can_ask(request), f"ask-{request}"
    st.button(label, icon=icon, disabled=disabled, help=help, on_click=ask, args=(run.id, request), key=key)


def _resume_button(run: RunFolder, is_next: bool) -> None:
    """Let the run go on; the next step where there is nothing yet to look at."""
    kind: Literal["primary", "secondary"] = "primary" if is_next else "secondary"
    st.button(_("Resume"), type=kind, icon=":material/play_arrow:", on_click=resume, args=(run.id,))


def _alt(history: History, metric: str) -> str:
    if not history.records:
        return _("Chart of {metric}: no epoch is finished yet.").format(metric=metric)
    last = history.records[-1]
    return _("Chart of {metric}: after epoch {epoch}, training {train}, validation {validation}.").format(
        metric=metric,
        epoch=last.epoch + 1,
        train=format.loss(getattr(last, metric)),
        validation=format.loss(getattr(last, f"val_{metric}")),
    )
