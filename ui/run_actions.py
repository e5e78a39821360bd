"""What a press asks of a run that is there. Only those whose it is may; a button of another page may be old."""

from __future__ import annotations

from core.runs.folder import Request
from core.runs.waiting import check_line
from ui import session
from ui.access import my_run, visible_listing
from ui.errors import errors_shown
from ui.services import studio


def ask(run_id: str, request: Request) -> None:
    """Ask the run's worker to pause, to stop or to finish its epoch."""
    with errors_shown():
        my_run(run_id).ask(request)


def resume(run_id: str) -> None:
    """Let a run that was left go on; what keeps it from that is shown."""
    with errors_shown():
        go_on(run_id)


def go_on(run_id: str) -> None:
    """Let a run that was left go on.

    Raises:
        StudioError: If it is another's, cannot be read, or too many runs wait.
    """
    run = my_run(run_id)
    check_line(studio().home, session.viewer())
    studio().queue.resume(run.id)
    visible_listing(now=True)
