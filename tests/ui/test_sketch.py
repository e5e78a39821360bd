"""What the sheet and the clipboard send, as Python takes it; tests/browser/test_classify.py draws and pastes."""

from __future__ import annotations

import base64
import importlib
from typing import Any

import pytest

from core.errors import DataError
from ui.components.paste import decode_pasted
from ui.components.sketch import decode_drawing


def as_text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def test_a_drawing_comes_back_byte_by_byte() -> None:
    assert decode_drawing({"number": 1, "image": as_text(b"\x89PNG")}) == b"\x89PNG"


@pytest.mark.parametrize("sent", [None, {"number": 2, "image": ""}])
def test_an_empty_sheet_is_no_drawing(sent: Any) -> None:
    assert decode_drawing(sent) is None


@pytest.mark.parametrize("sent", ["AAAA", {}, {"image": None}, {"image": 7}, {"image": "A"}, {"image": "ÄÄÄÄ"}])
def test_anything_else_is_refused_in_words(sent: Any) -> None:
    with pytest.raises(DataError, match="Expected a drawing"):
        decode_drawing(sent)


def test_a_drawing_that_is_too_large_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.import_module("ui.components.sketch"), "MAX_BYTES", 8)
    with pytest.raises(DataError, match="Expected a drawing"):
        decode_drawing({"image": "A" * 12})


def test_a_pasted_picture_comes_back_byte_by_byte() -> None:
    assert decode_pasted(as_text(b"picture")) == b"picture"
    assert decode_pasted(None) is None


@pytest.mark.parametrize("sent", ["", 7, ["AAAA"], "A", "ÄÄÄÄ"])
def test_what_is_no_pasted_picture_is_refused_in_words(sent: Any) -> None:
    with pytest.raises(DataError, match="Expected a pasted picture"):
        decode_pasted(sent)


def test_a_pasted_picture_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.components.paste.MAX_BYTES", 3)
    with pytest.raises(DataError, match="Expected a pasted picture"):
        decode_pasted(as_text(b"1234567"))
