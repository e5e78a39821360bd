"""A lesson from the form to the learner, in a real Chromium: two browsers that know nothing of each other."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from core.augmentation.spec import AugmentSpec
from core.lesson import Lesson, lesson_from_query, lesson_to_query
from core.spec import RunSpec, TrainingSpec, from_query, to_query
from tests.browser.conftest import PATIENCE

BOX = ".studio-lesson"
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
HOSTILE = (
    "<img src=x onerror=document.body.remove()> **bold** [link](https://example.org) www.example.org a@example.org"
)
SPEC = RunSpec(augmentation=AugmentSpec(rotation=10), training=TrainingSpec(epochs=7))


@pytest.fixture
def learner(browser, page):
    """A window of another browser; an error of a script on its page fails the test."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    errors = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert not errors


def visit(page, url):
    """Open an address and wait until all of the page is drawn."""
    page.goto(url)
    drawn(page)


def drawn(page):
    page.locator(".studio-foot").wait_for()
    page.locator(IDLE).wait_for()


def asked(page, name):
    return parse_qs(urlsplit(page.url).query).get(name, [""])[0]


def choose(page, row, option):
    page.locator(IDLE).wait_for()
    choice = page.locator(f".st-key-share-row-share-{row}").get_by_role("radio", name=option, exact=True)
    choice.click()
    expect(choice).to_be_checked()


def test_a_lesson_from_the_form_to_the_learner(server, page, learner):
    visit(page, f"{server.url}/share?spec={to_query(SPEC)}")
    page.get_by_label("Title", exact=True).fill("What does rotation do?")
    text = page.get_by_label("Text on top of every page")
    text.fill("1. Turn it up.\n2. Train again.")
    text.blur()
    written = Lesson(title="What does rotation do?", text="1. Turn it up.\n2. Train again.")
    expect(page.get_by_test_id("stCode").nth(1)).to_contain_text(f"lesson={lesson_to_query(written)}")
    page.locator(".st-key-share-pages").get_by_text("Compare", exact=True).click()
    choose(page, "group-pictures", "hidden")
    choose(page, "group-training", "one by one")
    choose(page, "control-training-epochs", "locked")
    link = page.get_by_role("link", name="Open it as a learner sees it")
    pictures = ("data.dataset", "data.image_size", "data.colour_mode")
    changes = {"pages": ("compare",), "locked": ("training.epochs",), "hidden": pictures}
    wanted = written.model_copy(update=changes)
    expect(link).to_have_attribute("href", f"{server.url}/data?spec={to_query(SPEC)}&lesson={lesson_to_query(wanted)}")

    visit(learner, link.get_attribute("href"))
    expect(learner.locator(f"{BOX} h2")).to_have_text("What does rotation do?")
    expect(learner.locator(f"{BOX} p")).to_have_text("1. Turn it up.\n2. Train again.", use_inner_text=True)
    menu = learner.get_by_test_id("stSidebarNav")
    expect(menu.get_by_role("link", name="Evaluate")).to_be_visible()
    expect(menu.get_by_role("link", name="Compare")).to_have_count(0)
    expect(learner.locator("[data-testid=stMain]").get_by_text("Ready-made")).to_have_count(0)

    menu.get_by_role("link", name="Train").click()
    learner.get_by_role("button", name="Start training").wait_for()
    epochs = learner.get_by_role("slider", name="Epochs")
    expect(epochs).to_be_disabled()
    expect(epochs).to_have_value("7")
    batch = learner.get_by_role("slider", name="Batch size")
    batch.press("ArrowRight")
    expect(batch).to_have_attribute("aria-valuetext", "64")
    learner.wait_for_function(f"() => !location.search.includes('spec={to_query(SPEC)}')")
    learner.reload()
    drawn(learner)
    expect(batch).to_have_attribute("aria-valuetext", "64")
    expect(epochs).to_be_disabled()
    expect(learner.locator(f"{BOX} h2")).to_have_text("What does rotation do?")
    assert lesson_from_query(asked(learner, "lesson")) == wanted
    assert from_query(asked(learner, "spec")).training == TrainingSpec(epochs=7, batch_size=64)

    learner.get_by_role("button", name="Leave the lesson").click()
    expect(learner.locator(BOX)).to_have_count(0)
    expect(epochs).to_be_enabled()
    expect(menu.get_by_role("link", name="Compare")).to_be_visible()
    learner.wait_for_function("() => !location.search.includes('lesson')")
    learner.reload()
    drawn(learner)
    expect(batch).to_have_attribute("aria-valuetext", "64")
    expect(learner.locator(BOX)).to_have_count(0)


def test_a_locked_live_slider_does_not_move(server, page):
    lesson = Lesson(locked=("augmentation.rotation",))
    visit(page, f"{server.url}/augment?spec={to_query(SPEC)}&lesson={lesson_to_query(lesson)}")
    rotation = page.get_by_role("slider", name="Rotation")
    rotation.wait_for()
    expect(rotation).to_be_disabled()
    expect(rotation).to_have_value("10")
    zoom = page.get_by_role("slider", name="Zoom")
    zoom.press("ArrowRight")
    page.wait_for_function(f"() => !location.search.includes('spec={to_query(SPEC)}')")
    assert from_query(asked(page, "spec")).augmentation == AugmentSpec(rotation=10, zoom=0.01)


def test_a_hidden_page_is_asked_for_by_its_address(server, page):
    lesson = lesson_to_query(Lesson(title="T", pages=("model", "start")))
    for path, title in (("model", "Model"), ("", "Start")):
        visit(page, f"{server.url}/{path}?lesson={lesson}")
        expect(page.get_by_text(f"This lesson does without the page “{title}”.")).to_be_visible()
    page.get_by_role("link", name="Go on with Data").click()
    expect(page.get_by_role("button", name="Vary the pictures")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_stranger_s_words_are_words(server, page):
    visit(page, f"{server.url}/train?lesson={lesson_to_query(Lesson(title=HOSTILE[:80], text=HOSTILE))}")
    expect(page.locator(f"{BOX} p")).to_have_text(HOSTILE)
    expect(page.locator(f"{BOX} :is(a, img, b, strong)")).to_have_count(0)


def test_the_code_of_a_link_is_drawn(server, page):
    visit(page, f"{server.url}/share")
    page.get_by_text("QR code to project").first.click()
    code = page.get_by_role("img", name="QR code of the link to these settings")
    expect(code).to_be_visible()
    assert code.evaluate("node => node.complete && node.naturalWidth") > 0
