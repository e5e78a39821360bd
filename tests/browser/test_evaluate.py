"""The Evaluate page in a real Chromium: a cell, a picture, the slider through the epochs, and the same by address."""

import os
import re
import subprocess
import sys
import time

import pytest
from playwright.sync_api import expect

from core.exams import read_exam
from core.home import PROJECT, Home
from core.runs.submit import submit_run
from core.spec import RunSpec, TrainingSpec
from tests.browser.conftest import PATIENCE

CELL = """([row, column]) => {
    const chart = document.querySelector('[id^="studio-chart-matrix-"]');
    const {xaxis, yaxis} = chart._fullLayout, box = chart.getBoundingClientRect();
    return [box.x + xaxis._offset + xaxis.d2p(column), box.y + yaxis._offset + yaxis.d2p(row)];
}"""


@pytest.fixture(scope="module")
def run(server):
    """Digits, learnt for three epochs only, so that there are mistakes to look at."""
    made = submit_run(Home(server.home), RunSpec(training=TrainingSpec(epochs=3)))
    subprocess.run([sys.executable, "-m", "core.worker", str(made.path)], cwd=PROJECT, env=os.environ, check=True)
    return made


def exam_of(run, epoch=None):
    """The exam, which may still be under way: the address names an epoch before it is judged."""
    end = time.monotonic() + PATIENCE / 1000
    while (exam := read_exam(run, "test", epoch)) is None and time.monotonic() < end:
        time.sleep(0.1)
    assert exam is not None
    return exam


def click_cell(page, row, column):
    page.locator("[id^='studio-chart-matrix-'] .heatmaplayer").wait_for()
    page.mouse.click(*page.evaluate(CELL, [row, column]))


def test_a_cell_its_pictures_and_one_of_them_large_and_all_of_it_again_by_its_address(server, page, run):
    exam = exam_of(run)
    wrong = exam.mistakes()[0]
    true, said, number = int(exam.labels[wrong]), int(exam.said[wrong]), int(exam.indices[wrong])
    page.goto(f"{server.url}/evaluate?run={run.id}")
    click_cell(page, true, said)
    page.get_by_text(f"{true}, called {said}: ").wait_for()
    expect(page).to_have_url(re.compile(f"cell={true}-{said}"))
    page.locator(".gallery").first.get_by_role("button").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text(f"{true}, called {said}").wait_for()
    expect(page).to_have_url(re.compile(f"photo={number}"))
    page.reload()
    dialog.get_by_text(f"{true}, called {said}").wait_for()
    dialog.get_by_role("button", name="Drop it").click()
    dialog.get_by_role("button", name="Take back: Drop it").wait_for()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page).not_to_have_url(re.compile("photo="))
    page.get_by_text(f"{true}, called {said}: ").wait_for()
    page.get_by_text("Worst mistakes").click()
    page.get_by_text("Marked: 1 picture dropped").wait_for()
    expect(page.get_by_text("Traceback")).to_have_count(0)


def test_the_slider_goes_back_in_time_and_takes_the_exam_of_that_epoch(server, page, run):
    page.goto(f"{server.url}/evaluate?run={run.id}")
    thumb = page.locator(".st-key-exam-epoch input[type=range]")
    thumb.focus()
    thumb.press("ArrowLeft")
    thumb.press("ArrowLeft")
    thumb.press("ArrowLeft")
    page.get_by_text("the model as it was then").wait_for()
    expect(page).to_have_url(re.compile("epoch=1"))
    page.wait_for_function("() => location.search.includes('epoch=1')")
    early = exam_of(run, 0)
    assert early.accuracy < exam_of(run).accuracy
    page.get_by_text(f"{early.right} / {len(early.labels)}").wait_for()
