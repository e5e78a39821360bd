"""How many runs of one browser may wait at a time, so that whoever presses Start in a loop fills no disk."""

from __future__ import annotations

from core.access import Viewer
from core.errors import StudioError
from core.home import Home
from core.i18n import _
from core.runs.active import active_runs
from core.runs.folder import State

MOST = 20  # runs


def check_line(home: Home, viewer: Viewer, more: int = 1) -> None:
    """Refuse to queue `more` runs of the viewer where too many would wait; a teacher may queue as many as it likes.

    The index is asked, which knows of ten thousand runs those that wait without reading the others again.

    Raises:
        StudioError: If more than `MOST` would wait.
    """
    if viewer.is_teacher:
        return
    waiting = sum(run.state == State.QUEUED and run.owner == viewer.owner for run in active_runs(home))
    if waiting + more > MOST:
        text = _(
            "At most {most} of your runs can wait at a time; {waiting} wait already, and you asked for {more} more. "
            "Wait until some have begun, or delete some that wait on the Compare page."
        )
        raise StudioError(text.format(most=MOST, waiting=waiting, more=more))
