"""Compare: all runs in one table; of those that are ticked, what tells them apart."""

from core.i18n import _
from ui.access import visible_listing
from ui.compare.card import run_card_dialog
from ui.compare.changes import deleted_runs, told
from ui.compare.chosen import compared_runs, say_left_out
from ui.compare.listed import hidden_runs_line, runs_listed
from ui.compare.side_by_side import comparison
from ui.compare.style import compare_style
from ui.first_run import nothing_yet
from ui.forgetting import forget_button

compare_style()
told()
listing = visible_listing()
chosen = compared_runs()
say_left_out(chosen)
if listing.runs:
    runs_listed(listing)
    comparison(chosen, len(listing.runs))
else:
    nothing_yet(
        _("No runs to compare yet"),
        _(
            "Train two with different settings. Then you see here what differs, whose curve is better, "
            "and which errs where."
        ),
    )
deleted_runs()
hidden_runs_line()
forget_button()
run_card_dialog()
