"""What a server does when it starts."""

import os
import time

import pytest

from core.home import Home
from core.runs.queue import Queue
from core.runs.store import DRAFT_FOR
from ui import services


def test_runs_whose_making_was_cut_short_are_removed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Queue, "start", lambda queue: queue)
    old, fresh = (home.runs / f".r20260101-000000-00000{digit}.tmp" for digit in "ab")
    for draft in (old, fresh):
        draft.mkdir()
        (draft / "checkpoint.npz").write_bytes(b"weights")
    os.utime(old, (time.time() - DRAFT_FOR - 10,) * 2)
    services._start(home).close()
    assert [*home.runs.glob(".r*")] == [fresh], "somebody may still be at work on this one"
