"""Take the pictures of the README: start a server on a data home of its own, walk the road, photograph each page.

make screenshots
"""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from zipfile import ZipFile

from playwright.sync_api import Page, sync_playwright

from benchmarks.common import assets
from core.architecture.transfer import Transfer
from core.datasets.store import list_datasets
from core.home import PROJECT, Home
from core.routes import Choices, route_specs
from core.runs.foreground import train_in_foreground
from core.runs.store import list_runs
from core.spec import DataSpec, RunSpec, to_query
from tests.browser.conftest import FLAGS, Server, installed_chromium

FOLDER = PROJECT / "docs" / "screenshots"
SIZE = {"width": 1280, "height": 860}
VGG16 = "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"
RACE = Choices(image_size=64, epochs=8)  # a few minutes for all four
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
    data(page, server)
    page.goto(f"{server.url}/model")
    page.get_by_role("button", name="Train it").wait_for()
    shoot(page, "model")
    transfer(page, server)
    page.goto(f"{server.url}/evaluate?run={run.id}")
    page.locator(".heatmaplayer").first.wait_for()
    shoot(page, "evaluate")
    page.goto(f"{server.url}/classify?run={run.id}")
    page.get_by_text("which the model has never learnt from").wait_for()
    page.wait_for_timeout(SETTLED)
    page.get_by_role("button", name="test picture").nth(4).click()
    page.get_by_text("looks like").first.wait_for(timeout=60_000)
    page.wait_for_timeout(SETTLED)
    page.get_by_text("looks at pictures it learnt from").wait_for(state="hidden", timeout=60_000)
    shoot(page, "classify")


def data(page: Page, server: Server) -> None:
    """Own photos: what comes in, the set, its map, its pictures varied."""
    page.goto(f"{server.url}/data")
    page.get_by_text("My pictures").click()
    page.locator("input[type=file]").first.set_input_files(photos(Path(server.home) / "clothes.zip"))
    page.get_by_role("button", name="Add this set").wait_for()
    shoot(page, "import")
    page.get_by_role("button", name="Add this set").click()
    page.get_by_role("button", name="Vary the pictures").wait_for()
    page.wait_for_timeout(SETTLED)
    shoot(page, "data")
    page.get_by_text("Map", exact=True).click()
    page.locator("[data-testid=studio-chart].ready").last.wait_for()
    shoot(page, "map")
    page.get_by_role("button", name="Vary the pictures").click()
    page.get_by_text("Notebook", exact=True).click()
    page.locator(".st-key-augment-copies img").nth(11).wait_for()
    shoot(page, "augment")


def transfer(page: Page, server: Server) -> None:
    """VGG16 cut at its last convolution, and a race of the four routes on the clothes."""
    home = Home(server.home)
    shutil.copy(assets() / "weights" / VGG16, home.weights)
    clothes = next(meta for meta in list_datasets(home) if meta.title == "clothes")
    settings = RunSpec(
        data=DataSpec(dataset=clothes.id, image_size=RACE.image_size, colour_mode="rgb"),
        architecture=Transfer(train_from="block5_conv3"),
    )
    page.goto(f"{server.url}/model?spec={to_query(settings)}")
    page.get_by_text("on this computer (weights folder)").wait_for()
    page.get_by_role("button", name="Train it").wait_for()
    shoot(page, "transfer")
    for spec in route_specs(settings.data, RACE).values():
        train_in_foreground(home, spec, "", lambda _line: None)
    page.goto(f"{server.url}/routes?spec={to_query(settings)}")
    page.get_by_text(re.compile("(was|were) best|came out alike")).first.wait_for()
    shoot(page, "routes")
    explained(page, server, list_runs(home, 1)[0].id)
    kept(page, server, [run.id for run in list_runs(home, 2)])


def explained(page: Page, server: Server, run: str) -> None:
    """Where a network looks, on one of its photos."""
    page.goto(f"{server.url}/evaluate?run={run}&tab=explain")
    page.get_by_text("is the check that knows nothing").wait_for(timeout=120_000)
    page.get_by_role("tablist").evaluate("tabs => tabs.scrollIntoView()")
    shoot(page, "explain")


def kept(page: Page, server: Server, runs: list[str]) -> None:
    """Two runs compared; what one can be taken away as; settings shared."""
    page.goto(f"{server.url}/compare?runs={','.join(runs)}")
    page.locator("[data-testid=studio-chart].ready").first.wait_for()
    shoot(page, "compare")
    page.goto(f"{server.url}/export?run={runs[0]}")
    page.get_by_role("button", name=re.compile("^Make it")).first.click()
    page.get_by_role("link", name=re.compile("Download")).first.wait_for(timeout=120_000)
    shoot(page, "export")
    page.goto(f"{server.url}/share")
    page.locator("[data-testid=stCode]").first.wait_for()
    shoot(page, "share")


def photos(path: Path) -> Path:
    """A ZIP of the CC0 photos of clothes among the test assets."""
    with ZipFile(path, "w") as archive:
        for file in sorted((assets() / "datasets" / "clothing4_224_cc0").glob("*/*.jpg")):
            archive.write(file, f"clothes/{file.parent.name}/{file.name}")
    return path


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
