"""Keep it, in a real Chromium: a bundle is made, downloaded, and brought in again as another run."""

import os
import subprocess
import sys

import numpy as np
import pytest
from playwright.sync_api import expect

from core.home import PROJECT, Home
from core.runs.store import list_runs
from core.runs.submit import submit_run
from core.spec import RunSpec, TrainingSpec

MAKING = 90_000  # ms: a worker may have to start first


@pytest.fixture(scope="module")
def run(server):
    made = submit_run(Home(server.home), RunSpec(training=TrainingSpec(epochs=1)), "Grüße <b>")
    subprocess.run([sys.executable, "-m", "core.worker", str(made.path)], cwd=PROJECT, env=os.environ, check=True)
    return made


def downloaded(page, card, folder):
    card.get_by_role("button", name="Make it").click()
    link = card.get_by_role("link", name="Download")
    link.wait_for(timeout=MAKING)
    with page.expect_download() as told:
        link.click()
    file = folder / told.value.suggested_filename
    told.value.save_as(file)
    return file


def test_a_run_leaves_as_a_file_and_comes_back(server, page, run, tmp_path):
    page.goto(f"{server.url}/export?run={run.id}")
    report = downloaded(page, page.locator(".st-key-export-paper"), tmp_path)
    assert report.name == "Grüße _b_.html"
    assert "Grüße &lt;b&gt;" in report.read_text(encoding="utf-8")
    bundle = downloaded(page, page.locator(".st-key-export-studio"), tmp_path)
    with np.load(bundle, allow_pickle=False) as arrays:
        assert arrays["weights/0000"].shape == (3, 3, 1, 32)
    page.locator(".st-key-export-import input[type=file]").set_input_files(bundle)
    page.get_by_text("is here, and chosen on all pages").wait_for()
    newest = list_runs(Home(server.home))[0]
    assert newest.id != run.id
    assert newest.info().imported
    expect(page.get_by_text("Grüße <b> (imported) is here")).to_be_visible()
    page.goto(f"{server.url}/evaluate?run={newest.id}")
    page.locator("[id^='studio-chart-matrix-'] .heatmaplayer").wait_for()
