"""Serves what a task has written, straight from disk: an exported set may be larger than memory should hold."""

from __future__ import annotations

from urllib.parse import quote

import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from core.errors import StudioError
from core.home import current_home
from core.tasks.folder import open_task

_PATH = "studio/files"


def download_url(task_id: str) -> str:
    """Address of the file that a finished task made. Who knows the task's id, 128 random bits, may have it."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{f'/{base}' if base else ''}/{_PATH}/{quote(task_id)}"


def downloads_route() -> Route:
    """The route to give to `st.App(routes=[...])`; it answers below any prefix, as `plotly_route` does."""
    return Route(f"/{{base:path}}{_PATH}/{{task}}", _serve)


def _serve(request: Request) -> Response:
    try:
        task = open_task(current_home(), request.path_params["task"])
    except StudioError as error:
        return PlainTextResponse(str(error), status_code=404)
    result = task.result()
    name = str(result.value.get("file", "")) if result else ""
    path = task.path / name
    if not name or not path.is_file():
        return PlainTextResponse("404", status_code=404)
    return FileResponse(path, filename=name, headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"})
