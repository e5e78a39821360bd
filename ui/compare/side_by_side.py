"""The comparison below the table: what differs, the curves, the matrices, the mistakes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core.i18n import N_, _, ngettext
from core.runs.notes import about_of
from ui import format, session
from ui.compare.changes import delete
from ui.compare.chosen import MOST, Compared
from ui.compare.curves import compared_curves
from ui.compare.matrices import matrices
from ui.compare.mistakes import mistakes
from ui.compare.scores import scores_table
from ui.compare.settings import settings_table

TABS: dict[str, tuple[str, Callable[[Sequence[Compared]], None]]] = {
    "curves": (N_("Curves"), compared_curves),
    "matrices": (N_("Matrices"), matrices),
    "mistakes": (N_("Mistakes"), mistakes),
}
TAB = "compare-tab"


def comparison(runs: Sequence[Compared]) -> None:
    """All that tells these runs apart; with fewer than two, how to choose them."""
    _bar(runs)
    if len(runs) < 2:
        return
    scores_table(runs)
    st.markdown(f"**{_('What was set differently')}**")
    settings_table(runs)
    _notes(runs)
    labels = {_(title): name for name, (title, _draw) in TABS.items()}
    kept = session.recall(TAB)
    session.show_value(TAB, kept if kept in labels else next(iter(labels)))
    tabs = st.tabs(list(labels), key=TAB, on_change=lambda: session.remember(TAB, session.widget_value(TAB)))
    for tab, (_title, draw) in zip(tabs, TABS.values(), strict=True):
        if tab.open:
            with tab:
                draw(runs)


def _bar(runs: Sequence[Compared]) -> None:
    """How many are chosen, and what can be done with them all."""
    with st.container(horizontal=True, vertical_alignment="center", key="compare-bar"):
        if len(runs) < 2:
            left = _("Tick 2 to {most} runs to compare them.") if not runs else _("Tick another run to compare them.")
            st.markdown(left.format(most=MOST), width="stretch")
        else:
            text = _("##### {count} runs compared").format(count=len(runs))
            st.markdown(text, width="stretch")
        if runs:
            label = _("Untick all")
            st.button(label, icon=":material/close:", type="tertiary", on_click=session.compare, args=((),))
            label = ngettext("Delete {count} run", "Delete {count} runs", len(runs))
            st.button(
                label.format(count=format.count(len(runs))),
                icon=":material/delete:",
                type="tertiary",
                on_click=delete,
                args=([run.run.id for run in runs],),
                key="delete-chosen",
            )


def _notes(runs: Sequence[Compared]) -> None:
    """What was written about these runs."""
    notes = [(run, note) for run in runs if (note := about_of(run.run).note)]
    for run, note in notes:
        st.html(f"<div class='compared-note'>{run.tag}</div>")
        st.text(note)
