"""What stands below the matrix: one tab a question about the exam; only the open one is drawn."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.i18n import N_, _
from ui import session
from ui.exam.confidence import confidence
from ui.exam.curves import run_curves
from ui.exam.losses import top_losses
from ui.exam.report import report
from ui.exam.shown import Shown
from ui.explain.view import explain
from ui.pins.film import through_time

TABS: dict[str, tuple[str, Callable[[Shown], None]]] = {
    "report": (N_("Report"), report),
    "mistakes": (N_("Worst mistakes"), top_losses),
    "confidence": (N_("How sure it is"), confidence),
    "explain": (N_("Explain a photo"), explain),
    "time": (N_("Through time"), through_time),
    "curves": (N_("Curves"), run_curves),
}
KEY = "exam-tab"


def open_tab(run: str, name: str) -> None:
    """Make the tab with this name the open one when the page is drawn next."""
    session.set_view(run, "tab", name)


def exam_tabs(shown: Shown) -> None:
    """The tabs; which one is open stands in the page's address."""
    labels = {_(title): name for name, (title, _draw) in TABS.items()}
    asked = session.view(shown.run.id, "tab")
    shown_first = next((label for label, name in labels.items() if name == asked), next(iter(labels)))
    session.show_value(KEY, shown_first)
    tabs = st.tabs(
        list(labels),
        default=shown_first,
        key=KEY,
        on_change=lambda: open_tab(shown.run.id, labels.get(session.widget_value(KEY), "")),
    )
    for tab, (_title, draw) in zip(tabs, TABS.values(), strict=True):
        if tab.open:
            with tab:
                draw(shown)
