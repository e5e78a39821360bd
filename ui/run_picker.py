"""Choose among the last runs; the choice holds for every page."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import streamlit as st

from core.datasets.dataset import DatasetMeta
from core.errors import StudioError
from core.i18n import _
from core.runs.folder import RunFolder, State
from core.runs.summary import RunSummary, summarize
from ui import format, session
from ui.access import visible_listing, visible_run
from ui.html import plain
from ui.whose import marked
from ui.words import STATES

RECENT = 50  # runs offered
KEY = "run-picker"

Suits = Callable[[RunSummary], bool]


def page_run(label: str, nothing: Callable[[], None], suits: Suits = lambda _run: True) -> RunFolder | None:
    """The run that this browser looks at, for a page that is about one, with a box to look at another.

    Where it looks at none, that is from now on the newest one that suits. One that cannot be shown is never replaced
    in silence: the page says why and is about none until a person picks another, so that no answer comes from a model
    that its address does not name.

    Args:
        nothing: Called where there is no run to offer.
    """
    offered = _newest(suits)
    if session.run_id() is None and offered:
        session.look_at(offered[0].id)
        st.rerun()  # the road was drawn before
    run, problem = _looked_at(suits)
    if problem:
        st.warning(plain(problem), icon=":material/search_off:")
    if run or offered:
        _box(label, offered, run)
    else:
        nothing()
    return run


def pick_run(label: str, suits: Suits) -> RunFolder | None:
    """The run that this browser looks at, where it suits, else the newest one that does, with a box to pick another.

    None, and nothing shown, where none suits.
    """
    offered = _newest(suits)
    run, _problem = _looked_at(suits)
    if not (run or offered):
        return None
    run = run or visible_run(offered[0].id)
    _box(label, offered, run)
    return run


def has_learnt(run: RunSummary, meta: DatasetMeta) -> bool:
    """Whether a run has been trained to its end on these very pictures."""
    return run.content_hash == meta.content_hash and run.state == State.FINISHED


def run_label(run: RunSummary) -> str:
    """ "Run 12 · 97.4 % · Handwritten digits", and whose it is where it is another's."""
    standing = format.percent(run.score) if run.score is not None else _(STATES[run.state]).lower()
    if run.score is not None and run.state != State.FINISHED:
        standing += f" ({_(STATES[run.state]).lower()})"
    return marked(f"{run.name} · {standing} · {_(run.title)}", run.access)


def _newest(suits: Suits) -> list[RunSummary]:
    return list(islice((run for run in visible_listing().runs if run.is_readable and suits(run)), RECENT))


def _looked_at(suits: Suits) -> tuple[RunFolder | None, str]:
    """The run that this browser looks at; none and why, where it cannot be shown."""
    if not (run_id := session.run_id()):
        return None, ""
    try:
        run = visible_run(run_id)
    except StudioError as error:
        return None, str(error)
    summary = _summary(run)
    if suits(summary):
        return run, ""
    return None, _("{run} has no model: it has not finished an epoch. Pick another one.").format(run=summary.name)


def _summary(run: RunFolder) -> RunSummary:
    """As it is listed; of many runs the index reads the newest first."""
    return next((one for one in visible_listing().runs if one.id == run.id), None) or summarize(run)


def _box(label: str, offered: list[RunSummary], run: RunFolder | None) -> None:
    """The runs to pick from, the one looked at among them, however many are newer."""
    if run and run.id not in {one.id for one in offered}:
        offered = [*offered, _summary(run)]
    labels = {one.id: run_label(one) for one in offered}
    key = KEY if run else f"{KEY}-another"  # a box that may be empty can be emptied: only that of no run
    session.show_value(key, run.id if run else None)
    st.selectbox(
        label,
        list(labels),
        index=list(labels).index(run.id) if run else None,
        key=key,
        format_func=lambda one: labels.get(one, one),
        placeholder=_("Pick another one"),
        on_change=lambda: session.look_at(session.widget_value(key)),
    )
