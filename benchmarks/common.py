"""What all benchmarks share: options, a data home that goes away, the real MNIST, and the last line."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
warnings.simplefilter("ignore")

from core.architecture.presets import PRESETS
from core.datasets.dataset import Dataset
from core.datasets.importing.npz import import_npz
from core.home import PROJECT, Home
from core.spec import DataSpec, RunSpec, TrainingSpec

BATCH_SIZE = 128  # the MNIST notebook's


def quick() -> bool:
    """Whether --quick was given: the same comparison on less data, under a minute."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="under a minute")
    return bool(parser.parse_args().quick)


@contextmanager
def temporary_home() -> Iterator[Home]:
    """A data home that goes away with the benchmark."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CNN_STUDIO_HOME"] = folder
        yield Home(Path(folder)).make()


def assets() -> Path:
    """The folder of the test assets; where it is missing the benchmark ends with that reason."""
    folder = Path(os.environ.get("CNN_STUDIO_TEST_ASSETS") or PROJECT.parent / "shared" / "assets")
    if not folder.is_dir():
        sys.exit(f"no test assets in {folder}; name their folder in CNN_STUDIO_TEST_ASSETS")
    return folder


def mnist_file() -> Path:
    """The real MNIST as keras.datasets has it, from the test assets."""
    return assets() / "datasets" / "mnist.npz"


def import_mnist(home: Home, pictures: int = 60_000) -> Dataset:
    """Import the first `pictures` training digits with all or as many test digits."""
    with np.load(mnist_file()) as arrays:
        part = {name: arrays[name][:pictures] for name in ("x_train", "y_train", "x_test", "y_test")}
    path = home.root / "mnist.npz"
    np.savez(path, **part)
    return import_npz(home, path, "MNIST")


def notebook_spec(dataset: Dataset, epochs: int) -> RunSpec:
    """The MNIST notebook as a specification: 20 % validation, Adam, batch size 128."""
    return RunSpec(
        data=DataSpec(dataset=dataset.meta.id, image_size=28, validation_fraction=0.2),
        architecture=PRESETS["mnist"].architecture,
        training=TrainingSpec(epochs=epochs, batch_size=BATCH_SIZE),
    )


def at_most(name: str, ratio: float, goal: float) -> None:
    """Print the last line of a benchmark whose ratio must not pass its goal."""
    _verdict(name, ratio, goal, ratio <= goal)


def at_least(name: str, ratio: float, goal: float) -> None:
    """Print the last line of a benchmark whose ratio must reach its goal."""
    _verdict(name, ratio, goal, ratio >= goal)


def _verdict(name: str, ratio: float, goal: float, reached: bool) -> None:
    print(f"{name}: ratio={ratio:.3f} goal={goal:.3f} {'ok' if reached else 'missed'}", flush=True)
    sys.exit(0 if reached else 1)
