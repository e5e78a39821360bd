"""Files with weights, and the places where they are looked for."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import h5py
import pytest

from core.home import Home
from tests.core.datasets.conftest import server
from tests.core.weights.files import Arrays, Write, numbers_for, shapes_of, write_in_order

__all__ = ["server"]  # the fixture of tests of data sets, here too


@pytest.fixture
def in_order(tmp_path: Path) -> Write:
    """Write arrays to a file of its own; a whole model has them `under` a group."""
    numbers = itertools.count()

    def write(arrays: Arrays, path: Path | None = None, under: str = "/") -> Path:
        path = path or tmp_path / f"file{next(numbers)}.h5"
        with h5py.File(path, "w") as file:
            write_in_order(file.require_group(under), arrays)
        return path

    return write


@pytest.fixture
def keras_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keras's own folder, with nothing in it."""
    folder = tmp_path / "keras"
    (folder / "models").mkdir(parents=True)
    monkeypatch.setenv("KERAS_HOME", str(folder))
    return folder


@pytest.fixture
def small(home: Home, keras_home: Path, in_order: Write) -> Callable[..., Path]:
    """Put a file that fits MobileNetV3 Small, of 4 MB, into the data home's weights folder under a name."""

    def put(name: str, seed: int = 0, folder: Path | None = None) -> Path:
        return in_order(numbers_for(shapes_of("mobilenet_v3_small"), seed), (folder or home.weights) / name)

    return put
