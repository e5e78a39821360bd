"""A place on a page that is scrolled into view when the reader asked for what stands there."""

from __future__ import annotations

from ui.components.mount import register

_mount = register("reveal", '<div class="place"></div>')


def reveal(times: int, *, key: str) -> None:
    """Mark this place; the page scrolls here each time that `times` has grown.

    Args:
        times: How often the reader has asked for it so far.
    """
    _mount(key=key, data={"times": times})
