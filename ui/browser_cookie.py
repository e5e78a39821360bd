"""Gives every browser a token of 128 random bits in a cookie, so that what it has brought in is found after a reload.

Only the server reads it (HttpOnly), other sites do not get it sent (SameSite), and it says nothing about a person.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.desk import is_token, new_token

NAME = "cnn_studio_browser"
_A_YEAR = 365 * 24 * 3600  # seconds


def browser_cookie() -> Middleware:
    """What to give to `st.App(middleware=[...])`."""
    return Middleware(_BrowserCookie)


class _BrowserCookie:
    """Sets the cookie with the first page that a browser without one asks for."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_token(HTTPConnection(scope).cookies.get(NAME, "")):
            await self._app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("set-cookie", _cookie(secure=scope["scheme"] == "https"))
                    headers["cache-control"] = "no-store"  # else a proxy would give one browser's token to another
            await send(message)

        await self._app(scope, receive, send_with_cookie)


def _cookie(*, secure: bool) -> str:
    attributes = f"Path=/; Max-Age={_A_YEAR}; HttpOnly; SameSite=Lax"
    return f"{NAME}={new_token()}; {attributes}{'; Secure' if secure else ''}"
