"""The notebook's two mistakes as experiments: what to expect of each, and what came of it beside the right route."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.i18n import _
from core.routes import Mistake
from core.runs.folder import ACTIVE, RunFolder, State
from core.runs.history import History, history_of
from core.spec import RunSpec
from ui import format, session
from ui.access import newest_runs
from ui.errors import errors_shown
from ui.held import not_in_lesson
from ui.html import plain
from ui.navigation import go
from ui.routes.start import begin
from ui.routes.words import EXPECTED, LOOKS, MISTAKES
from ui.side_by_side import standing


def mistakes(
    specs: Mapping[Mistake, RunSpec], runs: Mapping[Mistake, RunFolder], right: float | None, can_start: bool
) -> None:
    """Two cards, folded until somebody opens them.

    Args:
        right: Test accuracy of the route that each differs from in one thing, 0 to 1; None while it is not there.
        can_start: Whether anything on these pictures could be trained now.
    """
    with st.expander(_("Two mistakes of the notebook, to try"), icon=":material/science:"):
        for column, mistake in zip(st.columns(2, gap="medium"), specs, strict=True):
            with column, st.container(border=True, height="stretch", key=f"mistake-{mistake}"):
                _card(mistake, specs[mistake], runs.get(mistake), right, can_start)


def _card(mistake: Mistake, spec: RunSpec, run: RunFolder | None, right: float | None, can_start: bool) -> None:
    status, history = (run.status(), history_of(run.events)) if run else (None, History())
    st.markdown(f"**{_(MISTAKES[mistake])}**")
    st.write(_(EXPECTED[mistake]))
    with st.container(horizontal=True):
        st.metric(_("With the mistake"), format.percent(status.test_accuracy if status else None), width="content")
        st.metric(_(LOOKS["features"].name), format.percent(right), width="content")
    st.caption(plain(standing(run, status, history, spec.training.epochs)))
    if status and status.message:
        st.warning(plain(_(status.message)), icon=":material/info:")
    going, kept = status is not None and status.state in ACTIVE, not_in_lesson(spec)
    with st.container(horizontal=True):
        waits = going or bool(kept) or not can_start
        label = _("Try it again") if status and status.state in (State.FINISHED, State.FAILED) else _("Try it")
        if st.button(label, icon=":material/science:", disabled=waits, key=f"try-{mistake}"):
            with errors_shown():
                _try(mistake, spec)
                st.rerun()
        if run and st.button(_("See this run"), type="tertiary", key=f"see-{mistake}"):
            session.look_at(run.id)
            go("train")
    if kept and not going:
        st.caption(kept)


def _try(mistake: Mistake, spec: RunSpec) -> None:
    """Queue it, unless another browser has done so since this page was drawn."""
    run = newest_runs({mistake: spec}).get(mistake)
    if not (run and run.status().state in ACTIVE):
        begin(run, spec, _(MISTAKES[mistake]))
