"""The teacher's cookie, through Starlette itself, without a server."""

from __future__ import annotations

import asyncio
from collections import Counter
from http.cookies import SimpleCookie
from typing import Any

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from streamlit import config

from core.access import owner_of
from core.home import Home
from core.teacher import teacher_token
from ui import teacher_cookie as module
from ui.browser_cookie import NAME as BROWSER
from ui.teacher_cookie import NAME, is_teacher, teacher_cookie, teacher_line, times_left


def ask(
    path: str, query: str = "", method: str = "GET", scheme: str = "http", cookies: str = ""
) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of an app that answers "page" to everything."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    async def page(_request: Request) -> Response:
        return PlainTextResponse("page")

    app = Starlette(routes=[Route("/{path:path}", page, methods=["GET", "POST"])], middleware=[teacher_cookie()])
    headers = [(b"host", b"studio.test"), (b"cookie", cookies.encode())]
    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": headers}
    asyncio.run(app(scope | {"scheme": scheme, "http_version": "1.1", "root_path": ""}, receive, send))
    answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], answered, b"".join(message.get("body", b"") for message in sent[1:]).decode()


def test_the_right_token_becomes_a_cookie_that_scripts_and_other_sites_do_not_get(home: Home) -> None:
    token = teacher_token(home)
    status, headers, _body = ask("/data", f"teacher={token}")
    assert status == 303
    (cookie,) = SimpleCookie(headers["set-cookie"]).values()
    assert (cookie.key, cookie.value) == (NAME, token)
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "lax", "/")
    assert not cookie["max-age"], "it goes when the browser is closed"
    assert not cookie["secure"]
    assert is_teacher({NAME: cookie.value})
    assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert token not in headers["location"]


def test_over_https_it_is_sent_back_over_https_only(home: Home) -> None:
    _status, headers, _body = ask("/", f"teacher={teacher_token(home)}", scheme="https")
    assert "; secure" in headers["set-cookie"].lower()


@pytest.mark.parametrize(
    ("path", "query", "location"),
    [
        ("/", "", "./"),
        ("/data", "", "./data"),
        ("/lab/", "", "./"),
        ("/lab", "", "./lab"),
        ("/lab/train", "run=r1&spec=%7B%22a%22%3A1%7D&empty=", "./train?run=r1&spec=%7B%22a%22%3A1%7D&empty="),
        ("//evil.test", "", "./evil.test"),
        ("//evil.test/", "", "./"),
        ("/\\evil.test", "", "./%5Cevil.test"),
        ("/https://evil.test", "", "./evil.test"),
        ("/javascript:alert(1)", "", "./javascript%3Aalert%281%29"),
        ("/\r\nset-cookie: a=b", "", "./%0D%0Aset-cookie%3A%20a%3Db"),
        ("/고양이", "", "./%EA%B3%A0%EC%96%91%EC%9D%B4"),
    ],
)
def test_the_browser_goes_on_to_the_same_page_and_never_to_another_server(
    home: Home, path: str, query: str, location: str
) -> None:
    """The address is relative: a path that begins with two slashes would name a server."""
    shown = f"teacher={teacher_token(home)}"
    for asked in (f"{query}&{shown}", f"{shown}&{query}"):
        assert ask(path, asked)[1]["location"] == location


def test_a_wrong_token_is_refused_once(home: Home) -> None:
    teacher_token(home)
    for wrong in ("f" * 32, "x", "%FF", "é", "a" * 5_000):
        status, headers, _body = ask("/train", f"run=r1&teacher={wrong}")
        assert (status, headers["location"]) == (303, "./train?run=r1&teacher=refused")
        assert "set-cookie" not in headers
    assert ask("/train", "teacher=refused")[2] == "page"


def test_who_leaves_loses_the_cookie(home: Home) -> None:
    _status, headers, _body = ask("/data", "teacher=leave")
    (cookie,) = SimpleCookie(headers["set-cookie"]).values()
    assert (cookie.key, cookie.value, cookie["max-age"], cookie["path"]) == (NAME, "", "0", "/")
    assert headers["location"] == "./data"
    assert not is_teacher({NAME: ""})


def test_leaves_are_counted_for_a_teacher_s_browser_alone(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_leaves", Counter())
    browser, owner = "b" * 32, owner_of("b" * 32)
    ask("/data", "teacher=leave", cookies=f"{BROWSER}={browser}; {NAME}={'f' * 32}")
    assert not module._leaves, "anybody could fill the memory"
    ask("/data", "teacher=leave", cookies=f"{BROWSER}={browser}; {NAME}={teacher_token(home)}")
    assert (times_left(owner), times_left(owner_of("c" * 32))) == (1, 0)
    assert set(module._leaves) == {owner}


@pytest.mark.parametrize(("method", "query"), [("GET", ""), ("GET", "teacher="), ("GET", "x=teacher"), ("POST", None)])
def test_everything_else_goes_on(home: Home, method: str, query: str | None) -> None:
    status, headers, body = ask("/data", f"teacher={teacher_token(home)}" if query is None else query, method)
    assert (status, body) == (200, "page")
    assert "set-cookie" not in headers


def test_a_cookie_of_somebody_else_s_making_is_no_teacher_s(home: Home) -> None:
    assert not is_teacher({})
    assert not is_teacher({NAME: "f" * 32})
    teacher_token(home)
    assert not is_teacher({NAME: "f" * 32})
    assert not is_teacher({"cnn_studio_browser": teacher_token(home)})


@pytest.mark.parametrize(
    ("options", "url"),
    [
        ({"server.address": "127.0.0.1"}, "http://127.0.0.1:8501"),
        ({"server.address": "0.0.0.0", "server.port": 9}, "http://10.1.2.3:9"),
        ({"server.address": "::", "server.baseUrlPath": "/lab/"}, "http://10.1.2.3:8501/lab"),
        ({"server.address": None}, "http://10.1.2.3:8501"),
        ({"server.address": "::1"}, "http://[::1]:8501"),
        ({"server.address": "0.0.0.0", "browser.serverAddress": "lab.test"}, "http://lab.test:8501"),
        ({"server.address": "lab.test", "server.sslCertFile": "a.pem"}, "https://lab.test:8501"),
    ],
)
def test_the_server_prints_the_address_as_a_browser_needs_it(
    home: Home, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], url: str
) -> None:
    monkeypatch.setattr(module, "get_internal_ip", lambda: "10.1.2.3")
    given, real = {"browser.serverPort": options.get("server.port", 8501), **options}, st.get_option
    monkeypatch.setattr(config, "get_option", lambda name: given.get(name, real(name)))
    monkeypatch.setattr(st, "get_option", config.get_option)
    with_token, without = teacher_line(home).splitlines()
    assert with_token == f"Teacher: open {url}/?teacher={teacher_token(home)} to see and stop everybody's runs."
    assert f" open {url}/class and type " in without
