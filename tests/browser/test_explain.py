"""From a mistake to the numbers behind it, in a real Chromium with a real model."""

import re
from decimal import Decimal

from playwright.sync_api import expect

from tests.browser.test_main_job import no_error_shown

SUM = ".studio-sum strong"


def test_a_mistake_is_looked_into_down_to_one_number(server, page):
    page.goto(server.url)
    page.get_by_role("button", name="Train my first CNN").click()
    page.get_by_text("are named right").wait_for(timeout=90_000)
    page.get_by_role("button", name="See its mistakes").click()
    page.locator("[data-testid=studio-gallery] button").first.click()
    dialog = page.get_by_role("dialog")
    dialog.locator("[data-testid=studio-heat] img.heat").wait_for()
    dialog.get_by_role("button", name="Look inside").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("tab", name="Explain a photo")).to_have_attribute("aria-selected", "true")
    expect(page.locator("[data-testid=studio-heat]")).to_be_in_viewport()
    page.get_by_text("is the check that knows nothing").wait_for()
    expect(page.locator("[data-testid=studio-heat] img.heat:visible")).to_have_count(2)
    page.get_by_text("What each layer sees").click()
    conv = page.locator("[data-testid=studio-maps] .row").filter(has_text="conv2d_3")
    conv.get_by_role("button", name="map 2", exact=False).first.click()
    page.get_by_text(re.compile("✓ The network itself says")).wait_for()
    before = numbers(page)
    chosen = page.get_by_test_id("studio-pixel-map").first
    box = chosen.bounding_box()
    page.mouse.click(box["x"] + 0.2 * box["width"], box["y"] + 0.7 * box["height"])
    expect(page).to_have_url(re.compile("pixel="))
    page.keyboard.press("ArrowRight")
    expect(chosen).to_have_attribute("aria-label", re.compile("column 3"))
    expect(page.get_by_text(re.compile("The network itself says"))).to_contain_text("✓")
    assert numbers(page) != before
    address, label = page.url, chosen.get_attribute("aria-label")
    page.goto(address)
    chosen.wait_for()
    expect(chosen).to_have_attribute("aria-label", label)
    numbers(page)
    no_error_shown(page)


def numbers(page):
    """The terms of the sum as they are shown, which have to add up."""
    expect(page.locator(SUM).first).to_be_visible()
    shown = [Decimal(text.replace("−", "-")) for text in page.locator(SUM).all_inner_texts()]
    *terms, total, comes_out = shown
    assert sum(terms) == total
    assert comes_out == max(total, 0), "ReLU"
    return shown
