"""Nothing to be seen: while it is there, the fragment or dialog that it stands in is drawn again and again.

A fragment's own `run_every` goes on when there is nothing left to wait for, until the whole page is drawn again; and
that closes a dialog.
"""

from __future__ import annotations

from ui.components.mount import register

_mount = register("look_again", '<div class="again"></div>')


def look_again(every: float, *, key: str) -> None:
    """Have the fragment drawn again as long as it calls this.

    Args:
        every: Seconds between two times.
    """
    _mount(key=key, data={"every": 1000 * every}, on_look_change=lambda: None)
