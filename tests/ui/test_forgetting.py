"""A browser is forgotten: another token for it, and nothing of the old one's for the tabs that still hold it."""

from __future__ import annotations

import asyncio
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.types import Scope

from core.access import owner_of
from core.desk import is_token
from core.home import Home
from core.teacher import teacher_token
from ui import browser_cookie, session
from ui.browser_cookie import NAME, forget_token, is_kept, was_forgotten
from ui.forgetting import answer_forget
from ui.teacher_cookie import NAME as TEACHER

OLD, OTHER = "a" * 32, "b" * 32


@pytest.fixture(autouse=True)
def nobody_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser_cookie, "_forgotten", {})


def asked_with(cookies: str, scheme: str = "http") -> Scope:
    return {"type": "http", "scheme": scheme, "path": "/lab/compare", "headers": [(b"cookie", cookies.encode())]}


def cookies_set_by(scope: Scope) -> dict[str, tuple[str, str, str, bool]]:
    """Name → value, age and path of each cookie, and whether it is sent back over HTTPS alone."""
    answer = answer_forget(scope, "")
    assert (answer.status_code, answer.headers["location"]) == (303, "./")
    assert answer.headers["cache-control"] == "no-store"
    made = [one for text in answer.headers.getlist("set-cookie") for one in SimpleCookie(text).values()]
    assert all(one["httponly"] and one["samesite"].lower() == "lax" for one in made)
    return {one.key: (one.value, one["max-age"], one["path"], bool(one["secure"])) for one in made}


def test_the_browser_gets_another_token_and_is_no_teacher_s() -> None:
    made = cookies_set_by(asked_with(f"{NAME}={OLD}; {TEACHER}={OTHER}"))
    token, age, path, secure = made[NAME]
    assert is_token(token) and token != OLD
    assert (age, path, secure) == (str(365 * 24 * 3600), "/", False)
    assert made[TEACHER] == ("", "0", "/", False)
    assert not is_kept(OLD) and is_kept(token) and is_kept(OTHER)


def test_over_https_it_is_sent_back_over_https_alone() -> None:
    assert cookies_set_by(asked_with(f"{NAME}={OLD}", "https"))[NAME][3]


@pytest.mark.parametrize("shown", ["", "x", "A" * 32, f"{OLD}0"])
def test_what_is_no_token_is_not_kept_in_mind(shown: str) -> None:
    assert is_token(cookies_set_by(asked_with(f"{NAME}={shown}"))[NAME][0])
    assert not browser_cookie._forgotten


def test_nobody_can_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser_cookie, "MOST_FORGOTTEN", 2)
    for token in (OLD, OTHER, OTHER, "c" * 32):
        forget_token(token)
    assert [*browser_cookie._forgotten] == [OTHER, "c" * 32]


@pytest.mark.parametrize(("shown", "gets_another"), [(OLD, True), (OTHER, False), ("", True)])
def test_a_page_asked_for_with_a_forgotten_token_brings_another(shown: str, gets_another: bool) -> None:
    """Else who puts the old cookie back would be told for ever to begin anew."""
    forget_token(OLD)
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    page = Starlette(routes=[Route("/lab/compare", HTMLResponse("page"))], middleware=[browser_cookie.browser_cookie()])
    scope = {**asked_with(f"{NAME}={shown}"), "method": "GET", "query_string": b"", "root_path": ""}
    asyncio.run(page(scope, receive, send))
    headers = Headers(raw=sent[0]["headers"])
    assert ("set-cookie" in headers) == gets_another
    assert OLD not in headers.get("set-cookie", "")


def test_a_tab_from_before_owns_nothing_and_is_no_teacher_s(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    cookies = {NAME: OLD, TEACHER: teacher_token(home)}
    monkeypatch.setattr(session, "st", SimpleNamespace(context=SimpleNamespace(cookies=cookies), session_state={}))
    assert (session.viewer().owner, session.viewer().is_teacher) == (owner_of(OLD), True)
    assert not was_forgotten(cookies)
    forget_token(OLD)
    assert was_forgotten(cookies)
    assert session.browser() == session.browser() != OLD
    assert (session.viewer().owner, session.viewer().is_teacher) == (owner_of(session.browser()), False)
    cookies[NAME] = OTHER
    assert session.viewer().owner == owner_of(OTHER) and not was_forgotten(cookies)


def test_a_browser_without_a_token_was_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "st", SimpleNamespace(context=SimpleNamespace(cookies={}), session_state={}))
    assert is_token(session.browser()) and not was_forgotten({})
