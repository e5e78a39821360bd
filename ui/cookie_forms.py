"""Forms of a page that change a cookie which scripts cannot reach, answered before Streamlit sees them.

What a form sends stands in no address, and so in no browser's history. Only pages of this server may send one: a form
on another site could else take somebody's cookie away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, urlsplit

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from core.i18n import _

LARGEST = 1024  # bytes of a form
_TYPE = "application/x-www-form-urlencoded"

Answer = Callable[[Scope, str], Response]  # to a form, given the value of its one field


def cookie_forms(answers: Mapping[str, Answer]) -> Middleware:
    """What to give to `st.App(middleware=[...])`.

    Args:
        answers: Name of a form's only field → who answers it.
    """
    return Middleware(_CookieForms, answers=answers)


class _CookieForms:
    """Answers forms itself; all else goes on."""

    def __init__(self, app: ASGIApp, answers: Mapping[str, Answer]) -> None:
        self._app, self._answers = app, answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(scope, receive) if _is_form(scope) else self._app
        await answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        if not _is_of_this_server(Headers(scope=scope)):
            return _refusal(403, _("Expected a form of CNN Studio's own pages. Open the page there and try again."))
        body = await _body(receive)
        if body is None:
            return _refusal(413, _("Expected a form of at most {most} bytes, got more.").format(most=LARGEST))
        fields = parse_qsl(body.decode("latin-1"), keep_blank_values=True)
        if len(fields) != 1 or fields[0][0] not in self._answers:
            return _refusal(400, _("Nothing here takes this form. Go back, reload the page and try again."))
        name, value = fields[0]
        return self._answers[name](scope, value)


def _is_form(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "POST":
        return False
    return Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower() == _TYPE


def _is_of_this_server(headers: Headers) -> bool:
    """By what a browser says of the page that sends; it says the first only over HTTPS or on the server's computer."""
    if site := headers.get("sec-fetch-site"):
        return site == "same-origin"
    host = headers.get("host", "")
    return bool(host) and urlsplit(headers.get("origin", "")).netloc == host


async def _body(receive: Receive) -> bytes | None:
    """All that is sent; None where it is too much, of which no more is read than that takes."""
    body = b""
    while len(body) <= LARGEST:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):  # a browser that goes away sends no more either
            break
    return body if len(body) <= LARGEST else None


def _refusal(status: int, text: str) -> Response:
    return PlainTextResponse(text, status_code=status, headers={"Cache-Control": "no-store"})
