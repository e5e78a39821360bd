"""Keep it: what a trained model can be taken away as, each made on a press; and runs from another CNN Studio."""

import streamlit as st

from core.i18n import _
from core.runs.folder import RunFolder
from ui.export.arrivals import import_card, take_bundle
from ui.export.cards import export_card
from ui.export.purposes import PURPOSES
from ui.first_run import nothing_yet
from ui.run_picker import page_run

PAIR = 2  # cards side by side


def cards(run: RunFolder) -> None:
    """A card for each purpose, and the one that brings runs in."""
    names = [*PURPOSES, ""]
    for first in range(0, len(names), PAIR):
        with st.container(key=f"wide-export-{first}"):
            for column, name in zip(st.columns(PAIR), names[first : first + PAIR], strict=True):
                with column:
                    export_card(run, name) if name else import_card()


def nothing_to_keep() -> None:
    """The way to the first model."""
    nothing_yet(
        _("No model to keep yet"),
        _("Train one first. Then it can be taken away: for Python, for a phone, as a report, as code."),
    )


take_bundle()
if run := page_run(_("Model"), nothing_to_keep, lambda run: run.has_model):
    cards(run)
else:
    import_card()
