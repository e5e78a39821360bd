"""Forms that change a cookie, through Starlette itself, without a server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from core.home import Home
from core.teacher import teacher_token
from ui.cookie_forms import LARGEST, cookie_forms
from ui.teacher_cookie import NAME, PARAMETER, answer_token

FORM = {"content-type": "application/x-www-form-urlencoded", "host": "studio.test", "origin": "https://studio.test"}


def told(_scope: Scope, value: str) -> Response:
    return PlainTextResponse(f"told {value}")


ANSWERS = {"tell": told, PARAMETER: answer_token}


def send_form(
    *parts: str, method: str = "POST", path: str = "/class", query: str = "", **headers: str
) -> tuple[int, dict[str, str], str, int]:
    """Status, headers and body of the answer, and how many parts of what was sent it did not wait for.

    An underscore in a header's name stands for a dash; an empty header is left out.
    """
    coming: Iterator[dict[str, Any]] = iter(
        {"type": "http.request", "body": part.encode(), "more_body": place < len(parts) - 1}
        for place, part in enumerate(parts)
    )
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return next(coming)

    async def send(message: Any) -> None:
        sent.append(message)

    async def page(_request: Request) -> Response:
        return PlainTextResponse("page")

    app = Starlette(routes=[Route("/{path:path}", page, methods=["GET", "POST"])], middleware=[cookie_forms(ANSWERS)])
    given = FORM | {name.replace("_", "-"): value for name, value in headers.items()}
    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode()}
    scope["headers"] = [(name.encode(), value.encode()) for name, value in given.items() if value]
    asyncio.run(app(scope | {"scheme": "https", "http_version": "1.1", "root_path": ""}, receive, send))
    answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    body = b"".join(message.get("body", b"") for message in sent[1:]).decode()
    return sent[0]["status"], answered, body, len(list(coming))


def test_a_form_reaches_the_one_who_answers_it() -> None:
    assert send_form("tell=a+b%26c")[::2] == (200, "told a b&c")
    assert send_form("te", "ll=", "x")[::2] == (200, "told x")
    assert send_form("tell=", content_type=f"{FORM['content-type']}; charset=UTF-8")[::2] == (200, "told ")


@pytest.mark.parametrize(
    ("headers", "is_taken"),
    [
        ({"origin": "http://studio.test"}, True),  # a proxy may speak HTTPS for the server
        ({"host": "studio.test:8501", "origin": "http://studio.test:8501"}, True),
        ({"origin": "https://evil.test"}, False),
        ({"origin": "https://studio.test:444"}, False),
        ({"origin": "https://studio.test.evil.test"}, False),
        ({"origin": "https://studio.test@evil.test"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({"origin": "null", "host": ""}, False),
        ({"sec_fetch_site": "same-origin"}, True),
        ({"sec_fetch_site": "same-origin", "origin": "https://outside.test"}, True),  # the proxy changes the host
        ({"sec_fetch_site": "same-site"}, False),
        ({"sec_fetch_site": "cross-site"}, False),
        ({"sec_fetch_site": "none"}, False),
    ],
)
def test_only_pages_of_this_server_may_send_one(headers: dict[str, str], is_taken: bool) -> None:
    status, _headers, body, _left = send_form("tell=x", **headers)
    assert (status, body) == (200, "told x") if is_taken else status == 403
    assert is_taken or "of CNN Studio's own pages" in body


def test_a_form_that_is_too_long_is_not_read_to_its_end() -> None:
    assert send_form("tell=" + "x" * (LARGEST - 5))[0] == 200
    assert send_form("tell=" + "x" * (LARGEST - 4))[0] == 413
    status, _headers, body, left = send_form(*["x" * 400] * 10)
    assert (status, left) == (413, 7)
    assert "1024 bytes" in body


@pytest.mark.parametrize("sent", ["", "other=x", "tell=x&tell=y", "tell=x&other=y", "tell", "=x", "\xff", "&&&"])
def test_a_form_that_nobody_answers_is_refused(sent: str) -> None:
    assert send_form(sent)[0] == (200 if sent == "tell" else 400)


def test_all_else_goes_on() -> None:
    assert send_form("tell=x", method="GET")[::2] == (200, "page")
    for kind in ("", "text/plain", "multipart/form-data; boundary=x", "application/json"):
        assert send_form("tell=x", content_type=kind)[::2] == (200, "page")


def test_the_right_token_becomes_the_teacher_s_cookie_and_stands_nowhere_else(home: Home) -> None:
    token = teacher_token(home)
    status, headers, body, _left = send_form(f"teacher=+{token}%0A", query="spec=%7B%7D&teacher=refused")
    assert (status, headers["location"], body) == (303, "./class?spec=%7B%7D", "")
    assert headers["set-cookie"].startswith(f"{NAME}={token}; HttpOnly")
    assert headers["cache-control"] == "no-store"


def test_a_wrong_token_is_refused_as_in_an_address(home: Home) -> None:
    teacher_token(home)
    for wrong in ("f" * 32, "", "%FF", "%C3%A9", "refused"):
        status, headers, _body, _left = send_form(f"teacher={wrong}")
        assert (status, headers["location"]) == (303, "./class?teacher=refused")
        assert "set-cookie" not in headers
    assert send_form(f"teacher={teacher_token(home)}", origin="https://evil.test")[0] == 403
