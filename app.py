"""CNN Studio's entry: `streamlit run app.py`. Server configuration only; the pages' frame is ui/shell.py."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import streamlit as st

from core.home import PROJECT
from ui.browser_cookie import browser_cookie
from ui.cookie_forms import cookie_forms
from ui.downloads import downloads_routes
from ui.errors import show_unexpected
from ui.forgetting import FIELD, answer_forget
from ui.plotly_route import plotly_route
from ui.services import studio
from ui.teacher_cookie import PARAMETER, answer_token, teacher_cookie, teacher_line

COLLECT_EVERY = 60.0  # seconds; Streamlit's own collection after every script is off

logging.getLogger("core").setLevel(logging.INFO)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Start the queue with its warm spare before the first browser comes; end the spare with the server."""
    gc.collect()
    gc.freeze()
    services = studio()
    print(teacher_line(services.home), flush=True)  # noqa: T201 - for whoever starts the server, like Streamlit's own
    collector = asyncio.create_task(_collect_garbage())
    try:
        yield {}
    finally:
        collector.cancel()
        with suppress(asyncio.CancelledError):
            await collector
        services.close()


async def _collect_garbage() -> None:
    while True:
        await asyncio.sleep(COLLECT_EVERY)
        await asyncio.to_thread(gc.collect)


app = st.App(
    PROJECT / "ui" / "shell.py",
    lifespan=lifespan,
    routes=[plotly_route(), *downloads_routes()],
    middleware=[browser_cookie(), teacher_cookie(), cookie_forms({PARAMETER: answer_token, FIELD: answer_forget})],
    on_script_error=show_unexpected,
)
