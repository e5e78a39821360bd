"""The Data page in a real Chromium, as a person uses it: every way to bring pictures in, marks, chips and exports.

tests/browser/test_own_pictures.py walks the whole road once; here is what lies beside it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from zipfile import ZipFile

import numpy as np
import pytest
from filelock import FileLock
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from core.datasets.dataset import Dataset
from core.datasets.importing.bring import bring_in
from core.datasets.importing.photos import PhotoOptions
from core.datasets.store import list_datasets, open_dataset
from core.home import Home
from core.spec import DataSpec, RunSpec, from_query, to_query
from tests.browser.conftest import FLAGS, PATIENCE, Server, installed_chromium
from tests.browser.test_own_pictures import mine, photo

SIDE = 28  # px at which the sets are kept


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium with a made-up webcam."""
    with sync_playwright() as playwright:
        flags = [*FLAGS, "--use-fake-device-for-media-stream"]
        launched = playwright.chromium.launch(executable_path=installed_chromium(), args=flags)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two classes of 20 photos, two of each twice, a broken file, and all of it in a ZIP beside it."""
    folder = tmp_path_factory.mktemp("pictures") / "zoo"
    for place, name in enumerate(("gnu", "yak")):
        (folder / name).mkdir(parents=True)
        for number in range(20):
            (folder / name / f"{number:02}.png").write_bytes(photo(100 * place + number % 18))
    (folder / "gnu" / "broken.jpg").write_bytes(b"nothing")
    with ZipFile(folder.with_suffix(".zip"), "w") as archive:
        for path in sorted(folder.glob("*/*")):
            archive.write(path, path.relative_to(folder.parent))
    return folder


@pytest.fixture(scope="module")
def zoo_set(server: Server, zoo: Path) -> Dataset:
    """The same as a set, brought in without a browser."""
    return bring_in(Home(server.home), zoo.with_suffix(".zip"), PhotoOptions(title="Zoo", side=SIDE))


def look_at(page: Page, server: Server, dataset: Dataset) -> None:
    spec = RunSpec(data=DataSpec(dataset=dataset.meta.id, image_size=dataset.meta.size))
    page.goto(f"{server.url}/data?spec={to_query(spec)}")
    expect(page.get_by_text("Nothing is marked yet").or_(page.get_by_text("Mark with a click"))).to_be_visible()


def upload(page: Page, files: Path | Sequence[Path]) -> None:
    """Give files, or a folder, to the page through the browser's own dialog."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=re.compile("^Upload")).click()
    chooser.value.set_files(files)


def chosen(page: Page, server: Server, title: str, version: int = 1) -> Dataset:
    """The set that the address names, once it is the one expected: the address is written when the script ends."""
    home = Home(server.home)
    for _look in range(PATIENCE // 100):
        named = parse_qs(urlsplit(page.url).query).get("spec")
        if named:
            dataset = open_dataset(home, from_query(named[0]).data.dataset)
            if (dataset.meta.title, dataset.meta.version) == (title, version):
                return dataset
        page.wait_for_timeout(100)
    raise AssertionError(f"{page.url} does not name {title}, version {version}")


def pictures(page: Page, name: str = "") -> Locator:
    """The pictures of the grid; all of them, or those of a class."""
    return page.get_by_role("button", name=re.compile(rf"^{name}.*, picture \d+"))


@contextmanager
def no_place_for_tasks(home: Home) -> Iterator[None]:
    """Imports wait meanwhile, so that there is time to press a button."""
    with ExitStack() as stack:
        for number in range(max(1, (os.cpu_count() or 2) // 2)):
            stack.enter_context(FileLock(home.root / "tasks" / f"place{number}.lock"))
        yield


def dropped(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile(r", picture \d+, to be dropped"))


def test_a_zip_is_looked_into_shaped_and_added(page: Page, server: Server, zoo: Path) -> None:
    mine(page, server)
    upload(page, zoo.with_suffix(".zip"))
    expect(page.get_by_text("2 classes: gnu (21) · yak (20)")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Ready to add")).to_be_visible()  # and not the digits of the address
    page.get_by_text("Names of the classes").click()
    page.get_by_label("Name of class yak").fill("ox")
    page.get_by_label("Name of class yak").press("Enter")
    expect(page.get_by_text("gnu (21) · ox (20)")).to_be_visible()
    preview = page.get_by_role("img", name="Sample 1", exact=True).first
    cut = preview.get_attribute("src")
    page.get_by_role("radio", name="Black bars").click()
    expect(preview).not_to_have_attribute("src", cut or "")
    page.get_by_role("button", name="Add this set").click()
    expect(page.get_by_text("40 pictures are in the set. 1 file was left out")).to_be_visible()
    expect(page.get_by_test_id("stMain").get_by_text("zoo · 40")).to_be_visible()  # the road, above
    expect(pictures(page, "ox")).to_have_count(12)
    page.get_by_role("radio", name="Files").click()
    page.get_by_text("Left out: 1").click()
    expect(page.get_by_text("zoo/gnu/broken.jpg")).to_be_visible()
    expect(page.get_by_text("got something else, or a damaged file")).to_be_visible()
    meta = chosen(page, server, "zoo").meta
    assert (meta.classes, meta.fit) == (("gnu", "ox"), "pad")


def test_a_folder_is_handed_over_as_it_is(page: Page, server: Server, zoo: Path) -> None:
    mine(page, server)
    page.get_by_role("radio", name="Folder").click()
    expect(page.get_by_text("A folder with one folder for each class")).to_be_visible()
    upload(page, zoo)
    expect(page.get_by_text("41 files in 2 class folders")).to_be_visible()
    expect(page.get_by_label("Name of the set")).to_have_value("zoo")
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_text("Bring your own pictures")).to_be_visible()


def test_photos_come_class_by_class_from_files_and_from_the_camera(page: Page, server: Server, zoo: Path) -> None:
    page.context.grant_permissions(["camera"])
    mine(page, server)
    page.get_by_role("radio", name="By class").click()
    page.get_by_role("button", name="Start").click()
    for label, name in (("Name the first class", "gnu"), ("New class", "disc")):
        page.get_by_label(label).fill(name)
        page.get_by_label(label).press("Enter")
        expect(page.get_by_role("radio", name=name)).to_be_checked()
    page.get_by_role("button", name="Turn the camera on").click()
    take = page.get_by_role("button", name="Hold to take pictures")
    expect(take).to_be_enabled()
    take.hover()
    page.mouse.down()
    expect(page.get_by_text(re.compile(r"^[4-9] taken"))).to_be_visible()
    page.mouse.up()
    expect(page.get_by_text(re.compile(r"^disc · [4-9]"))).to_be_visible()
    page.get_by_role("radio", name="gnu").click()
    expect(page.get_by_text("Drop photos of gnu")).to_be_visible()
    upload(page, [zoo / "gnu" / f"0{number}.png" for number in range(5)])
    expect(page.get_by_text("gnu · 5")).to_be_visible()
    page.get_by_role("button", name="Take away 03.png").click()
    expect(page.get_by_text("gnu · 4")).to_be_visible()
    page.get_by_role("button", name="Make a set of them").click()
    page.get_by_role("button", name="Add this set").click()
    expect(page.get_by_text("pictures are in the set")).to_be_visible()
    dataset = chosen(page, server, "gnu, disc")
    assert dataset.meta.classes == ("gnu", "disc")
    assert np.bincount(dataset.labels)[0] == 4


def test_marks_stay_while_pages_are_turned_and_make_a_version(page: Page, server: Server, zoo_set: Dataset) -> None:
    look_at(page, server, zoo_set)
    page.get_by_text("Mark with a click").click()
    expect(page.get_by_text("Nothing is marked yet")).to_be_visible()
    expect(page.get_by_text("Worth a look")).to_be_visible()
    before = pictures(page).nth(1).bounding_box()
    pictures(page).nth(0).click()
    expect(page.get_by_text("1 picture dropped")).to_be_visible()
    assert pictures(page).nth(1).bounding_box() == before  # the next click hits what the eye has chosen
    pictures(page).nth(1).click()
    expect(page.get_by_text("2 pictures dropped")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    expect(dropped(page)).to_have_count(0)
    page.get_by_role("button", name="Previous").click()
    expect(dropped(page)).to_have_count(2)
    page.reload()
    expect(dropped(page)).to_have_count(2)
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_text("Version 2 is made")).to_be_visible()
    expect(page.get_by_role("heading", name="Zoo version 2")).to_be_visible()
    assert len(chosen(page, server, "Zoo", version=2)) == 38
    page.get_by_role("combobox", name="Version").click()
    expect(page.get_by_role("option")).to_have_text(["version 2", "version 1"])
    page.get_by_role("option", name="version 1").click()
    expect(page.get_by_text("40 pictures of 2 classes")).to_be_visible()
    assert chosen(page, server, "Zoo").meta.id == zoo_set.meta.id


def test_a_chip_shows_the_duplicates_and_marks_all_but_one_of_each(
    page: Page, server: Server, zoo_set: Dataset
) -> None:
    look_at(page, server, zoo_set)
    page.get_by_role("radio", name="8 duplicates").click()
    expect(pictures(page)).to_have_count(8)
    page.get_by_role("button", name="Mark all but one of each to be dropped").click()
    expect(page.get_by_text("4 pictures dropped")).to_be_visible()
    expect(dropped(page)).to_have_count(4)
    page.get_by_role("radio", name="8 duplicates").click()
    expect(page.get_by_role("radio", name="Training")).to_be_visible()  # all pictures again
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("4 pictures dropped")).to_have_count(0)


@pytest.mark.parametrize("kind", [".npz (NumPy)", ".zip (PNG)"])
def test_an_exported_set_is_the_same_when_it_comes_back(
    page: Page, server: Server, zoo_set: Dataset, tmp_path: Path, kind: str
) -> None:
    look_at(page, server, zoo_set)
    page.get_by_role("button", name="Export").click()
    page.get_by_role("button", name=f"Make {kind}").click()
    expect(page.get_by_text("ready to be downloaded")).to_be_visible()
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("link", name=f"Download {kind}").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    back = bring_in(Home(tmp_path / "home").make(), path, PhotoOptions(title="Back", side=SIDE))
    assert back.meta.classes == zoo_set.meta.classes
    np.testing.assert_array_equal(back.labels, zoo_set.labels)
    np.testing.assert_array_equal(back.images, zoo_set.images)


def test_a_cancelled_import_leaves_no_set_and_can_be_started_again(page: Page, server: Server, zoo: Path) -> None:
    home = Home(server.home)
    before = [meta.id for meta in list_datasets(home)]
    mine(page, server)
    upload(page, zoo.with_suffix(".zip"))
    page.get_by_label("Name of the set").fill("Cancelled")
    page.get_by_label("Name of the set").press("Enter")
    with no_place_for_tasks(home):
        page.get_by_role("button", name="Add this set").click()
        expect(page.get_by_text("Waiting for another task to end")).to_be_visible()
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_text("Ready to add")).to_be_visible()
    assert [meta.id for meta in list_datasets(home)] == before
    page.get_by_role("button", name="Add this set").click()
    expect(page.get_by_text("40 pictures are in the set")).to_be_visible()
    chosen(page, server, "Cancelled")
