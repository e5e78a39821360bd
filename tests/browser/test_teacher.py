"""The teacher's cookie in a real browser, and what other browsers get of a private run: nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from core.access import owner_of
from core.export.kinds import export_file
from core.home import Home
from core.runs.folder import RunFolder, State, Status
from core.runs.submit import submit_run
from core.spec import RunSpec
from tests.browser.conftest import PATIENCE, Server
from ui.browser_cookie import NAME as BROWSER
from ui.teacher_cookie import NAME as TEACHER

expect.set_options(timeout=PATIENCE)


@pytest.fixture
def other(browser: Browser) -> Iterator[BrowserContext]:
    """Another person's browser."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def cookies(context: BrowserContext) -> dict[str, str]:
    return {cookie["name"]: cookie["value"] for cookie in context.cookies()}


def run_of(page: Page, server: Server) -> RunFolder:
    """A finished run of this browser, with a report to take away."""
    page.goto(server.url)
    owner = owner_of(cookies(page.context)[BROWSER])
    run = submit_run(Home(server.home), RunSpec(), "Secret", owner=owner, status=Status(state=State.FINISHED))
    run.exports.mkdir()
    export_file(run, "report").write_bytes(b"<html>")
    return run


def printed(server: Server) -> str:
    """The address that the server prints at its start."""
    found = re.search(r"^Teacher: open (\S+) to see", server.log.read_text(), re.MULTILINE)
    assert found
    return found[1]


def test_the_teacher_sees_a_private_run_until_leaving(page: Page, server: Server, other: BrowserContext) -> None:
    run = run_of(page, server)
    window = other.new_page()
    url = f"{server.url}/evaluate?run={run.id}"
    window.goto(url)
    expect(window.get_by_text("private").first).to_be_visible()
    expect(window.get_by_text("Secret")).to_have_count(0)

    token = printed(server).partition("?teacher=")[2]
    assert printed(server) == f"{server.url}/?teacher={token}"
    window.goto(f"{url}&teacher={token}")
    expect(window.get_by_text("Secret").first).to_be_visible()
    assert token not in window.url
    assert run.id in window.url
    assert cookies(other)[TEACHER] == token
    assert token not in window.evaluate("document.cookie")

    window.goto(f"{url}&teacher=leave")
    expect(window.get_by_text("private").first).to_be_visible()
    assert TEACHER not in cookies(other)


def test_a_typed_token_opens_the_class_page_and_stays_in_no_history(
    page: Page, server: Server, other: BrowserContext
) -> None:
    run_of(page, server)
    token, window = printed(server).partition("?teacher=")[2], other.new_page()
    window.goto(f"{server.url}/class")
    box = window.get_by_label("Teacher's token")
    expect(box).to_have_attribute("type", "password")
    expect(box).to_have_attribute("autocomplete", "off")
    box.fill("f" * 32)
    window.get_by_role("button", name="Open", exact=True).click()
    expect(window.get_by_text("This is not the teacher's token")).to_be_visible()
    assert TEACHER not in cookies(other)
    window.get_by_label("Teacher's token").fill(f" {token} ")
    window.keyboard.press("Enter")
    expect(window.get_by_text("You see the runs and pictures of everybody")).to_be_visible()
    expect(window.get_by_text("This is not the teacher's token")).to_have_count(0)
    assert cookies(other)[TEACHER] == token
    history = other.new_cdp_session(window).send("Page.getNavigationHistory")
    assert f"{server.url}/class" in str(history)
    assert token not in str(history)


def test_who_leaves_in_one_tab_has_left_in_all(page: Page, server: Server, other: BrowserContext) -> None:
    run = run_of(page, server)
    first, second, third = (other.new_page() for _ in range(3))
    first.goto(printed(server))
    for window, name in ((second, "class"), (third, f"evaluate?run={run.id}")):
        window.goto(f"{server.url}/{name}")
    expect(second.get_by_text("You see the runs and pictures of everybody")).to_be_visible()
    expect(third.get_by_text("Secret").first).to_be_visible()
    first.goto(f"{server.url}/class?teacher=leave")
    for window in (first, second):
        expect(window.get_by_text("This page is the teacher's")).to_be_visible()
    expect(second.get_by_text("Class", exact=True)).to_have_count(1)  # its head alone: it is in no menu any more
    third.get_by_role("link", name="Compare").click()  # the same connection, with the cookie that it was opened with
    expect(third.get_by_text("No runs to compare yet")).to_be_visible()
    first.goto(printed(server))
    first.goto(f"{server.url}/evaluate?run={run.id}")
    expect(first.get_by_text("Secret").first).to_be_visible()


def test_a_wrong_token_is_said_once(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/data?teacher={'f' * 32}")
    expect(page.get_by_text("This is not the teacher's token")).to_be_visible()
    expect(page).not_to_have_url(re.compile("teacher"))
    assert TEACHER not in cookies(page.context)
    page.reload()
    expect(page.get_by_text("CNN Studio runs on this computer")).to_be_visible()
    expect(page.get_by_text("This is not the teacher's token")).to_have_count(0)


def test_another_browser_s_cookie_takes_nothing_away(page: Page, server: Server, other: BrowserContext) -> None:
    run = run_of(page, server)
    export = f"{server.url}/studio/exports/{run.id}/report"
    assert page.request.get(export).status == 200
    other.new_page().goto(server.url)
    assert other.request.get(export).status == 404
    other.add_cookies([{"name": TEACHER, "value": owner_of("guess"), "url": server.url}])
    assert other.request.get(export).status == 404
