"""The signs of strangers' texts: those that cannot be seen, and those that turn a line around, are left out."""

from __future__ import annotations

import unicodedata

_JOINERS = "\u200c\u200d"  # invisible, but Persian words and family emoji need them


def visible(text: str, but: str = "") -> str:
    """`text` without control, format, surrogate and unassigned characters, except those in `but`."""
    kept = _JOINERS + but
    return "".join(sign for sign in text if sign in kept or unicodedata.category(sign)[0] != "C")
