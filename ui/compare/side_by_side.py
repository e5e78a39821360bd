"""The comparison below the table: what differs, the curves, the matrices, the mistakes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core.i18n import N_, _, ngettext
from core.runs.notes import about_of
from ui import format, session
from ui.access import may_change
from ui.compare.changes import delete
from ui.compare.chosen import MOST, Compared, watch_compared
from ui.compare.curves import compared_curves
from ui.compare.matrices import matrices
from ui.compare.mistakes import mistakes
from ui.compare.scores import scores_table
from ui.compare.settings import settings_table
from ui.navigation import link_to

TABS: dict[str, tuple[str, Callable[[Sequence[Compared]], None]]] = {
    "curves": (N_("Curves"), compared_curves),
    "matrices": (N_("Matrices"), matrices),
    "mistakes": (N_("Mistakes"), mistakes),
}
TAB = "compare-tab"
PLACE = "compared"  # on the page, where the comparison begins


def comparison(runs: Sequence[Compared], listed: int) -> None:
    """All that tells these runs apart; with fewer than two, how to choose them, of how many are listed."""
    _bar(runs, listed)
    if len(runs) < 2:
        return
    st.html(f"<div id='{PLACE}'></div>")
    scores_table(runs)
    st.markdown(f"**{_('What was set differently')}**")
    settings_table(runs)
    _notes(runs)
    labels = {_(title): name for name, (title, _draw) in TABS.items()}
    asked = session.view("", "tab")
    shown_first = next((label for label, name in labels.items() if name == asked), next(iter(labels)))
    session.show_value(TAB, shown_first)
    tabs = st.tabs(
        list(labels),
        default=shown_first,
        key=TAB,
        on_change=lambda: session.set_view("", "tab", labels.get(session.widget_value(TAB), "")),
    )
    for tab, (_title, draw) in zip(tabs, TABS.values(), strict=True):
        if tab.open:
            with tab:
                draw(runs)
    watch_compared(runs)


def _bar(runs: Sequence[Compared], listed: int) -> None:
    """How many are chosen, and what can be done with them all; once some are, it stays in sight below a long table."""
    key = "compare-bar-sticky" if runs else "compare-bar"
    with st.container(horizontal=True, vertical_alignment="center", key=key):
        if len(runs) > 1:
            text = _("{count} runs compared").format(count=len(runs))
            st.markdown(f"**{text}** · [{_('See it')} ↓](#{PLACE})", width="stretch")
        elif listed == 1:
            st.markdown(_("To compare, train another one, with other settings."), width="stretch")
            link_to("train", _("Train another one"))
        else:
            left = _("Tick another run to compare them.") if runs else _("Tick 2 to {most} runs to compare them.")
            st.markdown(left.format(most=MOST), width="stretch")
        if runs:
            label = _("Untick all")
            st.button(label, icon=":material/close:", type="tertiary", on_click=session.compare, args=((),))
        mine = [run.run.id for run in runs if may_change(run.run)]
        if mine:
            label = ngettext("Delete {count} run", "Delete {count} runs", len(mine))
            st.button(
                label.format(count=format.count(len(mine))),
                icon=":material/delete:",
                type="tertiary",
                on_click=delete,
                args=(mine,),
                key="delete-chosen",
            )


def _notes(runs: Sequence[Compared]) -> None:
    """What was written about these runs."""
    notes = [(run, note) for run in runs if (note := about_of(run.run).note)]
    for run, note in notes:
        st.html(f"<div class='compared-note'>{run.tag}</div>")
        st.text(note)
