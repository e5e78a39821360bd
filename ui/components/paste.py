"""A picture from the clipboard: with Ctrl+V anywhere on the page, or with a button where the browser lends it."""

from __future__ import annotations

import base64
from typing import Any

from core.errors import DataError
from core.i18n import _
from ui.components.mount import register
from ui.format import size

MAX_BYTES = 40_000_000  # of a picture; screenshots of large screens take some megabytes

_mount = register(
    "paste",
    '<div class="paste" data-testid="studio-paste"><button type="button"></button><p></p></div>',
    shared_styles=["button"],
)


def pasted_picture(*, key: str) -> bytes | None:
    """Show the button and return the picture that has just been pasted, once.

    Returns:
        A picture file, not yet decoded: strangers' bytes.

    Raises:
        DataError: If it is over `MAX_BYTES`, or damaged.
    """
    data = {
        "most": MAX_BYTES,
        "words": {
            "button": _("Paste a picture"),
            "keys": _("or press Ctrl+V (⌘V)"),
            "only_keys": _("Copy a picture, then press Ctrl+V (⌘V) on this page."),
            "none": _("There is no picture in the clipboard. Copy one first."),
            "refused": _("The browser does not lend the clipboard to this button. Press Ctrl+V (⌘V) instead."),
            "large": _("At most {most} can be pasted. Drop the file instead.").format(most=size(MAX_BYTES)),
        },
    }
    result = _mount(key=key, data=data, on_pasted_change=lambda: None)
    return decode_pasted(result.get("pasted"))


def decode_pasted(sent: Any) -> bytes | None:
    """The file in the base64 text that a browser sent; None for nothing.

    Raises:
        DataError: If it is something else, or more than `MAX_BYTES`.
    """
    if sent is None:
        return None
    if isinstance(sent, str) and sent and len(sent) * 3 // 4 <= MAX_BYTES + 3:
        try:
            return base64.b64decode(sent, validate=True)
        except ValueError:
            pass
    raise DataError(_("Expected a pasted picture, got something else. Copy it once more, or drop the file."))
