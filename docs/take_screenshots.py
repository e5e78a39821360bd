"""Take the pictures of the README: start a server on a data home of its own, walk the road, photograph each page.

make screenshots
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from core.home import PROJECT, Home
from core.runs.folder import list_runs
from tests.browser.conftest import FLAGS, Server, installed_chromium

FOLDER = PROJECT / "docs" / "screenshots"
SIZE = {"width": 1280, "height": 860}
SETTLED = 1500  # ms until charts and pictures stand still


def shoot(page: Page, name: str) -> None:
    """Photograph what the window shows."""
    page.wait_for_timeout(SETTLED)
    page.screenshot(path=FOLDER / f"{name}.png")


def walk(page: Page, server: Server) -> None:
    """The road from start to answer."""
    page.goto(server.url)
    page.get_by_role("button", name="Train my first CNN").wait_for()
    shoot(page, "start")
    page.get_by_role("button", name="Train my first CNN").click()
    page.wait_for_function("() => (document.querySelector('#studio-chart-loss')?.data?.[1]?.x?.length ?? 0) >= 8")
    page.screenshot(path=FOLDER / "train.png")
    page.get_by_text("are named right").wait_for(timeout=60_000)
    run = list_runs(Home(server.home), 1)[0]
    for name in ("data", "model"):
        page.goto(f"{server.url}/{name}")
        page.get_by_role("button", name="Shape the network" if name == "data" else "Train it").wait_for()
        shoot(page, name)
    page.goto(f"{server.url}/evaluate?run={run.id}")
    page.locator(".heatmaplayer").first.wait_for()
    shoot(page, "evaluate")
    page.goto(f"{server.url}/classify?run={run.id}")
    page.get_by_text("which the model has never learnt from").wait_for()
    page.wait_for_timeout(SETTLED)
    page.get_by_role("button", name="test picture").nth(4).click()
    page.get_by_text("looks like").first.wait_for(timeout=60_000)
    shoot(page, "classify")


def main() -> None:
    """Take them all."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        server = Server(Path(home))
        try:
            browser = playwright.chromium.launch(executable_path=installed_chromium(), args=FLAGS)
            walk(browser.new_page(viewport=SIZE), server)
            browser.close()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
