"""The slider that sends while it is dragged, in a real Chromium, on a page that writes down what arrives."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from playwright.sync_api import expect

from core.home import PROJECT

APP = """
import time
import streamlit as st
from ui.components import live_slider

truth = st.session_state
truth.setdefault("value", 30.0)
truth.setdefault("arrived", [])

def take(value):
    truth.value = value
    truth.arrived.append(value)

if st.button("Preset"):
    truth.value = 90.0
live_slider(
    "Rotation", 0.0, 180.0, 1.0, value=truth.value, key="rotation", help="Turned by <b>this</b>", on_change=take
)
time.sleep(float(st.query_params.get("delay", 0)))
st.html(f"<p id='shown'>{truth.value:g}</p><p id='arrived'>{' '.join(f'{value:g}' for value in truth.arrived)}</p>")
"""
STOPS = "[data-testid=stApp][data-test-script-state=notRunning]"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The address of a small app with one slider from 0 to 180, at 30."""
    folder = tmp_path_factory.mktemp("live_slider")
    (folder / "app.py").write_text(APP, encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    options = f"--server.port={url.rpartition(':')[2]} --server.headless=1"
    log = folder / "server.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(folder / "app.py"), *options.split()],
            cwd=PROJECT,
            env=os.environ | {"CNN_STUDIO_HOME": str(folder), "PYTHONPATH": str(PROJECT)},
            stdout=file,
            stderr=file,
        )
    try:
        wait_until_it_answers(f"{url}/_stcore/health")
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)
    assert "Traceback" not in log.read_text()


def wait_until_it_answers(url):
    end = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.1)


@pytest.fixture
def slider(page, demo):
    """The thumb on a complete page; each test has a session of its own."""
    return opened(page, demo)


def opened(page, url):
    page.goto(url)
    thumb = page.get_by_role("slider", name="Rotation")
    expect(thumb).to_have_value("30")
    page.locator(STOPS).wait_for()
    return thumb


def arrived(page):
    return [float(value) for value in page.locator("#arrived").inner_text().split()]


def drag(page, thumb, steps):
    """Hold the thumb and move it to the right in so many moves of 2 px; it stays held."""
    box = thumb.bounding_box()
    left, middle = box["x"] + 6 + 30 / 180 * (box["width"] - 12), box["y"] + box["height"] / 2
    page.mouse.move(left, middle)
    page.mouse.down()
    for step in range(steps):
        page.mouse.move(left + 2 * (step + 1), middle)
        page.wait_for_timeout(15)


@pytest.mark.parametrize("delay", [0, 0.3])
def test_values_arrive_and_their_page_is_drawn_while_the_thumb_is_held(page, demo, delay):
    """A value sent before the page is complete would end its script, and what is below would not be drawn."""
    thumb = opened(page, f"{demo}?delay={delay}")
    page.evaluate(
        """() => {
            window.drawn = new Set();
            const look = () => { window.drawn.add(document.querySelector("#shown")?.textContent) };
            new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
        }"""
    )
    drag(page, thumb, 200)
    assert page.evaluate("() => window.drawn.size") >= 5
    page.mouse.up()
    expect(page.locator("#shown")).to_have_text(thumb.input_value())
    values = arrived(page)
    assert values == sorted(set(values))
    assert values[-1] == float(thumb.input_value()) > 30


def test_each_key_arrives(page, slider):
    slider.focus()
    for key, value in [("ArrowRight", 31), ("PageUp", 41), ("PageDown", 31), ("End", 180), ("Home", 0)]:
        page.keyboard.press(key)
        expect(page.locator("#shown")).to_have_text(str(value))
        expect(slider).to_have_value(str(value))
    assert arrived(page) == [31, 41, 31, 180, 0]


def test_many_keys_at_once_lose_none_but_values_between(page, slider):
    slider.focus()
    for _ in range(25):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#shown")).to_have_text("55")
    assert len(arrived(page)) <= 25


def test_the_app_moves_the_thumb_and_the_same_value_can_be_set_again(page, slider):
    slider.focus()
    page.keyboard.press("End")
    expect(page.locator("#shown")).to_have_text("180")
    page.get_by_role("button", name="Preset").click()
    expect(slider).to_have_value("90")
    expect(slider).to_have_attribute("aria-valuetext", "90")
    expect(page.locator(".value")).to_have_text("90")
    slider.focus()
    page.keyboard.press("End")
    expect(page.locator("#shown")).to_have_text("180")


def test_a_held_thumb_stays_with_the_person_until_it_is_let_go(page, slider):
    drag(page, slider, 20)
    page.wait_for_timeout(600)
    held = slider.input_value()
    page.get_by_role("button", name="Preset").evaluate("(button) => button.click()")
    expect(page.locator("#shown")).to_have_text("90")
    page.wait_for_timeout(600)
    assert slider.input_value() == held
    page.mouse.up()
    expect(slider).to_have_value("90")


def test_its_help_is_text_and_seen_where_it_is_asked_for(page, slider):
    about = page.get_by_role("tooltip")
    expect(slider).to_have_accessible_description("Turned by <b>this</b>")
    expect(about).to_be_hidden()
    page.get_by_role("button", name="Help for Rotation").hover()
    expect(about).to_have_text(re.compile("^Turned by <b>this</b>$"))
    expect(about).to_be_visible()
    slider.hover()
    expect(about).to_be_hidden()
