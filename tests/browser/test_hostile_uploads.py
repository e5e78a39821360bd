"""Broken and hostile files on the Data page, in a real Chromium: plain words, and a server that lives on."""

from __future__ import annotations

import re
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Locator, Page, expect

from core.datasets.store import list_datasets
from core.home import Home
from tests.browser.conftest import Server
from tests.fuzz.cases import Case, fixed_cases, good_cases
from tests.fuzz.words import is_plain

GROWTH = 50_000_000  # bytes that the server may hold more after all these uploads
READY, KEPT = "Ready to add", "pictures are in the set"
UPLOADS = {  # of the fixed cases: the words that are the answer
    "empty.zip": "damaged or incomplete",
    "empty.npz": "cannot be read as .npz",
    "tar.zip": "damaged or incomplete",
    "photos.npz": "is missing",
    "photo.zip": "damaged or incomplete",
    "nested.zip": "no file that can be read",
    "many-zeros.zip": "more than 100 times its size",
    "160-gb.npz": "announced",
    "no-signs.npz": "stand for no character",
    "nan-labels.npz": "NaN",
    "20000-px.zip": KEPT,
    "names.zip": KEPT,
}


@pytest.fixture
def process(server: Server) -> psutil.Process:
    return next(one for one in psutil.Process().children() if f"--server.port={server.port}" in one.cmdline())


def place(page: Page) -> Locator:
    """Where a file is handed over; it is folded away while an own set is shown."""
    add, found = page.get_by_text("Add another set"), page.locator("input[type=file]").first
    add.or_(found).first.wait_for(state="attached")
    if not found.count():
        add.click()
    found.wait_for(state="attached")
    return found


def answered(page: Page, case: Case) -> str:
    """Hand a file over, add what it holds where it holds something, and read what the page says at last."""
    file = {"name": case.name, "mimeType": "application/octet-stream", "buffer": case.content}
    place(page).set_input_files(file)  # type: ignore[arg-type]
    said = page.get_by_test_id("stAlert")
    expect(said).to_have_count(0)  # what was said of the file before
    said.or_(page.get_by_text(READY)).first.wait_for()
    if page.get_by_text(READY).count():
        page.get_by_role("button", name="Add this set").click()
        expect(page.get_by_text(READY)).to_have_count(0)
        said.first.wait_for()
    return re.sub(r"^(error|check)\s*", "", said.first.inner_text())


def test_the_page_answers_in_plain_words_and_the_server_stays_small(
    server: Server, page: Page, process: psutil.Process, assets: Path
) -> None:
    page.goto(f"{server.url}/data")
    page.get_by_text("My pictures", exact=True).click()
    for case in good_cases(assets):
        assert KEPT in answered(page, case)
    before = process.memory_info().rss
    cases = {case.name: case for case in fixed_cases(assets)}
    for name, words in UPLOADS.items():
        text = answered(page, cases[name])
        assert words in text, name
        assert is_plain(text), text
    assert process.memory_info().rss - before < GROWTH
    assert len(list_datasets(Home(server.home))) == 1 + 3 + list(UPLOADS.values()).count(KEPT)
