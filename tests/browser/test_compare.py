"""The Compare page in a real Chromium: sort, star, tick, look, rename, delete and bring back, and again by address."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from core.access import owner_of
from core.datasets.store import open_dataset
from core.desk import new_token
from core.files import write_json
from core.home import Home
from core.runs.events import EventKind, EventWriter
from core.runs.folder import State, Status
from core.runs.notes import about_of, change_about
from core.runs.store import list_runs
from core.runs.submit import submit_run
from core.spec import RunSpec, TrainingSpec
from tests.browser.test_main_job import no_error_shown


def made(home, name, accuracy, epochs, owner=""):
    """A finished run that names the first pictures of the test wrong."""
    spec = RunSpec(training=TrainingSpec(epochs=epochs))
    run = submit_run(home, spec, name, owner, status=Status(state=State.FINISHED, test_accuracy=accuracy))
    with EventWriter(run.events) as events:
        events.write(EventKind.STARTED, epochs=epochs, steps=36, batch_size=32, epoch=0, batch=0)
        for epoch in range(epochs):
            shared = {"loss": 1.0, "val_loss": 1.0, "accuracy": accuracy, "val_accuracy": accuracy * epoch / epochs}
            events.write(EventKind.EPOCH, epoch=epoch, learning_rate=1e-3, seconds=1.0, **shared)
    with np.load(run.split) as split:
        test = split["test"]
    labels = open_dataset(home, "digits").labels[test].astype(np.int64)
    said = labels.copy()
    wrong = round((1 - accuracy) * len(test))
    said[:wrong] = (said[:wrong] + 1) % 10
    np.savez(run.evaluation, indices=test, labels=labels, probabilities=np.eye(10, dtype=np.float32)[said])
    write_json(run.report, {"accuracy": accuracy, "loss": 0.1, "report": {}})
    return run


@pytest.fixture(scope="module")
def runs(server):
    home = Home(server.home)
    return [made(home, name, accuracy, epochs) for name, accuracy, epochs in (("Alpha", 0.9, 3), ("Beta <b>", 0.95, 5))]


def test_two_runs_are_compared_and_found_again_by_their_address(server, page, runs):
    page.goto(f"{server.url}/compare")
    names = page.locator(".runs td.name button")
    page.get_by_role("button", name="Test accuracy").click()
    expect(names).to_have_text(["Beta <b>", "Alpha"])
    page.get_by_role("button", name="Test accuracy").click()
    expect(names).to_have_text(["Alpha", "Beta <b>"])
    page.get_by_role("button", name="Star Alpha").click()
    expect(page.get_by_role("button", name="Star Alpha")).to_have_attribute("aria-pressed", "true")
    assert about_of(runs[0]).starred
    page.get_by_role("checkbox", name="Compare Alpha").check()
    page.get_by_text("Tick another run").wait_for()
    page.get_by_role("checkbox", name="Compare Beta <b>").check()
    page.get_by_text("2 runs compared").wait_for()
    expect(page).to_have_url(re.compile(f"runs={runs[0].id}(,|%2C){runs[1].id}"))
    expect(page.locator(".compared-table").first).to_contain_text("+5.0 points")
    expect(page.locator(".compared-table").last).to_contain_text("5 epochs")
    page.locator("#studio-chart-compared-accuracy .scatterlayer .trace").nth(1).wait_for()
    page.reload()
    page.get_by_text("2 runs compared").wait_for()
    page.get_by_role("tab", name="Mistakes").click()
    page.get_by_text("In common: 18").wait_for()
    page.get_by_text("Only ● Alpha: 18").click()
    expect(page.locator(".gallery .tile")).to_have_count(18)
    page.get_by_role("tab", name="Matrices").click()
    page.get_by_text("Difference to the first").click()
    difference = page.locator("[id^='studio-chart-compared-matrix-difference-'] .heatmaplayer")
    difference.wait_for()
    expect(page).to_have_url(re.compile("matrices=difference"))
    page.reload()
    difference.wait_for()
    no_error_shown(page)


def test_a_run_is_renamed_deleted_and_brought_back(server, page, runs):
    page.goto(f"{server.url}/compare")
    page.get_by_role("button", name="Alpha", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Gamma")
    dialog.get_by_label("Note").fill("I expected more.")
    dialog.get_by_role("button", name="Keep name and note").click()
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Gamma", exact=True).click()
    expect(dialog.get_by_label("Note")).to_have_value("I expected more.")
    dialog.get_by_role("button", name="Delete").click()
    page.get_by_text("1 run is deleted").wait_for()
    expect(page.get_by_role("button", name="Gamma", exact=True)).to_have_count(0)
    assert [run.id for run in list_runs(Home(server.home))] == [runs[1].id]
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Gamma", exact=True).wait_for()
    assert (about_of(runs[0]).name, about_of(runs[0]).note) == ("Gamma", "I expected more.")
    no_error_shown(page)


def test_a_long_table_keeps_what_is_ticked_in_sight(server, page, runs):
    home = Home(server.home)
    others = [submit_run(home, RunSpec(), f"Other {n}", status=Status(state=State.STOPPED)) for n in range(14)]
    with EventWriter(others[3].events) as events:
        events.write(EventKind.STARTED, epochs=3, steps=36, batch_size=32, epoch=0, batch=0)
        for epoch, accuracy in enumerate((0.2, 0.9, 0.4)):
            shared = {"loss": 1.0, "val_loss": 1.0, "accuracy": accuracy, "val_accuracy": accuracy}
            events.write(EventKind.EPOCH, epoch=epoch, learning_rate=1e-3, seconds=1.0, **shared)
    change_about(others[0], name="\u05e9\u05dc\u05d5\u05dd " * 6)
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{server.url}/compare")
    for number in (2, 3):
        page.get_by_role("checkbox", name=f"Compare Other {number}", exact=True).check()
        page.get_by_text("Tick another run" if number == 2 else "2 runs compared").wait_for()
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")  # runs of one second stand in any order
    link = page.get_by_role("link", name="See it")
    expect(link).to_be_in_viewport()
    expect(page.locator(".compared-table").first).not_to_be_in_viewport()
    link.click()
    expect(page.locator(".compared-table").first).to_be_in_viewport()
    expect(page.locator(".runs th.created_at")).to_be_visible()
    row = page.locator(".runs tbody tr").filter(has_text="Other 3")
    expect(row.locator("td.best")).to_contain_text("90.0")
    assert row.locator("circle").get_attribute("cx") == "41.0", "the dot is at the best epoch, the second of three"
    name = page.locator(".runs td.name").filter(has_text="\u05e9")
    cell, text = name.bounding_box(), name.locator("span[dir]").bounding_box()
    assert text["x"] - cell["x"] < 8, "a name that is written from the right begins at the left of its cell"
    assert text["height"] > 30, "in two lines"
    for run in others[4:8]:
        page.get_by_role("checkbox", name=f"Compare {run.info().name}", exact=True).check()
        expect(page.get_by_role("checkbox", name=f"Compare {run.info().name}", exact=True)).to_be_checked()
    full = page.get_by_role("checkbox", name="Compare Other 10", exact=True)
    expect(full).to_be_disabled()
    expect(full.locator("..")).to_have_attribute("title", re.compile("Untick one first"))
    no_error_shown(page)


def test_a_run_that_is_taken_back_leaves_the_comparison_of_another_browser(server, page, runs):
    """It stood there until the next click."""
    hers = made(Home(server.home), "Hers", 0.9, 3, owner_of(new_token()))
    change_about(hers, published=True)
    page.goto(f"{server.url}/compare?runs={runs[0].id},{hers.id}")
    expect(page.locator(".compared-table").first).to_contain_text("Hers")
    change_about(hers, published=False)
    page.get_by_text("1 of the 2 runs of this link cannot be shown").wait_for()
    expect(page.locator(".compared-table")).to_have_count(0)
    no_error_shown(page)
