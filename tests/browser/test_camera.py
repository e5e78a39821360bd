"""The camera in a real Chromium with its made-up webcam: a turning disc with a clock, 640×480."""

import io
import os
import socket
import subprocess
import sys
import time
import urllib.request
from itertools import pairwise

import pytest
from PIL import Image
from playwright.sync_api import expect, sync_playwright

from core.home import PROJECT
from tests.browser.conftest import FLAGS, PATIENCE, installed_chromium

APP = """
import os
import time
from pathlib import Path
import streamlit as st
from ui.components import camera

time.sleep(float(st.query_params.get("delay", 0)))
if st.toggle("Shown", value=True):
    shots = camera(key="cat", on_shots="rerun")
    for shot in shots:
        Path(os.environ["SHOTS"], f"{time.time_ns()}-of-{len(shots)}").write_bytes(shot)
"""
ELSEWHERE = "studio.test"  # a name for this computer that is no "localhost", so Chromium lends it no camera
KEEP_STREAMS = """
if (navigator.mediaDevices) {
  const lend = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  window.streams = [];
  navigator.mediaDevices.getUserMedia = async (wish) => {
    if (window.fails) throw new DOMException("", window.fails);
    const stream = await lend(wish);
    window.streams.push(stream);
    return stream;
  };
}
"""
LENT = "() => window.streams.flatMap((each) => each.getTracks()).filter((each) => each.readyState === 'live').length"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A small app with a camera: its port and the folder where its pictures arrive."""
    folder = tmp_path_factory.mktemp("camera")
    (folder / "app.py").write_text(APP, encoding="utf-8")
    (folder / "shots").mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = f"--server.port={port} --server.headless=1 --server.enableCORS=0 --server.enableXsrfProtection=0"
    log = folder / "server.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(folder / "app.py"), *options.split()],
            cwd=PROJECT,
            env=os.environ | {"SHOTS": str(folder / "shots"), "CNN_STUDIO_HOME": str(folder)},
            stdout=file,
            stderr=file,
        )
    try:
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/_stcore/health"), "the server answers")
        yield port, folder / "shots"
    finally:
        process.terminate()
        process.wait(timeout=20)
    assert "Traceback" not in log.read_text()


@pytest.fixture(scope="module")
def page():
    """A tab with two made-up cameras, one for all tests: a fresh one loads all of Streamlit anew.

    An error of a script on the page fails the last test.
    """
    flags = [
        *FLAGS,
        "--use-fake-device-for-media-stream=device-count=2",
        f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1",
    ]
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=installed_chromium(), args=flags)
        opened = launched.new_page()
        opened.set_default_timeout(PATIENCE)
        opened.add_init_script(KEEP_STREAMS)
        errors = []
        opened.on("pageerror", lambda error: errors.append(str(error)))
        yield opened
        launched.close()
    assert not errors


@pytest.fixture
def camera(page, demo):
    """The page with the camera, which it may use, before that is turned on."""
    page.context.clear_permissions()
    page.context.grant_permissions(["camera"])
    page.goto(f"http://127.0.0.1:{demo[0]}")
    return page


@pytest.fixture
def shots(demo):
    """The folder where pictures arrive, empty."""
    for file in demo[1].iterdir():
        file.unlink()
    return demo[1]


def wait_until(true, what):
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, f"waited in vain until {what}"
        time.sleep(0.05)


def answers(url):
    try:
        urllib.request.urlopen(url, timeout=1).close()
    except OSError:
        return False
    return True


def turn_on(page):
    """Press the button and return the one that takes pictures."""
    page.get_by_role("button", name="Turn the camera on").click()
    take = page.get_by_role("button", name="Hold to take pictures")
    expect(take).to_be_enabled()
    return take


def arrived(page, folder):
    """The pictures in Python, oldest first, once they are as many as the page says."""
    taken = int(page.locator(".count").inner_text().split()[0])
    wait_until(lambda: len(list(folder.iterdir())) >= taken, f"{taken} pictures have arrived")
    files = [file.read_bytes() for file in sorted(folder.iterdir())]
    assert len(files) == taken
    return files


def varied(image, left, right):
    """Whether anything is drawn in these columns of the top rows, above the disc."""
    darkest, brightest = image.convert("L").crop((left, 0, right, 40)).getextrema()
    return brightest - darkest > 40


def test_a_held_button_takes_several_pictures_and_a_short_press_one(camera, shots):
    take = turn_on(camera)
    take.hover()
    camera.mouse.down()
    camera.wait_for_timeout(1000)
    camera.mouse.up()
    held = arrived(camera, shots)
    assert 3 <= len(held) <= 8
    for before, after in pairwise(held):
        assert before != after
    for content in held:
        with Image.open(io.BytesIO(content)) as image:
            assert (image.format, image.size) == ("JPEG", (320, 320))
            assert varied(image, 0, 60)  # the clock is on the left, so the picture is not mirrored
            assert not varied(image, 260, 320)
    take.click()
    assert len(arrived(camera, shots)) == len(held) + 1
    expect(camera.get_by_role("img", name=f"Picture {len(held) + 1}", exact=True)).to_be_visible()


def test_a_held_key_takes_several_pictures_and_a_short_press_one(camera, shots):
    expect(turn_on(camera)).to_be_focused()
    camera.keyboard.press("Enter")
    assert len(arrived(camera, shots)) == 1
    camera.keyboard.down("Space")
    camera.wait_for_timeout(600)
    camera.keyboard.down("Space")  # what a keyboard repeats while it is held
    camera.keyboard.up("Space")
    assert 3 <= len(arrived(camera, shots)) <= 5


def test_a_slow_page_gets_every_picture_twenty_at_a_time(camera, shots):
    """Of two batches that Streamlit has not yet handed to the script, it keeps the newer one only."""
    camera.goto(f"{camera.url}?delay=0.3")
    turn_on(camera)
    camera.evaluate("() => { const real = setInterval; window.setInterval = (call, ms) => real(call, ms / 20) }")
    camera.keyboard.down("Space")
    wait_until(lambda: len(list(shots.iterdir())) >= 20, "pictures come while the key is down")
    camera.keyboard.up("Space")
    assert len(arrived(camera, shots)) > 20
    assert [file.name.split("-of-")[1] for file in sorted(shots.iterdir())[:20]] == ["20"] * 20


def test_another_camera_can_be_picked(camera):
    turn_on(camera)
    picker = camera.get_by_label("Which camera")
    expect(picker.locator("option")).to_have_count(2)
    picker.select_option(index=1)
    expect(camera.get_by_role("button", name="Hold to take pictures")).to_be_enabled()
    expect(picker.locator("option:checked")).to_have_text("fake_device_1")
    assert camera.evaluate(LENT) == 1


def test_the_camera_goes_off_with_its_button_its_tab_and_its_place(camera):
    turn_on(camera)
    assert camera.evaluate(LENT) == 1
    camera.get_by_role("button", name="Turn off").click()
    assert camera.evaluate(LENT) == 0
    turn_on(camera)
    camera.evaluate("() => Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    camera.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    assert camera.evaluate(LENT) == 0
    camera.get_by_text("when you left this tab").wait_for()
    turn_on(camera)
    camera.get_by_text("Shown").click()
    camera.get_by_test_id("studio-camera").wait_for(state="detached")
    assert camera.evaluate(LENT) == 0


def test_each_problem_has_its_words_and_the_camera_another_try(camera):
    camera.get_by_role("button", name="Turn the camera on").wait_for()
    camera.evaluate("() => { window.fails = 'NotFoundError' }")
    camera.get_by_role("button", name="Turn the camera on").click()
    camera.get_by_text("No camera found").wait_for()
    for error, words in [("NotReadableError", "The camera is in use"), ("TypeError", "The camera did not start")]:
        camera.evaluate("(name) => { window.fails = name }", error)
        camera.get_by_role("button", name="Try again").click()
        camera.get_by_text(words).wait_for()
    camera.evaluate("() => { window.fails = '' }")
    camera.get_by_role("button", name="Try again").click()
    expect(camera.get_by_role("button", name="Hold to take pictures")).to_be_enabled()


def test_a_refused_permission_is_said_in_words(camera):
    camera.context.clear_permissions()
    camera.context.grant_permissions(["geolocation"])  # and no other
    camera.get_by_role("button", name="Turn the camera on").click()
    camera.get_by_text("The camera is blocked").wait_for()
    expect(camera.get_by_role("button", name="Hold to take pictures")).to_be_disabled()


def test_an_address_without_https_says_what_to_do(page, demo):
    page.goto(f"http://{ELSEWHERE}:{demo[0]}")
    page.get_by_role("button", name="Turn the camera on").click()
    page.get_by_text("This address cannot use a camera").wait_for()
    expect(page.get_by_text(f"http://localhost:{demo[0]}")).to_be_visible()
