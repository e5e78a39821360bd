"""The built-in data sets, one entry each, and how each is brought in: on disk already, from a file, by download."""

from __future__ import annotations

from pathlib import Path

from core.datasets.built_in import BuiltIn, Photos
from core.datasets.dataset import TRAIN, VALIDATION, Dataset
from core.datasets.download import fetch
from core.datasets.importing.npz import read_npz, store_arrays
from core.datasets.importing.photo_archive import import_archive
from core.datasets.importing.photos import PhotoOptions
from core.datasets.importing.raw import read_cifar, read_idx_files
from core.datasets.one_at_a_time import one_at_a_time
from core.datasets.progress import Progress, silent, within
from core.datasets.shapes import CLASSES, ShapesSpec, draw_shapes
from core.datasets.store import open_dataset
from core.errors import DataError
from core.home import Home
from core.i18n import N_, _

_GOOGLE = "https://storage.googleapis.com/"
DIGITS = tuple("0123456789")

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
        base_url=_GOOGLE + "tensorflow/tf-keras-datasets/",
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
        base_url=_GOOGLE + "tensorflow/tf-keras-datasets/",
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
        base_url="https://www.cs.toronto.edu/~kriz/",
        files=("cifar-10-binary.tar.gz",),
        size_mb=170,
        read=read_cifar,
    ),
    "flower_photos": BuiltIn(
        N_("Flowers (flower_photos)"),
        N_("3,670 colour photos of five kinds of flowers, as in TensorFlow's tutorials."),
        (N_("daisy"), N_("dandelion"), N_("roses"), N_("sunflowers"), N_("tulips")),
        N_("CC BY 2.0, photographers in its LICENSE.txt"),
        base_url=_GOOGLE + "download.tensorflow.org/example_images/",
        files=("flower_photos.tgz",),
        size_mb=229,
        size=228_813_984,
        photos=Photos(side=180, counts={TRAIN: 3670}),
    ),
    "cats_and_dogs_filtered": BuiltIn(
        N_("Cats and dogs"),
        N_("3,000 colour photos, 1,000 of them for validation: a part of Kaggle's Dogs vs. Cats."),
        (N_("cats"), N_("dogs")),
        N_("not stated; a part of Dogs vs. Cats by Microsoft and Kaggle"),
        base_url=_GOOGLE + "mledu-datasets/",
        files=("cats_and_dogs_filtered.zip",),
        size_mb=69,
        size=68_606_236,
        photos=Photos(side=160, counts={TRAIN: 2000, VALIDATION: 1000}),
    ),
}


def ensure_dataset(home: Home, name: str, on_progress: Progress = silent) -> Dataset:
    """Open the built-in set `name`, bringing it in first if need be.

    Taken in this order: imported already; what `found_at` finds; downloaded files that lie in downloads/; the network.
    Who asks while another thread or process imports the same set waits for it.

    Raises:
        DataError: If there is no such set, or it cannot be brought in: then it says which file to put where.
    """
    if name == "shapes":
        return draw_shapes(ShapesSpec())
    if name not in BUILT_IN:
        raise DataError(
            _("Expected one of {names}, got {name}.").format(names=", ".join(BUILT_IN), name=ascii(name[:80]))
        )
    if BUILT_IN[name].files and not _is_imported(home, name):
        with one_at_a_time(home.datasets / f".{name}.lock", on_progress):
            if not _is_imported(home, name):
                return _import(home, name, on_progress)
    return open_dataset(home, name)


def found_at(home: Home, name: str) -> Path | None:
    """What somebody put into downloads/ or datasets/ of the data home to be read as the set `name`; None if nothing.

    That is, for photos, a folder `name` with class folders, else the archive under its own name or as `name`.zip; else
    `name`.npz with Keras's array names.
    """
    entry = BUILT_IN[name]
    names = (name, *entry.files, f"{name}.zip", f"{name}.npz") if entry.photos else (f"{name}.npz",)
    paths = (folder / file for file in names for folder in (_downloads(home), home.datasets))
    return next((path for path in paths if path.is_file() or _holds_folders(path)), None)


def _downloads(home: Home) -> Path:
    return home.root / "downloads"


def _holds_folders(path: Path) -> bool:
    """Whether this is a folder of folders, as unpacked photos are and a stored set is not."""
    return path.is_dir() and any(child.is_dir() for child in path.iterdir())


def _is_imported(home: Home, name: str) -> bool:
    folder = home.datasets / name
    return folder.exists() and not (BUILT_IN[name].photos and _holds_folders(folder))


def _import(home: Home, name: str, on_progress: Progress) -> Dataset:
    """Read what was found or, else, fetched."""
    entry = BUILT_IN[name]
    _make_way(home, name)
    found = found_at(home, name)
    getting, reading = within(on_progress, 0, 0.6), within(on_progress, 0.6, 1)
    paths = [found] if found else _fetch_all(home, name, getting)
    if entry.photos and paths[0].suffix != ".npz":
        return _import_photos(home, name, paths[0], on_progress if found else reading)
    arrays = read_npz(found, getting) if found else entry.read(paths)
    named = any(array.dtype.kind in "SU" for array in arrays.values())  # labels that are names say more than the entry
    classes, source = None if named else entry.classes, entry.base_url + entry.files[0]
    return store_arrays(home, arrays, entry.title, source, entry.licence, classes, reading, dataset_id=name)


def _make_way(home: Home, name: str) -> None:
    """Photos that somebody unpacked where the set itself will lie go to downloads/."""
    folder, aside = home.datasets / name, _downloads(home) / name
    if not folder.exists():
        return
    try:
        aside.parent.mkdir(exist_ok=True)
        folder.rename(aside)
    except OSError as error:
        raise DataError(
            _("{folder} is where the set itself is to lie. Remove that folder, or move it to {aside}.").format(
                folder=folder, aside=aside
            )
        ) from error


def _import_photos(home: Home, name: str, path: Path, on_progress: Progress) -> Dataset:
    entry = BUILT_IN[name]
    assert entry.photos
    is_whole = path.is_file() and path.stat().st_size == entry.size  # else it may be a part that somebody chose
    options = PhotoOptions(title=entry.title, side=entry.photos.side, licence=entry.licence)
    try:
        return import_archive(home, path, options, name, entry.photos.counts if is_whole else None, on_progress)
    except DataError as error:
        raise DataError(
            _("{path} was not read in. {error} Once it is removed, the set is downloaded again.").format(
                path=path, error=error
            )
        ) from error


def _fetch_all(home: Home, name: str, on_progress: Progress) -> list[Path]:
    entry, folder = BUILT_IN[name], _downloads(home)
    share = 1 / len(entry.files)
    try:
        return [
            fetch(
                entry.base_url + file,
                folder / file,
                entry.sha256,
                within(on_progress, place * share, (place + 1) * share),
                entry.size,
            )
            for place, file in enumerate(entry.files)
        ]
    except DataError as error:
        raise DataError(_by_hand(entry, name, folder, error)) from error


def _by_hand(entry: BuiltIn, name: str, folder: Path, error: DataError) -> str:
    """The error, and which file to bring from elsewhere."""
    if entry.photos:
        text = _("{error} Or put {file} at {path} and try again.")
        file = entry.files[0]
    else:
        text = _("{error} Or put {file} with the arrays x_train, y_train, x_test, y_test at {path} and try again.")
        file = f"{name}.npz"
    return text.format(error=error, file=file, path=folder / file)
