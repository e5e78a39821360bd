"""Every string a person reads goes through `_()`: gettext, with the language chosen per browser by the UI.

Core does not know who is reading, so the UI installs a function that answers with the language of the moment
(`set_language_source`); the command line and the workers keep English. Texts that stand in tables at import time are
marked with `N_()` and translated where they are shown.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

DOMAIN = "cnn_studio"
LOCALES = Path(__file__).parent / "locale"
SOURCE_LANGUAGE = "en"

_language_source: Callable[[], str] = lambda: SOURCE_LANGUAGE  # noqa: E731


def set_language_source(source: Callable[[], str]) -> None:
    """Install the function that names the reader's language, such as "en" or "ko", at each call."""
    global _language_source
    _language_source = source


@lru_cache(maxsize=16)
def _translations(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, LOCALES, languages=[language], fallback=True)


def _(message: str) -> str:
    """Translate `message` into the reader's language; without a translation it stays English."""
    return _translations(_language_source()).gettext(message) if message else ""


def ngettext(singular: str, plural: str, count: int) -> str:
    """Translate a text that depends on a count, by the rules of the reader's language."""
    return _translations(_language_source()).ngettext(singular, plural, count)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name
    """Mark a text of a table for extraction; `_()` translates it where it is shown."""
    return message
