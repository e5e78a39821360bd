"""The addresses that the Share page hands out."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

import streamlit as st

from core.lesson import Lesson, lesson_to_query
from core.spec import RunSpec, to_query
from ui.navigation import PAGES, ROAD

LONGEST = 8_000  # characters; browsers, proxies and mail programs cut longer addresses
THIS_COMPUTER = ("localhost", "::1", "0.0.0.0")  # and all of 127.


def address_of(spec: RunSpec, lesson: Lesson | None = None) -> str:
    """The whole address that opens these settings, with the lesson if there is one.

    It leads to Train, where a run with them is one press away; a lesson begins with the first page of its road.
    """
    page = first_page(lesson) if lesson else "train"
    queries = {"spec": to_query(spec), "lesson": lesson_to_query(lesson) if lesson else ""}
    asked = urlencode({name: text for name, text in queries.items() if text})
    return f"{base()}/{page}{'?' if asked else ''}{asked}"


def base() -> str:
    """Where this browser found the app, without the Share page and a slash at the end."""
    found = urlsplit(st.context.url or f"http://localhost:{st.get_option('server.port')}")
    return f"{found.scheme}://{found.netloc}{found.path.rstrip('/').removesuffix('/share')}"


def first_page(lesson: Lesson) -> str:
    """Where a lesson begins; Start, which tells the way out, where it has no page at all."""
    return next((name for name in (*ROAD, *PAGES) if name not in lesson.pages), "")


def is_this_computer_alone(address: str) -> bool:
    """Whether the address means another computer to whoever opens it there."""
    host = urlsplit(address).hostname or ""
    return host in THIS_COMPUTER or host.startswith("127.")
