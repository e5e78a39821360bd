"""Serves the plotly.min.js that the plotly package ships, so that charts need no internet."""

from __future__ import annotations

import gzip
from functools import lru_cache
from importlib.metadata import distribution
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_PLOTLY = distribution("plotly")
_VERSION = _PLOTLY.version  # read once: it parses a file
_PATH = "studio/plotly.min.js"
_A_YEAR = "public, max-age=31536000, immutable"  # the version in the URL changes when the script does


def plotly_url() -> str:
    """The address of the script as the browser must ask for it: below server.baseUrlPath, with plotly's version."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{f'/{base}' if base else ''}/{_PATH}?v={_VERSION}"


def plotly_route() -> Route:
    """The route to give to `st.App(routes=[...])`.

    It answers below any prefix: when st.App is made, server.baseUrlPath may not have been read from its file yet.
    """
    return Route(f"/{{base:path}}{_PATH}", _serve)


def _serve(request: Request) -> Response:
    """Not async: Starlette runs it in a thread, so that the first call's compression (0.2 s) holds nobody up."""
    headers = {"Cache-Control": _A_YEAR, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        return Response(_zipped(), media_type="text/javascript", headers={**headers, "Content-Encoding": "gzip"})
    return Response(_script().read_bytes(), media_type="text/javascript", headers=headers)


@lru_cache(maxsize=1)
def _zipped() -> bytes:
    return gzip.compress(_script().read_bytes(), mtime=0)


def _script() -> Path:
    return Path(str(_PLOTLY.locate_file("plotly/package_data/plotly.min.js")))
