"""How a comparison is looked at: in the page's address, so that a reload and a link show the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from core.i18n import _
from ui import session
from ui.choice import choice

Choice = TypeVar("Choice", bound=str)


def choose_view(label: str, name: str, key: str, choices: Mapping[Choice, str]) -> Choice:
    """Choices side by side; the one that holds, which is the first until another is made.

    Args:
        name: In the address, where the first choice is not written.
        key: Of the widget.
        choices: What each is called, before translation.
    """
    asked, usual = session.view("", name), next(iter(choices))
    chosen = next((option for option in choices if option == asked), usual)
    words = {option: _(text) for option, text in choices.items()}

    def keep(option: str) -> None:
        session.set_view("", name, "" if option == usual else option)

    choice(label, words, chosen, keep, key=key, label_visibility="collapsed")
    return chosen
