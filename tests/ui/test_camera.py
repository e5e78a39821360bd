"""What the camera's script sends, as Python takes it; tests/browser/test_camera.py presses its button."""

from __future__ import annotations

import base64
import importlib
import re
from typing import Any

import pytest

from core.errors import DataError
from ui.components.camera import MAX_BYTES, MAX_SHOTS, camera, decode_shots

module = importlib.import_module("ui.components.camera")  # the name in ui.components is the function


def as_text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def batch(*shots: Any, number: Any = 1) -> dict[str, Any]:
    return {"number": number, "shots": list(shots)}


@pytest.mark.parametrize("content", [b"a", b"ab", b"abc", b"\xff\xd8\xff\xe0"])
def test_pictures_come_back_byte_by_byte_and_in_order(content: bytes) -> None:
    assert decode_shots(batch(as_text(b"first"), as_text(content))) == [b"first", content]


@pytest.mark.parametrize(
    "shot", ["AA=A", "A", "AAA", "AA AA", "AA\n==", "AAAA====", "AA-_", "ÄÄÄÄ", "data:,AAAA", "", 7, None]
)
def test_what_is_not_strict_base64_is_refused_in_words(shot: Any) -> None:
    with pytest.raises(DataError, match="Expected pictures from the camera"):
        decode_shots(batch("AAAA", shot))


@pytest.mark.parametrize("sent", [None, "AAAA", ["AAAA"], {}, {"shots": "AAAA"}, {"shots": {"0": "AAAA"}}])
def test_another_shape_is_refused_in_words(sent: Any) -> None:
    with pytest.raises(DataError, match="Expected pictures from the camera"):
        decode_shots(sent)


def test_a_batch_may_be_full_but_no_fuller() -> None:
    assert len(decode_shots(batch(*["AAAA"] * MAX_SHOTS))) == 60
    with pytest.raises(DataError, match="at most 60 pictures at a time, got 61"):
        decode_shots(batch(*["AAAA"] * (MAX_SHOTS + 1)))


def test_a_batch_may_be_heavy_but_no_heavier() -> None:
    half = as_text(bytes(MAX_BYTES // 2))
    assert sum(map(len, decode_shots(batch(half, half)))) == MAX_BYTES
    with pytest.raises(DataError, match=re.escape("at most 20 MB of pictures at a time, got 30 MB")):
        decode_shots(batch(half, half, half))
    with pytest.raises(DataError, match="at most 20 MB"):
        decode_shots(batch(half, as_text(bytes(MAX_BYTES // 2 + 3))))


class Page:
    """Streamlit's part: one browser's memory, and the trigger that calls the function before the script runs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.memory: dict[str, Any] = {}
        self.sent: Any = None
        self.received: list[int] = []
        self.calls: list[str] = []
        self._arrived: Any = None
        monkeypatch.setattr(module.session, "recall", lambda key, default=None: self.memory.get(key, default))
        monkeypatch.setattr(module.session, "remember", self.memory.__setitem__)
        monkeypatch.setattr(module.session, "widget_value", lambda _key: {"shots": self.sent})
        monkeypatch.setattr(module, "_mount", self._mount)

    def _mount(self, *, key: str, data: dict[str, Any], on_shots_change: Any) -> None:
        self.received.append(data["received"])
        self._arrived = on_shots_change

    def run(self) -> list[bytes]:
        return camera(key="cat", on_shots=lambda: self.calls.append("called"))

    def send(self, sent: Any) -> None:
        self.sent = sent
        self._arrived()


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Page:
    opened = Page(monkeypatch)
    assert opened.run() == []
    return opened


def test_a_batch_is_returned_once_and_its_number_goes_back(page: Page) -> None:
    page.send(batch(as_text(b"one"), as_text(b"two"), number=4))
    assert page.calls == ["called"]
    assert page.run() == [b"one", b"two"]
    assert page.run() == []
    assert page.received == [0, 4, 4]


def test_a_batch_waits_for_a_script_that_gets_as_far_as_the_camera(page: Page) -> None:
    """A script that another click ends before it comes to the camera would lose what a trigger holds."""
    page.send(batch(as_text(b"one")))
    page.sent = None
    assert page.run() == [b"one"]


def test_a_batch_that_was_sent_again_counts_once(page: Page) -> None:
    page.send(batch(as_text(b"one"), number=1))
    assert page.run() == [b"one"]
    page.send(batch(as_text(b"one"), number=1))
    assert page.run() == []
    page.send(batch(as_text(b"two"), number=2))
    assert page.run() == [b"two"]


@pytest.mark.parametrize("sent", ["x", {"number": "1", "shots": ["AAAA", 1]}, {"number": 1, "shots": ["?"]}])
def test_a_damaged_batch_is_said_once_and_the_camera_stays(page: Page, sent: Any) -> None:
    page.send(sent)
    with pytest.raises(DataError):
        page.run()
    assert page.run() == []
    assert len(page.received) == 3


def test_each_camera_has_a_memory_of_its_own(page: Page) -> None:
    page.send(batch(as_text(b"one"), number=9))
    assert camera(key="dog", on_shots="rerun") == []
    assert page.received[-1] == 0
    assert page.run() == [b"one"]
