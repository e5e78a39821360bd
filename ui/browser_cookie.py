"""Gives every browser a token of 128 random bits in a cookie, so that what it has brought in is found after a reload.

Only the server reads it (HttpOnly), other sites do not get it sent (SameSite), and it says nothing about a person. Tabs
that are open when it is forgotten still hold it, as they were opened with it: so it is kept in mind.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.desk import is_token, new_token

NAME = "cnn_studio_browser"
MOST_FORGOTTEN = 4096  # tokens; else anybody could fill the memory
_A_YEAR = 365 * 24 * 3600  # seconds

_forgotten: dict[str, None] = {}  # tokens, the one forgotten last at the end


def browser_cookie() -> Middleware:
    """What to give to `st.App(middleware=[...])`."""
    return Middleware(_BrowserCookie)


def is_kept(token: str) -> bool:
    """Whether `token`, which may be anything, is a browser's, and was not forgotten since the server began."""
    return is_token(token) and token not in _forgotten


def was_forgotten(cookies: Mapping[str, str]) -> bool:
    """Whether a page with these cookies was opened before its browser was forgotten."""
    return cookies.get(NAME, "") in _forgotten


def forget_token(token: str) -> None:
    """Let the tabs that still hold it be nobody's."""
    if is_kept(token):
        _forgotten[token] = None
    if len(_forgotten) > MOST_FORGOTTEN:
        del _forgotten[next(iter(_forgotten))]


def new_cookie(*, secure: bool) -> str:
    """What sets a cookie with another token; `secure` if it was asked for over HTTPS."""
    attributes = f"Path=/; Max-Age={_A_YEAR}; HttpOnly; SameSite=Lax"
    return f"{NAME}={new_token()}; {attributes}{'; Secure' if secure else ''}"


class _BrowserCookie:
    """Sets the cookie with the first page that a browser without one asks for."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_kept(HTTPConnection(scope).cookies.get(NAME, "")):
            await self._app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("set-cookie", new_cookie(secure=scope["scheme"] == "https"))
                    headers["cache-control"] = "no-store"  # else a proxy would give one browser's token to another
            await send(message)

        await self._app(scope, receive, send_with_cookie)
