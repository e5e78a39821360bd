"""The desk of the browser that looks at this page."""

from __future__ import annotations

from core.desk import Desk, desk_of
from ui import session
from ui.services import studio

INBOX = "inbox"  # `DeskState.upload` of files handed over one by one
CHOICES = ("import.side", "import.fit", "import.colour", "import.names", "collect.class")  # made for one import


def my_desk() -> Desk:
    """What this browser has brought in and not made a set of yet."""
    return desk_of(studio().home, session.browser())


def is_preparing() -> bool:
    """Whether something is being made into a set on this browser's desk; the page then shows that."""
    state = my_desk().state()
    return state.is_collecting or bool(state.upload and state.look)


def step_back() -> None:
    """Leave the look at an import: photos gathered class by class are gathered on, anything else is forgotten."""
    desk = my_desk()
    if desk.state().classes:
        desk.change(upload="", look="", is_collecting=True)
    else:
        discard()


def discard() -> None:
    """Forget what was handed over, and the choices made for it."""
    desk = my_desk()
    desk.clear_upload()
    desk.clear_inbox()
    desk.change(upload="", look="", title="", is_collecting=False, classes=(), target="")
    for name in CHOICES:
        session.remember(name, None)
