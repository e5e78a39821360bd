"""A sheet to draw on with mouse, finger or pen; what is drawn reaches the app while it is drawn.

Its value is state of the component, as `live_slider` says why: one drawing is under way at a time, the newest waits.
"""

from __future__ import annotations

import base64
from typing import Any

from core.errors import DataError
from core.i18n import _
from ui import session
from ui.components.mount import register

MAX_BYTES = 500_000  # of a drawing, a PNG of `SIDE` px; two colours take some kilobytes
SIDE = 168  # px of what is sent
EVERY = 200  # ms between two drawings sent, at least

_mount = register(
    "sketch",
    """
    <div class="sketch" role="group" data-testid="studio-sketch">
      <canvas width="504" height="504" role="img"></canvas>
      <div class="tools">
        <label class="brush"><span></span><input type="range" min="4" max="24" step="1" value="11"></label>
        <button type="button" class="clear"></button>
      </div>
      <p class="note"></p>
    </div>
    """,
    shared_styles=["button"],
)


def sketch(*, key: str, light_on_dark: bool) -> bytes | None:
    """Show the sheet and return the drawing as a PNG of `SIDE` px; None while nothing is drawn.

    The script, or the fragment that this stands in, runs again with each drawing, at most five times a second.

    Args:
        light_on_dark: Whether a white pen draws on a black sheet; else black on white.

    Raises:
        DataError: If something else came from the browser.
    """
    data = {
        "dark": light_on_dark,
        "side": SIDE,
        "every": EVERY,
        "received": session.recall(_received(key), 0),
        "words": {
            "sheet": _("Sheet to draw on"),
            "brush": _("Pen"),
            "clear": _("Clear"),
            "note": _("Draw with the mouse, a finger or a pen. With the keyboard: take a sample or drop a photo."),
        },
    }
    result = _mount(key=key, data=data, default={"drawn": None}, on_drawn_change=lambda: _arrived(key))
    return decode_drawing(result.get("drawn"))


def decode_drawing(sent: Any) -> bytes | None:
    """The PNG in what a browser sent: {"number": int, "image": base64 text}, or None where it is empty.

    Raises:
        DataError: If it is something else, or more than `MAX_BYTES`.
    """
    if sent is None or (isinstance(sent, dict) and sent.get("image") == ""):
        return None
    image = sent.get("image") if isinstance(sent, dict) else None
    if isinstance(image, str) and len(image) <= MAX_BYTES:
        try:
            return base64.b64decode(image, validate=True)
        except ValueError:
            pass
    raise DataError(_("Expected a drawing, got something else. Clear the sheet and draw once more."))


def _arrived(key: str) -> None:
    sent = session.widget_value(key).get("drawn")
    number = sent.get("number") if isinstance(sent, dict) else None
    session.remember(_received(key), number if type(number) is int else 0)


def _received(key: str) -> str:
    return f"{key}.received"
