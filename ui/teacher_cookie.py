"""The teacher's token, from the address that the server prints at its start into a cookie, and away again.

A page that is asked for with `?teacher=TOKEN` answers with the cookie and sends the browser on to the same address
without the token, so that it stands in no bookmark, no shared link and no page that others see. The browser's history
keeps it, though: where a computer is shared the token is typed on the Class page, whose form is answered alike.
`?teacher=leave` takes the cookie away, and is counted: tabs that are open still hold it, as they were opened with it.
Scripts cannot read it (HttpOnly), other sites do not get it sent (SameSite), and it goes when the browser is closed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlencode

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.net_util import get_internal_ip
from streamlit.web.server.server_util import get_url

from core.access import owner_of
from core.home import Home, current_home
from core.i18n import _
from core.teacher import is_teacher_token, teacher_token
from ui.browser_cookie import NAME as BROWSER

NAME = "cnn_studio_teacher"
PARAMETER, LEAVE, REFUSED = "teacher", "leave", "refused"
_EVERY_ADDRESS = ("0.0.0.0", "::", "")

_leaves: Counter[str] = Counter()  # owner → how often that browser, a teacher's, has left


def teacher_cookie() -> Middleware:
    """What to give to `st.App(middleware=[...])`."""
    return Middleware(_TeacherCookie)


def is_teacher(cookies: Mapping[str, str]) -> bool:
    """Whether a browser with these cookies has shown the teacher's token."""
    shown = cookies.get(NAME, "")
    return bool(shown) and is_teacher_token(current_home(), shown)


def times_left(owner: str) -> int:
    """How often this browser, as `core.access.owner_of` names it, has left teacher mode since the server began.

    A tab that was opened at a lower count still has its cookie, and is no teacher's any more.
    """
    return _leaves[owner]


def teacher_line(home: Home) -> str:
    """What the server prints at its start: the address with the token, as a browser needs it, and how to do without."""
    text = _(
        "Teacher: open {url} to see and stop everybody's runs.\n"
        "On a shared computer, whose browser remembers addresses, open {page} and type what follows the “=” there."
    )
    server = _server_url()
    return text.format(url=f"{server}/?{PARAMETER}={teacher_token(home)}", page=f"{server}/class")


def answer_token(scope: Scope, shown: str) -> RedirectResponse:
    """The way on to the same page without the token, with the cookie, without it, or with a word that it was wrong."""
    shown = shown.strip()  # it is copied from a terminal
    is_right = is_teacher_token(current_home(), shown)
    refused = "" if is_right or shown == LEAVE else REFUSED
    answer = RedirectResponse(_same_page(scope, refused), status_code=303)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    is_secure = scope["scheme"] == "https"
    if is_right:
        answer.set_cookie(NAME, shown, httponly=True, samesite="lax", secure=is_secure)
    elif shown == LEAVE:
        _count_leave(HTTPConnection(scope).cookies)
        answer.delete_cookie(NAME, httponly=True, samesite="lax", secure=is_secure)
    return answer


class _TeacherCookie:
    """Answers a page's request with `?teacher=...` itself; all others go on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        shown = _shown(scope)
        answer = self._app if shown in ("", REFUSED) else answer_token(scope, shown)
        await answer(scope, receive, send)


def _shown(scope: Scope) -> str:
    """What a page is asked for with as the teacher's token; "" where it is no page or nothing is shown."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return ""
    return dict(_query(scope)).get(PARAMETER, "")


def _count_leave(cookies: Mapping[str, str]) -> None:
    if is_teacher(cookies):  # else anybody could fill the memory
        _leaves[owner_of(cookies.get(BROWSER, ""))] += 1


def _same_page(scope: Scope, refused: str) -> str:
    """Relative, so that it leads to no other server whatever the address is, and through any proxy."""
    others = [(name, value) for name, value in _query(scope) if name != PARAMETER]
    query = urlencode(others + [(PARAMETER, refused)] * bool(refused))
    return "./" + quote(scope["path"].rpartition("/")[2]) + (f"?{query}" if query else "")


def _query(scope: Scope) -> list[tuple[str, str]]:
    return parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)


def _server_url() -> str:
    """Scheme, host, port and base path under which a browser finds this server, as Streamlit prints them."""
    host = str(st.get_option("browser.serverAddress") or "localhost")
    if host == "localhost":  # as long as nobody says otherwise
        listens = str(st.get_option("server.address") or "")
        host = str(get_internal_ip()) if listens in _EVERY_ADDRESS else listens
    return str(get_url(f"[{host}]" if ":" in host else host))
