"""Serves what a task or an export has written, straight from disk: it may be larger than memory should hold."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from core.access import Viewer, owner_of
from core.errors import StudioError
from core.export.kinds import KINDS, export_file, may_take
from core.home import current_home
from core.runs.notes import run_name
from core.runs.store import open_run
from core.tasks.folder import open_task
from ui.browser_cookie import NAME as COOKIE
from ui.teacher_cookie import is_teacher

_PATH, _EXPORTS = "studio/files", "studio/exports"


def download_url(task_id: str) -> str:
    """Address of the file that a finished task made. Who knows the task's id, 128 random bits, may have it."""
    return _url(f"{_PATH}/{quote(task_id)}")


def export_url(run_id: str, kind: str) -> str:
    """Address of what was made of a run, a name in `core.export.kinds.KINDS`; for browsers that may see the run."""
    return _url(f"{_EXPORTS}/{quote(run_id)}/{quote(kind)}")


def downloads_routes() -> list[Route]:
    """The routes to give to `st.App(routes=[...])`; they answer below any prefix, as `plotly_route` does."""
    return [
        Route(f"/{{base:path}}{_PATH}/{{task}}", _serve),
        Route(f"/{{base:path}}{_EXPORTS}/{{run}}/{{kind}}", _serve_export),
    ]


def _url(path: str) -> str:
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{f'/{base}' if base else ''}/{path}"


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
    return _file(path, name)


def _serve_export(request: Request) -> Response:
    kind = request.path_params["kind"]
    try:
        run = open_run(current_home(), request.path_params["run"])
        is_seen = may_take(current_home(), run, kind, _viewer(request))
        name = re.sub(r"[^\w .()-]+", "_", run_name(run)).strip(" .") or run.id
    except StudioError as error:
        return PlainTextResponse(str(error), status_code=404)
    if not is_seen or kind not in KINDS or not export_file(run, kind).is_file():
        return PlainTextResponse("404", status_code=404)
    return _file(export_file(run, kind), f"{name}{KINDS[kind].ending}")


def _viewer(request: Request) -> Viewer:
    """Who asks; a browser without a token owns nothing."""
    return Viewer(owner_of(request.cookies.get(COOKIE, "")), is_teacher(request.cookies))


def _file(path: Path, name: str) -> FileResponse:
    return FileResponse(path, filename=name, headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"})
