"""Choose among the last runs; the choice holds for every page."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import streamlit as st

from core.datasets.dataset import DatasetMeta
from core.errors import StudioError
from core.exams import score
from core.i18n import _
from core.runs.folder import RunFolder, State, list_runs, open_run
from core.runs.notes import run_name
from ui import format, session
from ui.html import plain
from ui.services import studio
from ui.words import STATES

RECENT = 50  # runs offered
LOOKED_AT = 500  # newest runs among which those that suit are looked for
KEY = "run-picker"


def pick_run(label: str, suits: Callable[[RunFolder], bool] = lambda _run: True) -> RunFolder | None:
    """A box with the last runs that suit, with their scores; None, and nothing shown, where there is none.

    It shows the run that this browser looks at, or the newest one.
    """
    fitting = islice(filter(suits, _candidates()), RECENT)
    runs = {run.id: name for run in fitting if (name := run_label(run))}
    if not runs:
        return None
    chosen = session.run_id()
    session.show_value(KEY, chosen if chosen in runs else next(iter(runs)))
    picked = st.selectbox(
        label,
        runs,
        key=KEY,
        format_func=lambda run: runs.get(run, run),
        on_change=lambda: session.look_at(session.widget_value(KEY)),
    )
    return RunFolder(studio().home.runs / str(picked))


def has_learnt(run: RunFolder, meta: DatasetMeta) -> bool:
    """Whether a run has been trained to its end on these very pictures."""
    try:
        return run.info().content_hash == meta.content_hash and run.status().state == State.FINISHED
    except StudioError:
        return False


def run_label(run: RunFolder) -> str:
    """ "Run 12 · 97.4 % · Handwritten digits"; empty for a folder that cannot be read."""
    try:
        info, status = run.info(), run.status()
    except StudioError:
        return ""
    share = score(run, status)
    standing = format.percent(share) if share is not None else _(STATES[status.state]).lower()
    if share is not None and status.state != State.FINISHED:
        standing += f" ({_(STATES[status.state]).lower()})"
    return f"{run_name(run)} · {standing} · {_(info.dataset_title)}"


def _candidates() -> list[RunFolder]:
    """The newest runs, and the one looked at even where it is older."""
    home, chosen = studio().home, session.run_id()
    recent = list_runs(home, LOOKED_AT)
    if not chosen or chosen in {run.id for run in recent}:
        return recent
    try:
        return [*recent, open_run(home, chosen)]
    except StudioError as error:
        st.warning(plain(str(error)), icon=":material/search_off:")
        session.look_at(None)
        return recent
