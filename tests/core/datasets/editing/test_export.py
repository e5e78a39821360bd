from __future__ import annotations

import errno
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.datasets.dataset import (
    TEST,
    TRAIN,
    VALIDATION,
    About,
    Dataset,
    Original,
    clean_class_name,
    make_dataset,
)
from core.datasets.editing.export import export_npz, export_zip, folder_names
from core.datasets.importing.npz import import_npz
from core.datasets.importing.photos import PhotoOptions, import_photos
from core.datasets.importing.sources import open_source
from core.datasets.origins import Origins
from core.errors import DataError
from core.home import Home


def make(classes: tuple[str, ...], labels: list[int], parts: list[int], **form: int) -> Dataset:
    """Random pictures with these labels."""
    shape = (len(labels), form.get("side", 3), form.get("side", 3), form.get("channels", 3))
    images = np.random.default_rng(form.get("seed", 0)).integers(0, 256, shape, dtype=np.uint8)
    original = Original(shape="", dtype="uint8", range=(0, 255))
    about = About(title="Some", classes=classes, source="a test", licence="CC0 1.0", original=original)
    return make_dataset(about, images, np.array(labels), np.array(parts, np.uint8))


@pytest.fixture
def parted() -> Dataset:
    """Five pictures whose parts are mixed, and whose classes are not in the order of the alphabet."""
    return make(("dog", "cat", "ape"), [2, 0, 1, 1, 0], [TEST, TRAIN, VALIDATION, TRAIN, TRAIN])


def as_rows(dataset: Dataset) -> list[tuple[int, str, bytes]]:
    """Part, class and pixels of each picture, sorted."""
    names = [dataset.meta.classes[label] for label in dataset.labels]
    pixels = [image.tobytes() for image in dataset.images]
    return sorted(zip(dataset.parts.tolist(), names, pixels, strict=True))


def import_zip(home: Home, path: Path, dataset: Dataset) -> Dataset:
    with open_source(path) as source:
        options = PhotoOptions(title="Again", side=dataset.meta.size, colour=dataset.colour_mode)
        return import_photos(home, source, options)


def arrays_of(path: Path) -> dict[str, NDArray[Any]]:
    with np.load(path, allow_pickle=False) as file:
        return dict(file)


def test_numpy_reads_the_arrays(parted: Dataset, tmp_path: Path) -> None:
    export_npz(parted, tmp_path / "a.npz")
    arrays = arrays_of(tmp_path / "a.npz")
    assert list(arrays) == ["X_train", "y_train", "X_test", "y_test", "X_val", "y_val", "classes"]
    np.testing.assert_array_equal(arrays["X_train"], parted.images[[1, 3, 4]])
    assert (arrays["y_train"].tolist(), arrays["y_test"].tolist(), arrays["y_val"].tolist()) == ([0, 1, 0], [2], [1])
    assert [str(arrays[name].dtype) for name in ("X_train", "y_train")] == ["uint8", "int32"]
    assert arrays["classes"].tolist() == ["dog", "cat", "ape"]


def test_arrays_hold_only_the_parts_that_are_there(tiny: Dataset, tmp_path: Path) -> None:
    export_npz(tiny, tmp_path / "a.npz")
    assert list(arrays_of(tmp_path / "a.npz")) == ["X_train", "y_train", "classes"]


def test_arrays_with_parts_in_a_row_come_back_with_the_same_hash(home: Home, tmp_path: Path) -> None:
    dataset = make(("dog", "cat"), [1, 0, 1, 0], [TRAIN, TRAIN, TEST, VALIDATION], channels=1)
    export_npz(dataset, tmp_path / "a.npz")
    again = import_npz(home, tmp_path / "a.npz", "Again")
    assert again.meta.content_hash == dataset.meta.content_hash
    assert (again.meta.classes, again.meta.channels) == (("dog", "cat"), 1)


def test_pictures_lie_in_class_folders(tiny: Dataset, tmp_path: Path) -> None:
    export_zip(tiny, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.namelist() == ["cat/00001.png", "cat/00002.png", "dog/00001.png", "dog/00002.png"]
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}


def test_given_parts_lie_above_the_classes(parted: Dataset, tmp_path: Path) -> None:
    export_zip(parted, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.namelist() == [
            "test/ape/00001.png",
            "train/dog/00001.png",
            "validation/cat/00001.png",
            "train/cat/00001.png",
            "train/dog/00002.png",
        ]


def test_names_from_before_follow_the_number(tiny: Dataset, home: Home, tmp_path: Path) -> None:
    names = ("cat/IMG:1.jpg", "", "dog/00007 rex.png", "dog/00002.png")
    export_zip(tiny, tmp_path / "a.zip", origins=Origins(names, np.zeros((4, 2), np.int32)))
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.namelist() == ["cat/00001 IMG_1.png", "cat/00002.png", "dog/00001 rex.png", "dog/00002.png"]
    assert as_rows(import_zip(home, tmp_path / "a.zip", tiny)) == as_rows(tiny)


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("Ünï 猫", "Ünï 猫"),
        ("a/b\\c:d", "a_b_c_d"),
        ('what? "<*|>"', "what_ ______"),
        ("end. .", "end_"),
        ("..", "_"),
        ("CON", "_CON"),
        ("aux.txt", "_aux.txt"),
        ("com1", "_com1"),
        ("console", "console"),
        (".hidden", "_.hidden"),
        ("__MACOSX", "___MACOSX"),
        ("desktop.ini", "_desktop.ini"),
        ("猫" * 64, "猫" * 64),
        ("\U0001f431" * 64, "\U0001f431" * 50),  # 4 bytes each, and a folder's name has at most 255
    ],
)
def test_folder_names_are_safe_on_every_system(name: str, folder: str) -> None:
    assert folder_names([name, "other"]) == (folder, "other")


def test_folder_names_differ_where_case_does_not_count() -> None:
    assert folder_names(["cat", "Cat", "a/b", "a:b", "a_b"]) == ("cat", "Cat (2)", "a_b", "a_b (2)", "a_b (3)")
    assert folder_names(["x" * 64, "X" * 64]) == ("x" * 64, "X" * 57 + " (2)")


@pytest.mark.parametrize("export", [export_npz, export_zip])
def test_progress_is_told(tiny: Dataset, tmp_path: Path, export: Callable[..., None]) -> None:
    told: list[tuple[float, str]] = []
    export(tiny, tmp_path / "file", lambda *progress: told.append(progress))
    assert [told[0], told[-1]] == [(0, "Writing picture 0 of 4"), (1, "Done")]


@pytest.mark.parametrize("export", [export_npz, export_zip])
def test_a_full_disk_is_said_and_leaves_the_file_that_was_there(
    tiny: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, export: Callable[..., None]
) -> None:
    def full(*_arguments: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "file"
    path.write_text("before")
    monkeypatch.setattr("core.files.os.fsync", full)
    with pytest.raises(DataError, match="No space left on device"):
        export(tiny, path)
    assert [file.name for file in tmp_path.iterdir()] == ["file"]
    assert path.read_text() == "before"


@pytest.mark.parametrize("export", [export_npz, export_zip])
def test_an_export_that_is_cut_off_leaves_nothing(tiny: Dataset, tmp_path: Path, export: Callable[..., None]) -> None:
    def cut(_fraction: float, _text: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(tiny, tmp_path / "file", cut)
    assert not list(tmp_path.iterdir())


names = st.text("abcXYZ 019-_.é猫", min_size=1, max_size=12).map(clean_class_name)


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    """Sets of all forms; each class has a picture, and some picture is for training."""
    classes = draw(st.lists(names, min_size=2, max_size=4, unique_by=str.casefold))
    labels = draw(
        st.permutations([*range(len(classes)), *draw(st.lists(st.integers(0, len(classes) - 1), max_size=4))])
    )
    parts = draw(st.lists(st.sampled_from([TRAIN, TEST, VALIDATION]), min_size=len(labels), max_size=len(labels)))
    parts[draw(st.integers(0, len(parts) - 1))] = TRAIN
    form = {
        "side": draw(st.integers(1, 5)),
        "channels": draw(st.sampled_from([1, 3])),
        "seed": draw(st.integers(0, 99)),
    }
    return make(tuple(classes), labels, parts, **form)


@settings(max_examples=40, deadline=None)
@given(dataset=datasets())
def test_any_set_comes_back_from_arrays(dataset: Dataset) -> None:
    with tempfile.TemporaryDirectory() as folder:
        export_npz(dataset, Path(folder) / "a.npz")
        again = import_npz(Home(Path(folder)).make(), Path(folder) / "a.npz", "Again")
        assert again.meta.classes == dataset.meta.classes
        assert as_rows(again) == as_rows(dataset)


@settings(max_examples=25, deadline=None)
@given(dataset=datasets())
def test_any_set_comes_back_from_folders(dataset: Dataset) -> None:
    folders = dict(zip(dataset.meta.classes, folder_names(dataset.meta.classes), strict=True))
    with tempfile.TemporaryDirectory() as folder:
        export_zip(dataset, Path(folder) / "a.zip")
        again = import_zip(Home(Path(folder)).make(), Path(folder) / "a.zip", dataset)
        rows = sorted((part, folders[name], pixels) for part, name, pixels in as_rows(dataset))
        assert as_rows(again) == rows
