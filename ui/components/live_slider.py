"""A slider whose value reaches the app while it is dragged; `st.slider` sends it only on release.

Its value is state of the component, not a trigger: the browser sends it along with every request, so that the last one
arrives even where the connection was lost meanwhile. The number beside it makes the same value new when it is set again
after the app has changed it, and goes back (`received`) so that the browser knows what has been answered.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from core.i18n import _
from ui import session
from ui.components.mount import register

_mount = register(
    "live_slider",
    """
    <div class="slider" data-testid="studio-live-slider">
      <div class="head">
        <label for="thumb"></label>
        <span class="help"><button type="button" aria-describedby="about">
          <svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="10"></circle>
            <path d="M9.09 9a3 3 0 0 1 5.83 1c0 2-3 3-3 3M12 17h.01"></path></svg>
        </button><span class="about" id="about" role="tooltip" dir="auto"></span></span>
      </div>
      <div class="body">
        <div class="rail" aria-hidden="true"><div class="fill"></div><div class="value"><span></span></div></div>
        <input type="range" id="thumb" aria-describedby="about">
        <div class="ends" aria-hidden="true"><span></span><span></span></div>
      </div>
    </div>
    """,
)


def live_slider(
    label: str,
    min_value: float,
    max_value: float,
    step: float,
    *,
    value: float,
    key: str,
    help: str | None = None,
    disabled: bool = False,
    on_change: Callable[[float], None],
) -> None:
    """Show `value` on a slider and call `on_change` with each new one while a person moves it.

    The browser sends a value at once, and the next one when the page that the last one led to is complete: a page of
    40 ms follows the thumb about ten times a second.

    Args:
        step: Values are `min_value` plus a multiple of it.
        value: What is shown, unless a person holds the thumb just now.
        key: Unique on the page.
        help: Plain text behind a question mark.
        disabled: Only shows its value.
        on_change: Called before the script runs, with a value that is on the grid and in the range.
    """

    def moved() -> None:
        sent = session.widget_value(key).get("moved")
        if disabled or not isinstance(sent, dict):  # it comes from a browser
            return
        if type(sent.get("number")) is int:
            session.remember(_received(key), sent["number"])
        new = on_grid(sent.get("value"), min_value, max_value, step)
        if new is not None:
            on_change(new)

    data = {
        "label": label,
        "help": help or "",
        "disabled": disabled,
        "about": _("Help for {label}").format(label=label),
        "low": min_value,
        "high": max_value,
        "step": step,
        "value": value,
        "received": session.recall(_received(key), 0),
    }
    _mount(key=key, data=data, on_moved_change=moved)


def on_grid(sent: Any, low: float, high: float, step: float) -> float | None:
    """The value of the grid from `low` to `high` next to what a browser sent; None if that is no finite number."""
    if type(sent) not in (int, float) or sent != sent or sent in (math.inf, -math.inf):
        return None
    steps = round((min(max(sent, low), high) - low) / step)
    return float(min(round(low + steps * step, 10), high))  # rounded: 3 * 0.1 is not 0.3


def _received(key: str) -> str:
    return f"{key}.received"
