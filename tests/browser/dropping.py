"""Files dropped on a page as a hand does it: Chromium itself makes the events, the browser reads the files."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page


def drop(page: Page, area: Locator, *paths: Path) -> None:
    """Drag files or folders over the middle of an area and let them go."""
    area.wait_for()
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    assert box
    there = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    chromium = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        chromium.send("Input.dispatchDragEvent", {"type": kind, **there, "data": data})
    chromium.detach()
