"""Transfer learning as a person does it, in a real Chromium with a real backbone: choose, cut, train, ask, race."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from core.architecture.transfer import Transfer
from core.datasets.dataset import Dataset
from core.datasets.importing.npz import import_npz
from core.home import Home
from core.runs.store import list_runs
from core.spec import DataSpec, RunSpec, TrainingSpec, to_query
from tests.browser.conftest import Server
from tests.browser.test_main_job import no_error_shown

WEIGHTS = "mobilenet_v2_1.0_224_no_top.from_tflite_int8.weights.h5"
EACH = 24  # photos a class


@pytest.fixture(scope="module")
def animals(server: Server, assets: Path) -> Dataset:
    """Cats, dogs and pandas, in the server's data home, with the weights of MobileNetV2."""
    home = Home(server.home).make()
    shutil.copy(assets / "weights" / WEIGHTS, home.weights)
    with np.load(assets / "datasets" / "animals3_dev64.npz") as arrays:
        rows = np.concatenate([np.flatnonzero(arrays["y_train"] == label)[:EACH] for label in range(3)])
        np.savez(home.root / "few.npz", X_train=arrays["X_train"][rows], y_train=arrays["y_train"][rows])
    return import_npz(home, home.root / "few.npz", "Animals", ("cats", "dogs", "panda"))


def test_from_an_own_cnn_to_a_photo_named_by_a_fine_tuned_backbone(
    server: Server, page: Page, animals: Dataset, assets: Path
) -> None:
    data = DataSpec(dataset=animals.meta.id, image_size=16, colour_mode="grey")
    page.goto(f"{server.url}/model?spec={to_query(RunSpec(data=data, training=TrainingSpec(epochs=8)))}")
    page.get_by_text("Transfer learning", exact=True).click()
    expect(page.get_by_text("VGG16 has learned from colour photos")).to_be_visible()
    page.get_by_role("combobox", name="Backbone", exact=True).click()
    page.get_by_role("option", name="MobileNetV2", exact=True).click()
    page.get_by_role("button", name="Use colour pictures of 64 px").click()
    expect(page.get_by_text("which fits (weights folder)")).to_be_visible()
    cells = page.locator("[data-testid=studio-backbone] button")
    page.get_by_role("button", name=re.compile("^Conv_1")).click()
    expect(page.get_by_text("409,600").or_(page.get_by_text(re.compile("trained on your pictures")))).to_be_visible()
    assert cells.count() > 30
    page.get_by_role("button", name="Train it").click()
    page.get_by_role("button", name="Start training").click()
    page.get_by_text("are named right").wait_for(timeout=90_000)
    run = list_runs(Home(server.home), 1)[0]
    architecture = run.info().spec.architecture
    assert isinstance(architecture, Transfer)
    assert (architecture.backbone, architecture.train_from) == ("mobilenet_v2", "Conv_1")
    assert (run.status().test_accuracy or 0) > 0.6, "guessing gives 0.33"
    page.get_by_role("button", name="See its mistakes").click()
    page.locator("#studio-chart-matrix .heatmaplayer, .studio-chart .heatmaplayer").first.wait_for()
    page.get_by_role("button", name="Try your own photo").click()
    page.locator("input[type=file]").first.set_input_files(panda(assets))
    expect(page.get_by_text(re.compile("panda")).first).to_be_visible()
    no_error_shown(page)


def panda(assets: Path) -> Path:
    return sorted((assets / "datasets" / "animals3_224" / "panda").iterdir())[-1]


def test_without_weights_the_page_says_so_before_training_and_random_ones_are_named_loudly(
    server: Server, page: Page, animals: Dataset
) -> None:
    data = DataSpec(dataset=animals.meta.id, image_size=64, colour_mode="rgb")
    page.goto(f"{server.url}/model?spec={to_query(RunSpec(data=data, architecture=Transfer(backbone='xception')))}")
    expect(page.get_by_text(re.compile("at least 71 px"))).to_be_visible()
    page.goto(f"{server.url}/model?spec={to_query(RunSpec(data=data, architecture=Transfer()))}")
    expect(page.get_by_role("button", name=re.compile("Fetch.*59 MB"))).to_be_visible()
    page.goto(f"{server.url}/train?spec={to_query(RunSpec(data=data, architecture=Transfer()))}")
    expect(page.get_by_text(re.compile("weights of VGG16 .* not on this computer")).first).to_be_visible()
    expect(page.get_by_role("button", name="Start training")).to_be_disabled()
    page.goto(f"{server.url}/model?spec={to_query(RunSpec(data=data, architecture=Transfer(weights='random')))}")
    expect(page.get_by_text(re.compile("has never seen a picture"))).to_be_visible()
    no_error_shown(page)


def test_a_wrong_weights_file_is_refused_with_the_layer_and_both_shapes(
    server: Server, page: Page, animals: Dataset, tmp_path: Path
) -> None:
    data = DataSpec(dataset=animals.meta.id, image_size=64, colour_mode="rgb")
    page.goto(f"{server.url}/model?spec={to_query(RunSpec(data=data, architecture=Transfer()))}")
    page.get_by_text(re.compile("file of mine|Other weights|Use a file")).first.click()
    page.locator("input[type=file]").first.set_input_files(Home(server.home).weights / WEIGHTS)
    expect(page.get_by_text(re.compile("VGG16 expects"))).to_be_visible()
    Image.new("RGB", (8, 8)).save(tmp_path / "photo.png")
    (tmp_path / "photo.png").rename(tmp_path / "photo.h5")
    page.locator("input[type=file]").first.set_input_files(tmp_path / "photo.h5")
    expect(page.get_by_text(re.compile("HDF5|not a weights file|cannot be read")).first).to_be_visible()
    no_error_shown(page)
