"""The routes for files are asked through Starlette's own router, without a server."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import unquote

import pytest
import streamlit as st
from starlette.routing import Router

from core.access import owner_of
from core.export.kinds import export_file
from core.home import Home
from core.runs.folder import RunFolder
from core.runs.notes import change_about
from core.runs.submit import submit_run
from core.spec import RunSpec
from core.tasks.folder import Result, create_task
from core.teacher import teacher_token
from ui.browser_cookie import NAME as BROWSER
from ui.downloads import download_url, downloads_routes, export_url
from ui.teacher_cookie import NAME as TEACHER

ANN, BEN = "a" * 32, "b" * 32  # tokens of two browsers


def get(path: str, cookies: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body that the routes answer to a browser with these cookies."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asgi = {"version": "3.0", "spec_version": "2.4"}  # before 2.4 a file is sent while `receive` is asked without end
    cookie = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())
    headers = [(b"cookie", cookie.encode())]
    scope = {"type": "http", "asgi": asgi, "method": "GET", "path": path, "headers": headers, "query_string": b""}
    asyncio.run(Router(routes=downloads_routes())(scope, receive, send))
    answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], answered, b"".join(message.get("body", b"") for message in sent[1:])


@pytest.fixture
def run(home: Home) -> RunFolder:
    made = submit_run(home, RunSpec(), "Mine")
    made.exports.mkdir()
    export_file(made, "report").write_bytes(b"<script>")
    return made


def test_an_export_is_a_download_named_after_its_run_and_never_a_page(run: RunFolder) -> None:
    """It is shown under this server's address otherwise, where its scripts could do what the person may."""
    status, headers, body = get(export_url(run.id, "report"))
    assert (status, body) == (200, b"<script>")
    assert headers["content-disposition"] == 'attachment; filename="Mine.html"'
    assert headers["x-content-type-options"] == "nosniff"
    change_about(run, name="Grüße/../\n<b>")
    told = unquote(get(export_url(run.id, "report"))[1]["content-disposition"])
    assert told.endswith("Grüße_.._ _b_.html")


def test_it_answers_below_a_base_path(run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": "/lab/"}.get)
    assert export_url(run.id, "report").startswith("/lab/studio/exports/")
    assert get(export_url(run.id, "report"))[0] == 200


def test_nothing_else_is_given(run: RunFolder) -> None:
    assert get(export_url(run.id, "keras"))[0] == 404, "it was not made"
    assert get(f"/studio/exports/{run.id}/..%2Frun.json")[0] == 404
    assert get(f"/studio/exports/{run.id}/report.html")[0] == 404
    assert get("/studio/exports/../report")[0] == 404
    assert get("/studio/exports/r20260101-000000-000000/report")[0] == 404


@pytest.fixture
def private(home: Home) -> RunFolder:
    """A run of Ann's, with a report and a model to take away."""
    made = submit_run(home, RunSpec(), "Ann's", owner=owner_of(ANN))
    made.exports.mkdir()
    for kind in ("report", "keras"):
        export_file(made, kind).write_bytes(b"a file")
    return made


@pytest.mark.parametrize("kind", ["report", "keras"])
def test_a_private_run_s_files_are_its_owner_s_and_the_teacher_s(home: Home, private: RunFolder, kind: str) -> None:
    url = export_url(private.id, kind)
    assert get(url, {BROWSER: ANN})[0] == 200
    assert get(url, {BROWSER: BEN, TEACHER: teacher_token(home)})[0] == 200


def test_nobody_else_gets_them_whatever_is_sent(home: Home, private: RunFolder) -> None:
    """What files say of the owner is no token, nor is the name of another cookie."""
    token, owner = teacher_token(home), owner_of(ANN)
    sent = [
        {},
        {BROWSER: BEN},
        {BROWSER: ""},
        {BROWSER: owner},
        {BROWSER: "nobody"},
        {TEACHER: ANN},
        {TEACHER: owner},
        {TEACHER: "f" * 32},
        {BROWSER: token},
        {"cnn_studio": ANN},
    ]
    answers = [get(export_url(private.id, "report"), cookies) for cookies in sent]
    assert [(status, body) for status, _headers, body in answers] == [(404, b"404")] * len(sent)


def test_a_published_run_s_files_are_for_all_until_that_is_taken_back(private: RunFolder) -> None:
    for published, expected in ((True, 200), (False, 404)):
        change_about(private, published=published)
        assert get(export_url(private.id, "report"), {BROWSER: BEN})[0] == expected


def test_what_a_task_has_made(home: Home) -> None:
    task = create_task(home, "export", {})
    assert get(download_url(task.id))[0] == 404
    (task.path / "set.npz").write_bytes(b"arrays")
    task.end(Result(value={"file": "set.npz"}))
    status, headers, body = get(download_url(task.id))
    assert (status, body) == (200, b"arrays")
    assert "set.npz" in headers["content-disposition"]
