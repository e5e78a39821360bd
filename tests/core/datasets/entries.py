"""Entries of the table of built-in sets that say something else, for tests of how such sets are brought in."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from core.datasets.catalog import BUILT_IN

if TYPE_CHECKING:
    from tests.core.datasets.conftest import Server


def change(monkeypatch: pytest.MonkeyPatch, name: str, **fields: Any) -> None:
    """Let the entry of a set say something else."""
    monkeypatch.setitem(BUILT_IN, name, dataclasses.replace(BUILT_IN[name], **fields))


def serve(server: Server, monkeypatch: pytest.MonkeyPatch, name: str, files: dict[str, bytes]) -> None:
    change(monkeypatch, name, base_url=server.url)
    server.files.update({f"/{file}": content for file, content in files.items()})


def cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """No set is fetched from its real server."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    for name, entry in list(BUILT_IN.items()):
        if entry.files:
            change(monkeypatch, name, base_url="http://127.0.0.1:9/")  # port 9, discard: nobody listens
