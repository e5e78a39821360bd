"""The Classify page in a real Chromium with a real model: files dropped, something drawn, pasted and filmed."""

import base64
import csv
import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from core.datasets.store import open_dataset
from core.home import Home
from core.runs.notes import change_about
from tests.browser.conftest import FLAGS, PATIENCE, installed_chromium
from tests.browser.dropping import drop
from tests.browser.test_main_job import drawn_one, latest_run, no_error_shown

LOOKS = re.compile("looks like|is not sure|The model says")


@pytest.fixture(scope="module")
def model(server, browser):
    """The first CNN, trained as a newcomer does it, and published; the address of its Classify page."""
    page = browser.new_page()
    page.goto(server.url)
    page.get_by_role("button", name="Train my first CNN").click()
    page.get_by_text("are named right").wait_for(timeout=90_000)
    page.close()
    run = latest_run(server)
    change_about(run, published=True)  # each test is another browser
    return f"{server.url}/classify?run={run.id}"


@pytest.fixture
def folder(server, model, tmp_path):
    """Twelve digits in folders called as their class, one file that is no picture, one in another folder."""
    dataset = open_dataset(Home(server.home), "digits")
    root = tmp_path / "photos"
    for number in range(12):
        name = dataset.meta.classes[dataset.labels[number]]
        (root / name).mkdir(parents=True, exist_ok=True)
        grey = np.asarray(dataset.images[number])[..., 0].repeat(8, 0).repeat(8, 1)
        Image.fromarray(grey).save(root / name / f"{number}.png")
    (root / "other").mkdir()
    Image.new("L", (9, 9)).save(root / "other" / "black.png")
    (root / "broken.png").write_bytes(b"not a picture")
    return root


def upload(page):
    return page.locator("input[type=file]").first


def drop_area(page):
    return page.get_by_test_id("stFileUploaderDropzone").first


def test_one_photo_is_answered_and_shows_where_the_network_looks(model, page, tmp_path):
    page.goto(model)
    drop(page, drop_area(page), drawn_one(tmp_path))
    page.get_by_text(LOOKS).first.wait_for()
    page.get_by_text("Where it looks").click()
    page.get_by_test_id("studio-heat").wait_for()
    page.get_by_label("Opacity of the heat map").wait_for()
    no_error_shown(page)


def test_on_a_phone_the_answer_comes_before_the_samples(model, page, tmp_path):
    """Nothing changed in view when a photo was chosen: the answer was a screen further down."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(model)
    upload(page).set_input_files(drawn_one(tmp_path))
    answer, samples = page.get_by_text(LOOKS).first, page.get_by_text("Pick a test picture")
    expect(answer).to_be_visible()
    expect(samples).to_be_visible()
    assert page.locator(".st-key-classify-way").bounding_box()["y"] < answer.bounding_box()["y"] < 844
    assert answer.bounding_box()["y"] < samples.bounding_box()["y"]


def test_a_photo_that_is_unlike_anything_is_said_to_be(model, page, tmp_path):
    path = tmp_path / "noise.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (8, 8)).astype(np.uint8)).save(path)
    page.goto(model)
    upload(page).set_input_files(path)
    page.get_by_text("This does not look like anything it was trained on.").wait_for(timeout=90_000)
    no_error_shown(page)


def test_a_folder_becomes_a_table_with_accuracy_and_matrix(model, page, folder, tmp_path):
    page.goto(model)
    page.get_by_text("Folder", exact=True).click()
    page.get_by_text("A folder of photos").wait_for()
    drop(page, page.get_by_test_id("stFileUploaderDropzone").last, folder)
    page.get_by_text("of 12 as their folder says").wait_for()
    page.locator("#studio-chart-pile-matrix .heatmaplayer").first.wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as a table").click()
    download.value.save_as(tmp_path / "answers.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "answers.csv").read_text("utf-8-sig"))))
    assert len(rows) == 14
    broken = next(row for row in rows if row["file"].endswith("broken.png"))
    assert "Expected a picture" in broken["no answer"]
    assert sum(row["answer"] == row["folder's class"] for row in rows if row["folder's class"]) >= 10
    page.reload()
    page.get_by_text("of 12 as their folder says").wait_for()
    page.get_by_role("button", name="Clear these photos away").click()
    page.get_by_text("The answer appears here").wait_for()
    no_error_shown(page)


def test_another_tab_neither_shows_nor_deletes_the_photos_of_this_one(model, page, folder, tmp_path):
    """Streamlit names a tab anew at each reload: what this one had is found again, what another has is not."""
    page.goto(model)
    drop(page, drop_area(page), folder)
    page.get_by_text("of 12 as their folder says").wait_for()
    other = page.context.new_page()
    other.goto(model)
    other.get_by_text("The answer appears here").wait_for()
    upload(other).set_input_files(drawn_one(tmp_path))
    other.get_by_text(LOOKS).first.wait_for()
    other.reload()
    other.get_by_role("button", name="Clear these photos away").click()
    other.get_by_text("The answer appears here").wait_for()
    page.reload()
    page.get_by_text("of 12 as their folder says").wait_for()
    no_error_shown(page)


def test_a_drawing_is_answered_while_it_is_drawn(model, page):
    page.goto(model)
    page.get_by_text("Draw", exact=True).click()
    sheet = page.get_by_role("img", name="Sheet to draw on")
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.1 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.9 * box["height"], steps=8)
    page.get_by_text(LOOKS).first.wait_for()  # the pen is still down
    page.mouse.up()
    expect(page.get_by_text("it was trained on")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    page.get_by_text("Draw something on the sheet").wait_for()
    no_error_shown(page)


def test_a_pasted_picture_is_answered(model, page, tmp_path):
    code = base64.b64encode(drawn_one(tmp_path).read_bytes()).decode()
    page.goto(model)
    page.get_by_test_id("studio-paste").wait_for()
    page.evaluate(
        """async (code) => {
          const blob = await (await fetch(`data:image/png;base64,${code}`)).blob();
          const clipboardData = new DataTransfer();
          clipboardData.items.add(new File([blob], "image.png", { type: "image/png" }));
          document.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
        }""",
        code,
    )
    page.get_by_text(LOOKS).first.wait_for()
    expect(page.get_by_text("pasted picture")).to_be_visible()
    no_error_shown(page)


@pytest.fixture
def filmed(model, browser):
    """The page in a Chromium with a made-up webcam, which may be lent or not."""
    webcam = ["--use-fake-device-for-media-stream"]
    launched = browser.browser_type.launch(executable_path=installed_chromium(), args=[*FLAGS, *webcam])
    context = launched.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    opened.goto(model)
    opened.get_by_text("Camera", exact=True).click()
    yield opened
    launched.close()


def test_the_camera_is_answered_all_the_time(filmed):
    filmed.context.grant_permissions(["camera"])
    filmed.get_by_role("button", name="Turn the camera on").click()
    filmed.get_by_text("answers a second").wait_for()
    filmed.get_by_text(LOOKS).first.wait_for()
    filmed.get_by_role("button", name="Turn off").click()
    filmed.get_by_text("The camera is off").wait_for()
    no_error_shown(filmed)


def test_a_camera_that_is_refused_is_said_in_words(filmed):
    filmed.context.grant_permissions(["geolocation"])  # and no other
    filmed.get_by_role("button", name="Turn the camera on").click()
    filmed.get_by_text("The camera is blocked").wait_for()
