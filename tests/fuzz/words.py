"""What a message to a person must be."""

from __future__ import annotations

import re

_LONGEST = 1_000  # characters: three names of files of 200 each, and the sentence around them
_NO_REASON = re.compile(r"(damaged|incomplete|read|npz|zip) \(\)")  # an exception without a text
_NEVER = ("Traceback", "nobody foresaw", "Errno", "Error(", "object at 0x")


def is_plain(text: str) -> bool:
    """Whether these are one or more sentences, on one line, without what only a programmer would say."""
    ends_well = (text[:1].isupper() or text[:1].isdigit()) and text.endswith((".", "?"))
    joiners = text.replace("\u200c", "").replace("\u200d", "")
    hides_nothing = joiners.isprintable() and len(text) <= _LONGEST
    return ends_well and hides_nothing and not _NO_REASON.search(text) and not any(bad in text for bad in _NEVER)
