"""Compare: all runs in one table; of those that are ticked, what tells them apart."""

import streamlit as st

from core.i18n import _
from core.runs.index import index_of
from ui import session
from ui.compare.card import run_card_dialog
from ui.compare.changes import deleted_runs, told
from ui.compare.chosen import compared_runs
from ui.compare.listed import runs_listed
from ui.compare.side_by_side import comparison
from ui.compare.style import compare_style
from ui.first_run import nothing_yet
from ui.services import studio

compare_style()
told()
listing = index_of(studio().home).look(now=True)
if listing.runs:
    chosen = compared_runs()
    if [run.run.id for run in chosen] != list(session.compared()):
        st.caption(_("Some of the runs in this address are not on this computer; they are left out."))
        session.compare(run.run.id for run in chosen)
    runs_listed(listing)
    comparison(chosen)
else:
    nothing_yet(
        _("No runs to compare yet"),
        _(
            "Train two with different settings. Then you see here what differs, whose curve is better, "
            "and which errs where."
        ),
    )
deleted_runs()
run_card_dialog()
