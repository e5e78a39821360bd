"""The Augment page in a real Chromium: a slider moves the copies, a click picks, a reload keeps all."""

import pytest
from playwright.sync_api import expect

from core.augmentation.spec import PRESETS
from core.spec import RunSpec, to_query

COPIES = ".st-key-augment-copies img"


@pytest.fixture
def augment_page(server, page):
    page.goto(f"{server.url}/augment?spec={to_query(RunSpec(augmentation=PRESETS['notebook'].spec))}")
    page.locator(COPIES).nth(11).wait_for()
    return page


def sources(page, pictures=COPIES):
    return page.locator(pictures).evaluate_all("images => images.map((image) => image.src)")


def changed(page, before, pictures=COPIES):
    """Wait until all pictures are others, and return them."""
    for place, source in enumerate(before):
        expect(page.locator(pictures).nth(place)).not_to_have_attribute("src", source)
    return sources(page, pictures)


def test_a_slider_moves_the_same_draws(augment_page):
    before = sources(augment_page)
    assert len(set(before)) == 12
    augment_page.locator(".st-key-augment-knob-rotation input").focus()
    augment_page.keyboard.press("ArrowRight")
    turned = changed(augment_page, before)
    augment_page.keyboard.press("ArrowLeft")
    assert changed(augment_page, turned) == before
    augment_page.get_by_role("button", name="New draw").click()
    assert not set(changed(augment_page, before)) & set(before)


def test_settings_and_picture_survive_a_reload(augment_page):
    original = ".st-key-augment-original img"
    first = sources(augment_page, original)
    augment_page.locator(".st-key-augment-fills button").nth(3).click()
    expect(augment_page.get_by_role("button", name="wrap, chosen")).to_be_visible()
    augment_page.reload()
    augment_page.locator(COPIES).nth(11).wait_for()
    expect(augment_page.get_by_role("button", name="wrap, chosen")).to_be_visible()
    augment_page.locator(".st-key-augment-offered button").nth(4).click()
    changed(augment_page, first, original)


def test_the_first_batch_and_the_way_on(augment_page):
    augment_page.get_by_text("Show epoch 1, batch 1").click()
    expect(augment_page.get_by_text("The 32 pictures of the first step of the run to come")).to_be_visible()
    expect(augment_page.locator(".st-key-augment-batch img")).to_have_count(32)
    augment_page.get_by_role("button", name="Shape the network").click()
    augment_page.wait_for_url("**/model**")


def test_code_to_take_along(augment_page):
    augment_page.get_by_text("Show as Keras code").click()
    expect(augment_page.get_by_text("layers.RandomRotation(30 / 360")).to_be_visible()
    augment_page.get_by_role("tab", name="The notebook's ImageDataGenerator").click()
    expect(augment_page.get_by_text("rotation_range=30")).to_be_visible()
