"""What all tests share: a data home of their own, and the real data that some need."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from streamlit.runtime.scriptrunner import script_runner

from core.home import PROJECT, Home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An empty data home, also for what the test starts."""
    root = tmp_path / "home"
    monkeypatch.setenv("CNN_STUDIO_HOME", str(root))
    return Home(root).make()


@pytest.fixture(autouse=True)
def no_keras_in_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """After each script Streamlit clears the session of a Keras that is loaded, and walks through the whole heap.

    A server never has one. Here the tests of learning have loaded it, and each run of a page would take a second more.
    """
    monkeypatch.setattr(script_runner, "_clean_problem_modules", lambda: None)


@pytest.fixture(scope="session")
def assets() -> Path:
    """Folder with real data and weights; without it a test skips, or fails if CNN_STUDIO_REQUIRE_ASSETS is 1."""
    folder = Path(os.environ.get("CNN_STUDIO_TEST_ASSETS") or PROJECT.parent / "shared" / "assets")
    if not folder.is_dir():
        reason = f"no test assets in {folder}; name their folder in CNN_STUDIO_TEST_ASSETS"
        if os.environ.get("CNN_STUDIO_REQUIRE_ASSETS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder
