"""The road as a person walks it, in a real Chromium against a real server with real workers."""

import re
import time

import numpy as np
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from core.home import Home
from core.runs.folder import State
from core.runs.notes import change_about
from core.runs.store import list_runs
from core.spec import RunSpec, TrainingSpec, to_query

LOSS = "#studio-chart-loss"
EPOCHS_DRAWN = f"document.querySelector('{LOSS}')?.data?.[1]?.x?.length ?? 0"


def wait_for_epochs(page, number, timeout=60_000):
    page.wait_for_function(f"() => ({EPOCHS_DRAWN}) >= {number}", timeout=timeout)


def long_run_url(server):
    return f"{server.url}/train?spec={to_query(RunSpec(training=TrainingSpec(epochs=200)))}"


def latest_run(server):
    return list_runs(Home(server.home), 1)[0]


def wait_for_state(run, state, seconds=30):
    end = time.monotonic() + seconds
    while run.status().state != state:
        assert time.monotonic() < end, run.status()
        time.sleep(0.05)


def no_error_shown(page):
    expect(page.get_by_text("Something broke")).to_have_count(0)
    expect(page.get_by_text("Traceback")).to_have_count(0)


def test_two_clicks_and_a_minute_to_a_trained_model_that_names_a_drawn_digit(server, page, tmp_path):
    page.goto(server.url)
    start = time.monotonic()
    page.get_by_role("button", name="Train my first CNN").click()
    page.get_by_text("are named right").wait_for(timeout=60_000)
    assert time.monotonic() - start < 60
    run = latest_run(server)
    assert run.status().test_accuracy >= 0.95
    page.get_by_role("button", name="See its mistakes").click()
    expect(page).to_have_url(re.compile(rf"/evaluate\?.*run={run.id}"))
    page.locator("#studio-chart-matrix .heatmaplayer, .studio-chart .heatmaplayer").first.wait_for()
    no_error_shown(page)
    page.get_by_role("button", name="Try your own photo").click()
    expect(page).to_have_url(re.compile("/classify"))
    page.locator("input[type=file]").first.set_input_files(drawn_one(tmp_path))
    page.get_by_text(re.compile(r"(looks like|model says) .*1", re.IGNORECASE)).first.wait_for()
    no_error_shown(page)


def drawn_one(folder):
    """A thick upright stroke, dark on white, as from a phone."""
    paper = Image.new("RGB", (240, 240), "white")
    draw = ImageDraw.Draw(paper)
    draw.line([(125, 25), (125, 215)], fill="black", width=52)
    path = folder / "one.png"
    paper.save(path)
    return path


def test_the_curve_moves_in_one_lasting_node_and_keeps_the_zoom(server, page):
    page.goto(long_run_url(server))
    page.get_by_role("button", name="Start training").click()
    wait_for_epochs(page, 2)
    page.evaluate(f"window.before = document.querySelector('{LOSS}')")
    area = page.locator(f"{LOSS} .nsewdrag").bounding_box()
    page.mouse.move(area["x"] + 10, area["y"] + 30)
    page.mouse.down()
    page.mouse.move(area["x"] + 90, area["y"] + area["height"] - 30, steps=8)
    page.mouse.up()
    page.wait_for_function(f"() => document.querySelector('{LOSS}').layout.xaxis.range[1] < 150")
    zoomed = page.evaluate(f"document.querySelector('{LOSS}').layout.xaxis.range")
    drawn = page.evaluate(EPOCHS_DRAWN)
    wait_for_epochs(page, drawn + 4)
    assert page.evaluate(f"window.before === document.querySelector('{LOSS}')"), "the chart was mounted anew"
    assert page.evaluate(f"document.querySelector('{LOSS}').layout.xaxis.range") == zoomed
    run = latest_run(server)
    page.get_by_role("button", name="Stop").click()
    wait_for_state(run, State.STOPPED)
    page.get_by_role("button", name="See what it has learnt").wait_for()
    no_error_shown(page)


def test_a_run_outlives_reload_second_browser_and_server_restart(server, page, browser):
    page.goto(long_run_url(server))
    page.get_by_role("button", name="Start training").click()
    wait_for_epochs(page, 1)
    run = latest_run(server)
    expect(page).to_have_url(re.compile(f"run={run.id}"))
    page.reload()
    wait_for_epochs(page, 3)
    change_about(run, published=True)
    second = browser.new_page()
    second.goto(f"{server.url}/train?run={run.id}")
    wait_for_epochs(second, 4)
    second.close()
    server.stop()
    epochs = run.status().epoch
    server.start()
    page.goto(f"{server.url}/train?run={run.id}")
    wait_for_epochs(page, epochs + 3)
    assert run.status().state == State.RUNNING
    page.get_by_role("button", name="Pause").click()
    wait_for_state(run, State.PAUSED)
    paused_at = page.evaluate(EPOCHS_DRAWN)
    page.get_by_role("button", name="Resume").click()
    wait_for_epochs(page, paused_at + 2)
    page.get_by_role("button", name="Stop").click()
    wait_for_state(run, State.STOPPED)
    page.get_by_role("button", name="Clone with changes").click()
    page.get_by_role("button", name="Start training").wait_for()
    assert "run=" not in page.url
    no_error_shown(page)


def test_an_unknown_run_and_a_broken_link_are_said_in_words(server, page):
    page.goto(f"{server.url}/train?run=r00000000-000000-000000")
    page.get_by_text("There is no run").wait_for()
    page.goto(f"{server.url}/model?spec=broken")
    page.get_by_text("cannot be read").wait_for()
    no_error_shown(page)


def test_a_bad_file_is_answered_in_words_and_a_good_one_becomes_the_data_set(server, page, tmp_path):
    bad, good = tmp_path / "bad.npz", tmp_path / "two tones.npz"
    bad.write_bytes(b"not a zip")
    rng = np.random.default_rng(0)
    labels = np.arange(60) % 2
    np.savez(
        good,
        X_train=(rng.integers(0, 99, (60, 12, 12)) + 150 * labels[:, None, None]).astype(np.uint8),
        y_train=labels,
        X_test=np.zeros((4, 12, 12), np.uint8),
        y_test=np.arange(4) % 2,
    )
    page.goto(server.url)
    page.get_by_role("button", name="My own pictures").click()
    page.locator("input[type=file]").first.set_input_files(bad)
    page.get_by_text("cannot be read as .npz").wait_for()
    page.locator("input[type=file]").first.set_input_files(good)
    page.get_by_role("button", name="Add this set").click()
    page.get_by_text("64 pictures are in the set").wait_for()
    page.get_by_text("12×12").first.wait_for()
    no_error_shown(page)
