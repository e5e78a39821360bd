"""The built-in data sets, one entry each, and how each is brought in: on disk already, from a file, by download."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from core.datasets.dataset import Dataset
from core.datasets.download import fetch
from core.datasets.npz import read_npz, store_arrays
from core.datasets.progress import Progress, silent, within
from core.datasets.raw import read_cifar, read_idx_files
from core.datasets.shapes import CLASSES, ShapesSpec, draw_shapes
from core.datasets.store import open_dataset
from core.errors import DataError
from core.home import Home
from core.i18n import N_, _

_KERAS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
BASE_URLS = {
    "mnist": _KERAS,
    "fashion_mnist": _KERAS,
    "cifar10": "https://www.cs.toronto.edu/~kriz/",
}
DIGITS = tuple("0123456789")


def _read_one_npz(paths: list[Path]) -> dict[str, NDArray[Any]]:
    (path,) = paths
    return read_npz(path)


@dataclass(frozen=True)
class BuiltIn:
    """One built-in data set.

    Attributes:
        title, help: Texts marked for translation.
        licence: As stated by its makers.
        files: What is downloaded, below `BASE_URLS`; none for a set that needs no download.
        size_mb: Megabytes of those files together.
        sha256: Of the only file, where it is known.
        read: Turns the downloaded files into arrays as in an .npz.
    """

    title: str
    help: str
    classes: tuple[str, ...]
    licence: str
    files: tuple[str, ...] = ()
    size_mb: int = 0
    sha256: str | None = None
    read: Callable[[list[Path]], Mapping[str, NDArray[Any]]] = _read_one_npz


BUILT_IN: dict[str, BuiltIn] = {
    "digits": BuiltIn(
        N_("Handwritten digits (8×8)"),
        N_("1,797 tiny grey digits: small enough to train on in seconds, without any download."),
        DIGITS,
        "CC BY 4.0",
    ),
    "shapes": BuiltIn(
        N_("Shapes"),
        N_("Drawn on the spot: upright in training and turned in the test, to see what augmentation is for."),
        CLASSES,
        "CC0 1.0",
    ),
    "mnist": BuiltIn(
        N_("Handwritten digits (MNIST)"),
        N_("70,000 grey digits of 28×28 pixels, the classic first exercise."),
        DIGITS,
        "CC BY-SA 3.0",
        files=("mnist.npz",),
        size_mb=11,
        sha256="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
    ),
    "fashion_mnist": BuiltIn(
        N_("Clothes (Fashion-MNIST)"),
        N_("70,000 grey pictures of clothes, 28×28 pixels: as small as MNIST, but harder."),
        (
            N_("T-shirt"),
            N_("trousers"),
            N_("pullover"),
            N_("dress"),
            N_("coat"),
            N_("sandal"),
            N_("shirt"),
            N_("sneaker"),
            N_("bag"),
            N_("ankle boot"),
        ),
        "MIT",
        files=(
            "train-images-idx3-ubyte.gz",
            "train-labels-idx1-ubyte.gz",
            "t10k-images-idx3-ubyte.gz",
            "t10k-labels-idx1-ubyte.gz",
        ),
        size_mb=31,
        read=read_idx_files,
    ),
    "cifar10": BuiltIn(
        N_("Animals and vehicles (CIFAR-10)"),
        N_("60,000 small colour photos of 32×32 pixels in ten classes."),
        (
            N_("airplane"),
            N_("automobile"),
            N_("bird"),
            N_("cat"),
            N_("deer"),
            N_("dog"),
            N_("frog"),
            N_("horse"),
            N_("ship"),
            N_("truck"),
        ),
        N_("not stated; made by A. Krizhevsky, V. Nair and G. Hinton"),
        files=("cifar-10-binary.tar.gz",),
        size_mb=170,
        read=read_cifar,
    ),
}

# Thirty browsers may press the same button: the second then waits, and finds the set.
_being_imported = {name: threading.Lock() for name in BUILT_IN}


def ensure_dataset(home: Home, name: str, on_progress: Progress = silent) -> Dataset:
    """Open the built-in set `name`, bringing it in first if need be.

    Taken in this order: imported already; `name`.npz with Keras's array names in downloads/ or datasets/ of the data
    home; downloaded files that lie in downloads/; the network.

    Raises:
        DataError: If there is no such set, or it cannot be brought in: then it says which file to put where.
    """
    if name == "shapes":
        return draw_shapes(ShapesSpec())
    if name not in BUILT_IN:
        raise DataError(
            _("Expected one of {names}, got {name}.").format(names=", ".join(BUILT_IN), name=ascii(name[:80]))
        )
    folder = home.datasets / name
    if BUILT_IN[name].files and not folder.exists():
        with _being_imported[name]:
            if not folder.exists():
                return _import(home, name, on_progress)
    return open_dataset(home, name)


def _import(home: Home, name: str, on_progress: Progress) -> Dataset:
    entry = BUILT_IN[name]
    arrays = _arrays(home, name, within(on_progress, 0, 0.6))
    source = BASE_URLS[name] + entry.files[0]
    later = within(on_progress, 0.6, 1)
    return store_arrays(home, arrays, entry.title, source, entry.licence, entry.classes, later, dataset_id=name)


def _arrays(home: Home, name: str, on_progress: Progress) -> Mapping[str, NDArray[Any]]:
    file = f"{name}.npz"
    downloads = home.root / "downloads"
    for folder in (downloads, home.datasets):
        if (folder / file).is_file():
            return read_npz(folder / file, on_progress)
    try:
        return BUILT_IN[name].read(_fetch_all(name, downloads, on_progress))
    except DataError as error:
        raise DataError(
            _("{error} Or put {file} with the arrays x_train, y_train, x_test, y_test at {path} and try again.").format(
                error=error, file=file, path=downloads / file
            )
        ) from error


def _fetch_all(name: str, folder: Path, on_progress: Progress) -> list[Path]:
    entry = BUILT_IN[name]
    share = 1 / len(entry.files)
    return [
        fetch(
            BASE_URLS[name] + file, folder / file, entry.sha256, within(on_progress, place * share, (place + 1) * share)
        )
        for place, file in enumerate(entry.files)
    ]
