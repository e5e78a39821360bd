"""Watched photos in a real Chromium: their bars while it trains, and the film of them afterwards."""

import re

from playwright.sync_api import expect

from core.home import Home
from core.pins import read_pins
from core.runs.store import list_runs
from core.spec import RunSpec, TrainingSpec, to_query

FILM, LIVE = "[data-testid=studio-film]", "[data-testid=studio-watched]"
WRITTEN_DOWN = """node => {
  window.shown = [];
  new MutationObserver(() => window.shown.push(node.textContent)).observe(node, { childList: true });
}"""


def time_shown(page):
    return page.locator(f"{FILM} .now")


def at(page):
    return int(page.locator(f"{FILM} input[type=range]").input_value())


def painted(page):
    """How much lies over the first photo."""
    return page.locator(f"{FILM} canvas").first.evaluate(
        "node => node.getContext('2d').getImageData(0, 0, node.width, node.height).data.reduce((a, b) => a + b, 0)"
    )


def test_watched_photos_move_while_it_trains_and_play_afterwards(server, page):
    page.goto(f"{server.url}/train?spec={to_query(RunSpec(training=TrainingSpec(epochs=3)))}")
    page.get_by_role("button", name=re.compile("^0, picture")).first.wait_for()
    page.get_by_role("button", name="Start training").click()
    expect(page.locator(f"{LIVE} .photo")).to_have_count(6)
    height = page.locator(LIVE).bounding_box()["height"]
    expect(page.get_by_text("Watched photos: epoch 3")).to_be_visible(timeout=60_000)
    expect(page.locator(f"{LIVE} .asked")).to_have_count(6)
    page.get_by_role("button", name="See its mistakes").wait_for()
    assert page.locator(LIVE).bounding_box()["height"] == height, "the row jumped"
    film = read_pins(list_runs(Home(server.home))[0])
    assert film
    assert film.epochs == (-1, 0, 1, 2)

    page.get_by_role("button", name="See its mistakes").click()
    page.get_by_role("tab", name="Through time").click()
    rights = film.is_right.sum(axis=1)
    expect(time_shown(page)).to_have_text(f"epoch 3: {rights[3]} of 6 right")
    time_shown(page).evaluate(WRITTEN_DOWN)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => window.shown.length === 4")
    times = ("before training", "epoch 1", "epoch 2", "epoch 3")
    assert page.evaluate("window.shown") == [
        f"{time}: {right} of 6 right" for time, right in zip(times, rights, strict=True)
    ]
    expect(page.get_by_role("button", name="Play")).to_be_visible()

    page.locator(FILM).get_by_role("slider").press("ArrowLeft")
    assert at(page) == 2
    page.get_by_role("button", name="Play").press("ArrowLeft")
    assert at(page) == 1
    shares = page.locator(f"{FILM} .photo").first.locator(".true .share")
    expect(shares).to_have_text(f"{round(100 * float(film.probabilities[1, 0, film.labels[0]]))}\u00a0%")
    seen = painted(page)
    assert seen > 0
    page.get_by_label("Where it looks").uncheck()
    assert painted(page) == 0
    page.get_by_label("Where it looks").check()
    assert painted(page) == seen
    page.locator(f"{FILM} svg.line").first.click(position={"x": 1, "y": 10})
    assert at(page) == 0


def test_a_click_lets_a_photo_go_and_pins_another(server, page):
    page.goto(f"{server.url}/train")
    page.get_by_text("Photos to watch").wait_for()
    row = page.get_by_test_id("studio-gallery").first.get_by_role("button")
    expect(row).to_have_count(6)
    row.first.click()
    expect(row).to_have_count(5)
    page.get_by_text("Change", exact=True).click()
    others = page.get_by_test_id("studio-gallery").nth(1).get_by_role("button")
    others.nth(3).click()
    expect(row).to_have_count(6)
    expect(page.get_by_text("6 chosen, as many as can be")).to_be_visible()
    chosen = others.nth(3).get_attribute("data-id")
    assert row.nth(5).get_attribute("data-id") == chosen
    others.nth(4).click()
    expect(row.nth(5)).to_have_attribute("data-id", chosen)
    row.nth(5).click()
    expect(row).to_have_count(5)
