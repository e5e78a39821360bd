"""Two browsers and a teacher on one server: what is private, what is published, and who may stop and delete it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from core.access import owner_of
from core.home import Home
from core.runs.folder import State, Status
from core.runs.store import list_runs
from core.runs.submit import submit_run
from core.spec import RunSpec
from tests.browser.conftest import PATIENCE, Server
from tests.browser.test_main_job import no_error_shown
from ui.browser_cookie import NAME as BROWSER

expect.set_options(timeout=PATIENCE)


@pytest.fixture
def person(browser: Browser) -> Iterator[Callable[[], Page]]:
    """A page in a browser of its own, as another person has one."""
    contexts: list[BrowserContext] = []

    def come() -> Page:
        contexts.append(browser.new_context(viewport={"width": 1400, "height": 900}))
        contexts[-1].set_default_timeout(PATIENCE)
        return contexts[-1].new_page()

    yield come
    for context in contexts:
        context.close()


def teacher_address(server: Server) -> str:
    """As the terminal shows it."""
    shown = re.search(r"http://\S+/\?teacher=[0-9a-f]+", server.log.read_text())
    assert shown
    return shown[0]


def train_the_first(page: Page, server: Server) -> None:
    page.goto(server.url)
    page.get_by_role("button", name="Train my first CNN").click()
    expect(page.get_by_text("Settings of this run")).to_be_visible()


def test_a_run_is_private_until_its_owner_publishes_it_and_then_to_be_read_alone(
    server: Server, person: Callable[[], Page]
) -> None:
    alice, bob = person(), person()
    train_the_first(alice, server)
    expect(alice.get_by_text(re.compile("of 100 pictures that it had never seen"))).to_be_visible(timeout=4 * PATIENCE)
    run = list_runs(Home(server.home))[0]

    bob.goto(f"{server.url}/compare")
    expect(bob.get_by_text("No runs to compare yet")).to_be_visible()
    expect(bob.get_by_text("1 run was made in another browser and is private to it.")).to_be_visible()
    bob.goto(f"{server.url}/train?run={run.id}")
    expect(bob.get_by_text("This run is private to the browser that made it.")).to_be_visible()
    assert "My first CNN" not in bob.locator("body").inner_text()

    alice.get_by_text("Published: everybody on this server sees it").click()
    bob.goto(f"{server.url}/compare")
    row = bob.locator(".runs tbody tr")
    expect(row).to_contain_text("My first CNN")
    expect(row.locator(".mark")).to_have_text("published")
    expect(row.get_by_role("button", name="Star My first CNN")).to_be_disabled()
    bob.get_by_role("button", name="My first CNN", exact=True).click()
    dialog = bob.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Clone with changes")).to_be_visible()
    expect(dialog.get_by_role("button", name="Delete")).to_have_count(0)
    expect(dialog.get_by_label("Name")).to_have_count(0)
    dialog.get_by_role("button", name="Its exam").click()
    expect(bob.get_by_role("tab", name="Worst mistakes")).to_be_visible()
    no_error_shown(bob)

    alice.get_by_text("Published: everybody on this server sees it").click()
    expect(alice.get_by_role("switch", name="Published")).not_to_be_checked()
    bob.goto(f"{server.url}/compare")
    expect(bob.get_by_text("No runs to compare yet")).to_be_visible()
    no_error_shown(alice)


def owner_in(context: BrowserContext) -> str:
    """As runs name this browser."""
    return owner_of(next(cookie["value"] for cookie in context.cookies() if cookie["name"] == BROWSER))


def test_a_browser_is_forgotten_for_the_next_person_at_it(server: Server, person: Callable[[], Page]) -> None:
    home, alice, bob = Home(server.home), person(), person()
    bob.goto(server.url)
    alice.goto(f"{server.url}/compare")
    before, other = owner_in(alice.context), owner_in(bob.context)
    run = submit_run(home, RunSpec(), "Secret", owner=before, status=Status(state=State.PAUSED))
    second = alice.context.new_page()
    for tab in (alice, second):
        tab.goto(f"{server.url}/compare?run={run.id}")
        expect(tab.locator(".runs tbody tr")).to_contain_text("Secret")
    alice.get_by_text("Forget this browser").click()
    expect(alice.get_by_text("Publish or export first")).to_be_visible()
    alice.get_by_role("button", name="Forget it").click()

    expect(alice.get_by_role("button", name="Train my first CNN")).to_be_visible()
    expect(alice).to_have_url(re.compile(f"^{server.url}/([?]spec=[^&]*)?$"))
    assert owner_in(alice.context) != before
    alice.get_by_role("link", name="Compare", exact=True).click()
    expect(alice.get_by_text("No runs to compare yet")).to_be_visible()
    alice.goto(f"{server.url}/train?run={run.id}")
    expect(alice.get_by_text("This run is private to the browser that made it.")).to_be_visible()
    second.get_by_role("link", name="Evaluate", exact=True).first.click()
    expect(second.get_by_text("This browser was forgotten in another tab.")).to_be_visible()
    expect(second.get_by_text("Secret")).to_have_count(0)
    second.get_by_role("link", name="Begin anew").click()
    expect(second.get_by_role("button", name="Train my first CNN")).to_be_visible()
    bob.reload()
    assert owner_in(bob.context) == other
    assert run.status().state == State.PAUSED
    no_error_shown(alice)


def test_a_teacher_sees_everybody_s_runs_and_stops_them_all(server: Server, person: Callable[[], Page]) -> None:
    alice, bob, teacher = person(), person(), person()
    teacher.goto(teacher_address(server))
    teacher.get_by_role("link", name="Class", exact=True).click()
    expect(teacher.get_by_text("Nothing trains right now")).to_be_visible()
    train_the_first(alice, server)
    train_the_first(bob, server)
    expect(teacher.get_by_text("2 runs train or wait")).to_be_visible()
    expect(teacher.get_by_text(re.compile("^browser [0-9a-f]{4}$"))).not_to_have_count(0)
    teacher.get_by_role("button", name="Stop all").click()
    teacher.get_by_role("button", name="Stop them all").click()
    expect(alice.get_by_text("■ Stopped").first).to_be_visible(timeout=2 * PATIENCE)
    expect(bob.get_by_text("■ Stopped").first).to_be_visible(timeout=2 * PATIENCE)
    expect(teacher.get_by_text("Nothing trains right now")).to_be_visible()
    no_error_shown(teacher)
    teacher.get_by_role("link", name="Leave teacher mode").click()
    expect(teacher.get_by_role("button", name="Train my first CNN")).to_be_visible()
    expect(teacher.get_by_role("link", name="Class", exact=True)).to_have_count(0)
    assert "teacher" not in teacher.url
    bob.goto(f"{server.url}/class")
    expect(bob.get_by_text("This page is the teacher's.")).to_be_visible()
