"""What the tests of pages share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.home import Home
from core.inference import Inference
from core.runs.executor import LocalExecutor
from core.runs.queue import Queue
from ui import services
from ui.services import Studio


@pytest.fixture
def studio_without_spare(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    """The services of an empty data home, whose queue does not tick: nothing is started beside the test."""
    queue = Queue(home, LocalExecutor(home.root / "workers.log"), keep_spare=False)
    studio = Studio(home, queue, Inference(queue.take_spare))
    monkeypatch.setitem(services._studios, home.root.resolve(), studio)
    yield studio
    studio.close()
