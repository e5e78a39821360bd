from __future__ import annotations

import dataclasses
import io
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.lib import format as npy
from numpy.typing import NDArray

from core.datasets.dataset import TEST
from core.datasets.importing import archives as archives_module
from core.datasets.importing import npy as npy_module
from core.datasets.importing import npz as npz_module
from core.datasets.importing.npz import import_npz, look_into_npz, read_npz
from core.datasets.limits import LIMITS
from core.datasets.store import list_datasets
from core.errors import DataError
from core.home import Home

Npz = Callable[..., Path]


def member(shape: tuple[int, ...], descr: str = "|u1", values: bytes = b"") -> bytes:
    """An .npy file whose header says `shape`, whatever follows."""
    file = io.BytesIO()
    header: dict[str, Any] = {"descr": descr, "fortran_order": False, "shape": shape}
    npy.write_array_header_1_0(file, header)
    return file.getvalue() + values


def zipped(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return path


def test_names_are_read_in_any_case_and_others_left(npz: Npz) -> None:
    path = npz(X_train=np.ones((2, 3, 3)), Y_TRAIN=np.arange(2), extra=np.array([None, {}], object))
    arrays = read_npz(path)
    assert sorted(arrays) == ["x_train", "y_train"]
    np.testing.assert_array_equal(arrays["x_train"], np.ones((2, 3, 3)))


@pytest.mark.parametrize("dtype", ["u1", ">u2", "<f4", ">f8", "?", "<U3", "S2"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_come_back_exactly(npz: Npz, dtype: str, order: Any) -> None:
    array = np.array([[0, 1, 1], [1, 0, 1]]).astype(dtype, order=order)
    found = read_npz(npz(x=array))["x"]
    np.testing.assert_array_equal(found, array)
    assert found.dtype == array.dtype


def test_a_forged_header_of_160_gb_is_refused_unread(tmp_path: Path) -> None:
    """numpy.load raises MemoryError on this one, and only after it tried."""
    path = zipped(tmp_path / "a.npz", x=member((200_000, 894, 894)), y=member((1,), values=b"0"))
    with pytest.raises(DataError, match="announced"):
        read_npz(path)


def test_objects_are_refused(npz: Npz) -> None:
    with pytest.raises(DataError, match="Objects are refused"):
        read_npz(npz(x=np.array([None, {}], object)))


def test_structures_are_refused(npz: Npz) -> None:
    with pytest.raises(DataError, match="Expected numbers or text"):
        read_npz(npz(x=np.zeros(2, [("a", "u1")])))


def test_a_bomb_is_refused(npz: Npz) -> None:
    with pytest.raises(DataError, match="200 times its size"):
        read_npz(npz(x=np.zeros((100, 1000, 1000), np.uint8)))


def test_too_many_bytes_are_refused(npz: Npz, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(npz_module, "LIMITS", dataclasses.replace(LIMITS, npz_bytes=10))
    with pytest.raises(DataError, match="GB of arrays"):
        read_npz(npz(x=np.zeros(11, np.uint8)))


def test_two_arrays_of_one_name_are_refused(npz: Npz) -> None:
    with pytest.raises(DataError, match="one array called x_train, got two"):
        read_npz(npz(x_train=np.zeros(1), X_train=np.zeros(1)))


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04", b"\x93NUMPY\x01\x00"])
def test_what_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(DataError, match=r"cannot be read as .npz"):
        read_npz(tmp_path / "a.npz")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_npz(tmp_path / "a.npz")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x93NUMPY\x09\x00",
        member((-1,)),
        member((2, 2), values=b"123"),
        member((2,), "<U0"),
        b"\x93NUMPY\x01\0\x04\0((((",
    ],
)
def test_a_member_that_is_no_array_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(DataError):
        read_npz(zipped(tmp_path / "a.npz", x=content))


def test_a_truncated_or_damaged_file_gives_arrays_or_a_plain_error(npz: Npz) -> None:
    rng = np.random.default_rng(0)
    path = npz(x=rng.integers(0, 256, (4, 5, 5), dtype=np.uint8), y=np.arange(4))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError):
        read_npz(path)
    for _time in range(300):
        damaged = bytearray(whole)
        for place in rng.integers(0, len(whole), 3):
            damaged[place] = rng.integers(256)
        path.write_bytes(damaged)
        try:
            read_npz(path)
        except DataError:
            continue


@pytest.mark.parametrize("name", ["y", "classes"])
@pytest.mark.parametrize("kind", ["<U1", ">U1"])
def test_text_that_is_no_text_is_refused_when_it_is_read(npz: Npz, name: str, kind: str) -> None:
    """numpy raised SystemError wherever such labels were used, long after the file was read."""
    text = {"y": np.array(["a", "b"]), "classes": np.array(["c", "d"])}
    text[name] = np.frombuffer(b"\xff" * 8, kind)
    with pytest.raises(DataError, match="stand for no character"):
        read_npz(npz(x=pictures(2), **text))


@pytest.mark.parametrize("header", ["{'descr': cat}", "{" * 3_000, "", "{'descr': '|u1'}"])
def test_a_damaged_header_is_said_in_few_words(tmp_path: Path, header: str) -> None:
    """numpy's own words were "<ast.Name object at 0x…>", or all of the header."""
    length = len(header).to_bytes(2, "little")
    path = tmp_path / "forged.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x.npy", b"\x93NUMPY\x01\x00" + length + header.encode())
    with pytest.raises(DataError, match=r"\(the header of x.npy is damaged\)"):
        read_npz(path)


def pictures(count: int, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (count, 6, 6, 3), dtype=np.uint8)


def test_the_same_file_gives_the_same_set(home: Home, npz: Npz) -> None:
    path = npz(X_train=pictures(4), y_train=[0, 1, 0, 1], X_test=pictures(2, 1), y_test=[1, 0])
    told: list[tuple[float, str]] = []
    dataset = import_npz(home, path, "Two <b>things</b>", ["cat", "dog\n"], lambda *progress: told.append(progress))
    assert dataset.meta.id.startswith("two-b-things-b-")
    assert dataset.meta.classes == ("cat", "dog")
    assert (dataset.parts == TEST).tolist() == [False] * 4 + [True] * 2
    assert (dataset.meta.original.shape, dataset.meta.source) == ("(4, 6, 6, 3) + (2, 6, 6, 3)", "file.npz")
    np.testing.assert_array_equal(dataset.images[:4], pictures(4))
    fractions = [fraction for fraction, _text in told]
    assert fractions == sorted(fractions)
    assert told[-1] == (1.0, "Done")

    assert import_npz(home, path, "Two <b>things</b>", ["cat", "dog"]).meta == dataset.meta
    assert [meta.id for meta in list_datasets(home)] == ["digits", dataset.meta.id]


def test_the_number_of_class_names_must_fit(home: Home, npz: Npz) -> None:
    with pytest.raises(DataError, match="Expected 2 class names, one for each label found, got 3"):
        import_npz(home, npz(x=pictures(2), y=[0, 1]), "x", ["a", "b", "c"])
    assert [meta.id for meta in list_datasets(home)] == ["digits"]


def test_the_animals_are_read(home: Home, assets: Path) -> None:
    dataset = import_npz(home, assets / "datasets" / "animals3_dev64.npz", "Animals")
    assert dataset.images.shape == (450, 64, 64, 3)
    assert np.bincount(dataset.parts).tolist() == [360, 90]
    assert len(dataset.meta.classes) == 3


@pytest.mark.parametrize(
    ("classes", "names"),
    [
        (np.array(["cat", "dog"]), ("cat", "dog")),
        (np.array(["cat", "dog"], object), ("0", "1")),  # objects are not read
        (np.array([["cat", "dog"]]), ("0", "1")),
        (np.array([3, 4]), ("0", "1")),
        (np.array([], "U3"), ("0", "1")),
        (np.array(["cat", "d" * 1_000_000]), ("0", "1")),
    ],
)
def test_class_names_in_the_file_are_used_if_they_are_plain_text(
    home: Home, npz: Npz, classes: Any, names: tuple[str, ...]
) -> None:
    path = npz(X_train=pictures(2), y_train=[0, 1], X_val=pictures(2, 1), y_val=[0, 1], classes=classes)
    dataset = import_npz(home, path, "Pets")
    assert dataset.meta.classes == names
    assert (dataset.meta.given_test, dataset.meta.given_validation) == (False, True)


def test_given_class_names_go_before_those_in_the_file(home: Home, npz: Npz) -> None:
    path = npz(x=pictures(2), y=[0, 1], classes=["cat", "dog"])
    assert import_npz(home, path, "Pets", ["lion", "wolf"]).meta.classes == ("lion", "wolf")


@pytest.mark.parametrize("chunk", [1, 40, 1_000_000])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize(
    ("count", "rows"), [(1, [0]), (3, [0, 3, 6]), (4, [0, 2, 4, 6]), (7, range(7)), (99, range(7))]
)
def test_a_look_takes_some_pictures_at_equal_distances(
    npz: Npz, monkeypatch: pytest.MonkeyPatch, chunk: int, order: Any, count: int, rows: Any
) -> None:
    monkeypatch.setattr(npy_module, "_CHUNK", chunk)
    x = np.asarray(np.random.default_rng(0).integers(0, 60_000, (7, 2, 3)), np.uint16, order=order)
    given = look_into_npz(npz(x=x, y=np.arange(7) % 2, x_test=x[:2], y_test=[1, 1]), count)
    assert given.xs[0].tolist() == x[list(rows)].tolist()
    assert given.labels.tolist() == [0, 1, 0, 1, 0, 1, 0, 1, 1]
    assert given.parts.tolist() == [0] * 7 + [TEST] * 2
    assert (given.original.shape, given.original.dtype) == ("(7, 2, 3) + (2, 2, 3)", "uint16")


def test_a_look_takes_little_memory(tmp_path: Path) -> None:
    """A file of 20 MB that unpacks to 1 GB took 1.96 GB, in each browser that only looked."""
    x = np.zeros((1_000, 200, 250), np.uint8)
    np.savez(tmp_path / "a.npz", x=x, y=np.arange(1_000) % 9)
    assert peak(lambda: look_into_npz(tmp_path / "a.npz", 8)) < 30_000_000 < x.nbytes


def test_a_header_that_announces_gigabytes_is_not_read(tmp_path: Path) -> None:
    """numpy reads as many bytes as the header says it has, and only then finds it too long."""
    path = zipped(tmp_path / "a.npz", x=b"\x93NUMPY\x02\x00" + (50_000_000).to_bytes(4, "little") + bytes(50_000_000))

    def refused() -> None:
        with pytest.raises(DataError, match="damaged"):
            read_npz(path)

    assert peak(refused) < 2_000_000


def peak(work: Callable[[], object]) -> int:
    """Bytes that `work` had at most at a time."""
    tracemalloc.start()
    work()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def test_pictures_of_another_form_are_refused_before_they_are_read(npz: Npz, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(npy_module, "_blocks", None)
    with pytest.raises(DataError, match=r"shape \(N, H, W\)"):
        look_into_npz(npz(x=np.zeros((2, 9)), y=[0, 1]), 8)


def test_an_unusual_compression_is_refused_unread(tmp_path: Path) -> None:
    """Bzip2 and LZMA unpack any number of bytes at a time."""
    for name in ("x", "classes"):
        with zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_BZIP2) as archive:
            archive.writestr(f"{name}.npy", member((2,), values=b"12"))
        with pytest.raises(DataError, match=rf"{name}.npy: This is packed in an unusual way"):
            read_npz(tmp_path / "a.npz")


def test_a_table_of_contents_beyond_the_limits_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives_module, "LIMITS", dataclasses.replace(LIMITS, pictures=2))
    with pytest.raises(DataError, match="at most 2 files, got more"):
        read_npz(zipped(tmp_path / "a.npz", **dict.fromkeys("abcde", b"")))
