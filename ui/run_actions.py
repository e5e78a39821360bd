"""What a press asks of a run that is there. Only those whose it is may; a button of another page may be old."""

from __future__ import annotations

from core.runs.folder import Request
from ui.access import my_run, visible_listing
from ui.errors import errors_shown
from ui.services import studio


def ask(run_id: str, request: Request) -> None:
    """Ask the run's worker to pause, to stop or to finish its epoch."""
    with errors_shown():
        my_run(run_id).ask(request)


def resume(run_id: str) -> None:
    """Let a run that was left go on."""
    with errors_shown():
        studio().queue.resume(my_run(run_id).id)
        visible_listing(now=True)
