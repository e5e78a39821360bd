"""The reader's language, where somebody reads and where nobody does."""

from __future__ import annotations

import logging
import threading

import pytest
from streamlit.runtime.scriptrunner_utils import script_run_context

from ui.language import language


def test_a_thread_beside_the_pages_reads_english_and_warns_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """The timer's guard, which sums up runs, filled the terminal with "missing ScriptRunContext"."""
    said: list[str] = []
    script_run_context._LOGGER.addHandler(caplog.handler)
    try:
        with caplog.at_level(logging.WARNING):
            thread = threading.Thread(target=lambda: said.append(language()))
            thread.start()
            thread.join()
    finally:
        script_run_context._LOGGER.removeHandler(caplog.handler)
    assert said == ["en"]
    assert "ScriptRunContext" not in caplog.text
