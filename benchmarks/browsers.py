"""Browsers as WebSocket clients that speak Streamlit's protocol, and the server that they talk to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from core.home import PROJECT, Home


class Browser:
    """One client of the server's protocol."""

    def __init__(self, socket: ClientConnection, page: str, query: str) -> None:
        self._socket, self._page, self._query = socket, page, query
        self.fragment_id = ""
        self.buttons: dict[str, str] = {}  # label → what the server calls it
        self.components: dict[str, str] = {}  # what the server calls it → its data as JSON
        self.arrived: dict[str, float] = {}  # likewise → seconds after the question, in the last answer
        self.texts: list[str] = []  # of the last answer

    async def ask(self, fragment_id: str = "", press: str = "", state: tuple[str, Any] | None = None) -> float:
        """Ask for the page or one fragment, press a button or change a component; seconds until the script is done.

        Args:
            press: The button's label.
            state: What the server calls the component, and its state.

        Raises:
            RuntimeError: If the page shows an exception.
        """
        message = BackMsg()
        message.rerun_script.query_string = self._query
        message.rerun_script.page_name = self._page
        message.rerun_script.fragment_id = fragment_id
        self.texts.clear()
        self.arrived.clear()
        if press:
            message.rerun_script.widget_states.widgets.add(id=self.buttons[press], trigger_value=True)
        if state:
            message.rerun_script.widget_states.widgets.add(id=state[0], json_value=json.dumps(state[1]))
        start = time.monotonic()
        await self._socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg.FromString(await self._socket.recv())
            kind = answer.WhichOneof("type")
            if kind == "auto_rerun":
                self.fragment_id = answer.auto_rerun.fragment_id
            elif kind == "delta":
                self._look_at(answer.delta.new_element, time.monotonic() - start)
            elif kind == "script_finished":
                return time.monotonic() - start

    def _look_at(self, element: Element, after: float) -> None:
        kind = element.WhichOneof("type")
        if kind == "exception":
            raise RuntimeError(element.exception.message)
        if kind == "markdown":
            self.texts.append(element.markdown.body)
        elif kind == "button":
            self.buttons[element.button.label] = element.button.id
        elif kind == "bidi_component":
            self.components[element.bidi_component.id] = element.bidi_component.json
            self.arrived[element.bidi_component.id] = after


@asynccontextmanager
async def browser(port: int, page: str, query: str) -> AsyncIterator[Browser]:
    """A browser that has opened nothing yet; leave the block to close it."""
    url = f"ws://127.0.0.1:{port}/_stcore/stream"
    async with connect(url, subprotocols=["streamlit"], max_size=None) as socket:  # type: ignore[list-item]
        yield Browser(socket, page, query)


def start_server(home: Home, port: int) -> subprocess.Popen[bytes]:
    """The app as `make run` starts it, on a port of its own."""
    options = ["--server.port", str(port), "--server.headless", "true"]
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", *options],
        cwd=PROJECT,
        env=os.environ | {"CNN_STUDIO_HOME": str(home.root)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
            return server
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
