"""Answers a second to what a camera sees, shown in a real Chromium: at least 4 with the MNIST notebook's CNN.

The app, the worker and Chromium with its made-up webcam (a turning disc with a clock) share this computer. An answer
counts when the page shows another "what the network saw": its picture was taken, sent, decoded, answered and drawn. The
last line's ratio is answers a second over the goal. Weights are random, which changes no time.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent))
from benchmarks.common import at_least, quick, temporary_home
from benchmarks.gradcam import SPECS, untrained
from tests.browser.conftest import FLAGS, Server, installed_chromium

GOAL = 4.0  # answers a second
WARM_UP = 5_000  # ms; the worker loads the model, and looks at training pictures once
COUNT = """(image, seconds) => new Promise((done) => {
  const root = image.getRootNode(), seen = new Set(), end = performance.now() + 1000 * seconds;
  const look = (now) => {
    seen.add(root.querySelector("img").src);
    if (now < end) requestAnimationFrame(look);
    else done(seen.size - 1);
  };
  requestAnimationFrame(look);
})"""


def answers_a_second(page: Page, url: str, seconds: float) -> float:
    """How many answers the page shows, on average."""
    page.goto(url)
    page.get_by_text("Camera", exact=True).click()
    page.get_by_role("button", name="Turn the camera on").click()
    page.get_by_text("answers a second").wait_for()
    page.wait_for_timeout(WARM_UP)
    shown: int = page.get_by_test_id("studio-gallery").last.locator("img").evaluate(COUNT, seconds)
    return shown / seconds


def main() -> None:
    """Run it."""
    webcam = ["--use-fake-device-for-media-stream"]
    with temporary_home() as home, sync_playwright() as playwright:
        run = untrained(home, SPECS["MNIST's CNN at 28 px"])
        server = Server(home.root)
        try:
            browser = playwright.chromium.launch(executable_path=installed_chromium(), args=[*FLAGS, *webcam])
            page = browser.new_context(permissions=["camera"]).new_page()
            page.set_default_timeout(60_000)
            pace = answers_a_second(page, f"{server.url}/classify?run={run.id}", 15.0 if quick() else 60.0)
            browser.close()
        finally:
            server.stop()
    print(f"{pace:.1f} answers a second", flush=True)
    at_least("live_camera", pace / GOAL, 1.0)


if __name__ == "__main__":
    main()
