"""Small sets and files that several tests of data sets use."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.datasets.dataset import About, Dataset, Original, make_dataset

ABOUT = About(
    title="Tiny",
    classes=("cat", "dog"),
    source="a test",
    licence="CC0 1.0",
    original=Original(shape="(4, 4, 4, 3)", dtype="uint8", range=(0, 255)),
)


@pytest.fixture
def about() -> About:
    return ABOUT


@pytest.fixture
def tiny() -> Dataset:
    """Four random 4×4 colour pictures: two cats, two dogs, no test part."""
    images = np.random.default_rng(0).integers(0, 256, (4, 4, 4, 3), dtype=np.uint8)
    return make_dataset(ABOUT, images, np.array([0, 0, 1, 1]), np.zeros(4, np.uint8), "tiny")


@pytest.fixture
def encode() -> Callable[..., bytes]:
    """Write a Pillow image as the bytes of a file."""

    def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
        file = io.BytesIO()
        image.save(file, kind, **options)
        return file.getvalue()

    return encoded


@pytest.fixture
def npz(tmp_path: Path) -> Callable[..., Path]:
    """Write arrays to an .npz file."""

    def written(**arrays: object) -> Path:
        path = tmp_path / "file.npz"
        np.savez_compressed(path, **arrays)  # type: ignore[arg-type]
        return path

    return written


@dataclass
class Server:
    """Files on 127.0.0.1, and what was asked for."""

    url: str
    files: dict[str, bytes]
    asked: list[tuple[str, str | None]]  # path and Range header
    break_after: int | None = None  # bytes of a body after which the connection is cut
    knows_ranges: bool = True


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked_range = self.headers.get("Range")
            state.asked.append((self.path, asked_range))
            body = state.files.get(self.path)
            start = int(asked_range[6:-1]) if asked_range and state.knows_ranges else 0
            if body is None or (start and start >= len(body)):
                self.send_error(404 if body is None else 416)
                return
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(body) - start))
            self.end_headers()
            self.wfile.write(body[start:][: state.break_after])

        def log_message(self, *_arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http_server:
        state = Server(f"http://127.0.0.1:{http_server.server_port}/", {}, [])
        thread = threading.Thread(target=http_server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield state
        http_server.shutdown()
        thread.join()
