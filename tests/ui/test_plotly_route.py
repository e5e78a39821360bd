"""The route is asked through Starlette's own router, without a server."""

from __future__ import annotations

import asyncio
import gzip
from importlib.metadata import version
from typing import Any

import pytest
import streamlit as st
from starlette.routing import Router

from ui.plotly_route import plotly_route, plotly_url


def _get(path: str, accept: str = "") -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body that the route answers."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"accept-encoding", accept.encode())]
    scope = {"type": "http", "method": "GET", "path": path, "headers": headers, "query_string": b""}
    asyncio.run(Router(routes=[plotly_route()])(scope, receive, send))
    answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], answered, b"".join(message.get("body", b"") for message in sent[1:])


def test_the_script_is_sent_compressed_to_who_takes_it() -> None:
    status, headers, body = _get("/studio/plotly.min.js", "gzip, br")
    assert status == 200
    assert headers["content-encoding"] == "gzip"
    assert headers["vary"] == "Accept-Encoding"
    assert "immutable" in headers["cache-control"]
    assert headers["content-type"].startswith("text/javascript")
    assert b"plotly.js" in gzip.decompress(body)[:200]


def test_and_plain_to_who_does_not() -> None:
    status, headers, body = _get("/studio/plotly.min.js")
    assert status == 200
    assert "content-encoding" not in headers
    assert headers["vary"] == "Accept-Encoding"
    assert b"plotly.js" in body[:200]


def test_it_answers_below_a_base_path_and_nowhere_else() -> None:
    assert _get("/lab/studio/plotly.min.js")[0] == 200
    assert _get("/studio/other.js")[0] == 404


@pytest.mark.parametrize(("base", "path"), [("", "/studio/"), ("lab", "/lab/studio/"), ("/a/b/", "/a/b/studio/")])
def test_the_address_has_the_base_path_and_the_version(monkeypatch: pytest.MonkeyPatch, base: str, path: str) -> None:
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": base}.get)
    assert plotly_url() == f"{path}plotly.min.js?v={version('plotly')}"
