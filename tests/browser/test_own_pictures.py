"""Own pictures in a real browser: from a ZIP to a set, its versions and its files; and what nobody else sees of it."""

from __future__ import annotations

import io
import re
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from core.datasets.store import list_datasets, open_dataset
from core.home import Home
from tests.browser.conftest import PATIENCE, Server
from tests.browser.dropping import drop
from ui.browser_cookie import NAME

expect.set_options(timeout=PATIENCE)


def photo(number: int, size: tuple[int, int] = (60, 40)) -> bytes:
    small = np.random.default_rng(number).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(small).resize(size, Image.Resampling.BICUBIC).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    """Two classes of ten photos, one of them twice, and a file that is no photo."""
    path = tmp_path / "zoo.zip"
    with ZipFile(path, "w") as archive:
        for place, name in enumerate(("gnu", "yak")):
            for number in range(10):
                archive.writestr(f"zoo/{name}/{number}.png", photo(100 * place + number))
        archive.writestr("zoo/yak/again.png", photo(100))
        archive.writestr("zoo/gnu/broken.jpg", b"nothing")
    return path


def mine(page: Page, server: Server) -> None:
    """The Data page, at one's own pictures."""
    page.goto(f"{server.url}/data")
    page.get_by_text("My pictures", exact=True).click()


def added(page: Page, server: Server, path: Path) -> None:
    """Hand a file over and add what is in it."""
    mine(page, server)
    if page.get_by_text("Add another set").count():
        page.get_by_text("Add another set").click()
    page.locator("input[type=file]").first.set_input_files(path)
    page.get_by_role("button", name="Add this set").click()
    expect(page.get_by_text("pictures are in the set")).to_be_visible()


def tile(page: Page, place: int) -> None:
    page.locator("[data-testid=studio-gallery] button.tile").nth(place).click()


def test_a_zip_becomes_a_set_its_marks_a_version_and_that_a_file(
    page: Page, server: Server, zoo: Path, tmp_path: Path
) -> None:
    home = Home(server.home)
    mine(page, server)
    page.locator("input[type=file]").first.set_input_files(zoo)
    expect(page.get_by_text("2 classes: gnu (11) · yak (11)")).to_be_visible()
    page.reload()
    page.get_by_text("My pictures", exact=True).click()
    expect(page.get_by_text("2 classes: gnu (11) · yak (11)")).to_be_visible()  # a reload loses nothing
    page.get_by_role("radio", name="Black bars").click()
    page.get_by_role("button", name="Add this set").click()
    expect(page.get_by_text("21 pictures are in the set. 1 file was left out")).to_be_visible()
    first = next(meta for meta in list_datasets(home) if meta.title == "zoo")
    assert (first.fit, first.refused[0].name) == ("pad", "zoo/gnu/broken.jpg")

    expect(page.get_by_text(re.compile("duplicates"))).to_be_visible()
    page.get_by_text("2 duplicates").click()
    page.get_by_role("button", name="Mark all but one of each to be dropped").click()
    expect(page.get_by_text("1 picture dropped")).to_be_visible()
    page.get_by_text("2 duplicates").click()  # back to all pictures
    page.get_by_text("Mark with a click").click()
    tile(page, 0)
    expect(page.get_by_text("2 pictures dropped")).to_be_visible()
    page.reload()
    expect(page.get_by_text("2 pictures dropped")).to_be_visible()
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_text("Version 2 is made")).to_be_visible()
    second = next(meta for meta in list_datasets(home) if meta.parent == first.id)
    assert len(open_dataset(home, second.id)) == 19
    assert len(open_dataset(home, first.id)) == 21

    page.locator(".st-key-own-actions button").nth(1).click()
    page.get_by_role("button", name="Make .npz (NumPy)").click()
    expect(page.get_by_text("ready to be downloaded")).to_be_visible()
    page.locator(".st-key-own-actions button").nth(1).click()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Download")).click()
    download.value.save_as(tmp_path / "zoo.npz")
    with np.load(tmp_path / "zoo.npz") as arrays:
        np.testing.assert_array_equal(arrays["X_train"], open_dataset(home, second.id).images)


def test_a_dropped_folder_becomes_a_set_of_its_folders(page: Page, server: Server, tmp_path: Path) -> None:
    for place, name in enumerate(("emu", "ibis")):
        (tmp_path / "birds" / name).mkdir(parents=True)
        for number in range(5):
            (tmp_path / "birds" / name / f"{number}.png").write_bytes(photo(700 + 10 * place + number))
    mine(page, server)
    if page.get_by_text("Add another set").count():
        page.get_by_text("Add another set").click()
    page.get_by_role("radio", name="Folder").click()
    page.get_by_text("A folder with one folder for each class").wait_for()
    drop(page, page.get_by_test_id("stFileUploaderDropzone"), tmp_path / "birds")
    expect(page.get_by_text("2 classes: emu (5) · ibis (5)")).to_be_visible()
    page.get_by_role("button", name="Add this set").click()
    expect(page.get_by_text("10 pictures are in the set")).to_be_visible()
    assert "birds" in [meta.title for meta in list_datasets(Home(server.home))]


def test_photos_are_gathered_class_by_class(page: Page, server: Server, tmp_path: Path) -> None:
    files = []
    for number in range(6):
        files.append(tmp_path / f"{number}.png")
        files[-1].write_bytes(photo(500 + number))
    mine(page, server)
    if page.get_by_text("Add another set").count():
        page.get_by_text("Add another set").click()
    page.get_by_role("radio", name="By class").click()
    page.get_by_role("button", name="Start").click()
    for name, part in (("T-shirt/top", files[:3]), ("고양이", files[3:])):
        page.get_by_placeholder("hedgehog").fill(name)
        page.get_by_placeholder("hedgehog").press("Enter")
        expect(page.get_by_text(f"Drop photos of {name}")).to_be_visible()
        page.locator("input[type=file]").last.set_input_files(part)
        expect(page.get_by_text(f"{name} · 3")).to_be_visible()
    page.get_by_role("button", name="Take away 2.png").click()
    expect(page.get_by_text("T-shirt/top · 2")).to_be_visible()
    page.get_by_role("button", name="Make a set of them").click()
    page.get_by_role("button", name="Add this set").click()
    expect(page.get_by_text("5 pictures are in the set")).to_be_visible()
    meta = next(meta for meta in list_datasets(Home(server.home)) if "고양이" in meta.classes)
    assert set(meta.classes) == {"T-shirt/top", "고양이"}


def test_nobody_sees_what_another_browser_prepares(page: Page, browser: Browser, server: Server, zoo: Path) -> None:
    mine(page, server)
    if page.get_by_text("Add another set").count():
        page.get_by_text("Add another set").click()
    page.locator("input[type=file]").first.set_input_files(zoo)
    expect(page.get_by_role("button", name="Add this set")).to_be_visible()
    context = browser.new_context()
    other = context.new_page()
    mine(other, server)
    expect(other.get_by_text("Bring your own pictures")).to_be_visible()
    expect(other.get_by_role("button", name="Add this set")).to_have_count(0)
    cookies = [cookie for each in (page.context, context) for cookie in each.cookies() if cookie["name"] == NAME]
    assert len({cookie["value"] for cookie in cookies}) == 2
    context.close()
