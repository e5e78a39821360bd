"""How a comparison is looked at: in the page's address, so that a reload and a link show the same."""

from __future__ import annotations

from collections.abc import Collection

from ui import session


def shown_as(name: str, key: str, choices: Collection[str]) -> str:
    """Which of the choices holds, the first one unless another was made; the widget with this key shows it."""
    asked = session.view("", name)
    chosen = asked if asked in choices else next(iter(choices))
    session.show_value(key, chosen)
    return chosen


def show_as(name: str, key: str, usual: str) -> None:
    """Keep what was just chosen in the widget with this key; the usual choice is not written into the address."""
    chosen = str(session.widget_value(key))
    session.set_view("", name, "" if chosen == usual else chosen)
