from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import Mock

import numpy as np
import pytest

from core.datasets import catalog
from core.datasets.catalog import BUILT_IN, ensure_dataset
from core.datasets.shapes import ShapesSpec, shapes_id
from core.errors import DataError
from core.home import Home
from tests.core.datasets.entries import change, cut_off, serve

if TYPE_CHECKING:
    from tests.core.datasets.conftest import Server

Npz = Callable[..., Path]


@pytest.fixture
def small_mnist(npz: Npz) -> Path:
    """Ten training and ten test digits under Keras's names."""
    x = np.random.default_rng(0).integers(0, 256, (10, 28, 28), dtype=np.uint8)
    return npz(x_train=x, y_train=np.arange(10), x_test=x, y_test=np.arange(10))


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches the real servers."""
    cut_off(monkeypatch)


def test_digits_and_shapes_need_no_download(home: Home) -> None:
    assert len(ensure_dataset(home, "digits")) == 1797
    assert ensure_dataset(home, "shapes").meta.id == shapes_id(ShapesSpec())


def test_every_set_to_download_has_a_source() -> None:
    assert all(bool(entry.base_url) == bool(entry.files) for entry in BUILT_IN.values())
    assert all(entry.title and entry.help and entry.licence for entry in BUILT_IN.values())


def test_numbers_that_are_shown_are_those_that_are_checked() -> None:
    for entry in BUILT_IN.values():
        if entry.photos:
            assert entry.size is not None
            assert entry.size_mb == round(entry.size / 1e6)
            assert f"{sum(entry.photos.counts.values()):,} colour photos" in entry.help
            assert len(entry.files) == 1


@pytest.mark.parametrize("folder", ["downloads", "datasets"])
def test_a_file_in_the_data_home_is_taken(home: Home, small_mnist: Path, folder: str) -> None:
    (home.root / folder).mkdir(exist_ok=True)
    shutil.copy(small_mnist, home.root / folder / "mnist.npz")
    mnist = ensure_dataset(home, "mnist")
    assert (mnist.meta.id, mnist.images.shape) == ("mnist", (20, 28, 28, 1))
    assert mnist.meta.given_test
    (home.root / folder / "mnist.npz").unlink()
    assert ensure_dataset(home, "mnist").meta == mnist.meta  # imported once, kept


def test_mnist_is_downloaded(home: Home, server: Server, small_mnist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(server, monkeypatch, "mnist", {"mnist.npz": small_mnist.read_bytes()})
    with pytest.raises(DataError, match="another file than expected"):
        ensure_dataset(home, "mnist")  # these ten digits are not MNIST
    change(monkeypatch, "mnist", sha256=None)
    told: list[float] = []
    assert len(ensure_dataset(home, "mnist", lambda fraction, _text: told.append(fraction))) == 20
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1)


def test_fashion_mnist_is_built_from_its_four_files(
    home: Home, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.core.datasets.importing.test_raw import write_idx

    x, y = np.zeros((10, 28, 28), np.uint8), np.arange(10, dtype=np.uint8)
    arrays = zip(BUILT_IN["fashion_mnist"].files, (x, y, x, y), strict=True)
    files = {file: write_idx(tmp_path / file, array).read_bytes() for file, array in arrays}
    serve(server, monkeypatch, "fashion_mnist", files)
    fashion = ensure_dataset(home, "fashion_mnist")
    assert fashion.images.shape == (20, 28, 28, 1)
    assert fashion.meta.classes[9] == "ankle boot"


def test_cifar10_is_built_from_its_binary_version(
    home: Home, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.core.datasets.importing.test_raw import record, write_cifar

    ten = b"".join(record(label, 1, 2, 3) for label in range(10))
    path = write_cifar(tmp_path / "cifar.tar.gz", {"data_batch_1.bin": ten, "test_batch.bin": ten})
    serve(server, monkeypatch, "cifar10", {"cifar-10-binary.tar.gz": path.read_bytes()})
    cifar = ensure_dataset(home, "cifar10")
    assert cifar.images.shape == (20, 32, 32, 3)
    assert cifar.images[0, 0, 0].tolist() == [1, 2, 3]


def test_without_network_it_says_which_file_to_put_where(home: Home) -> None:
    with pytest.raises(DataError) as caught:
        ensure_dataset(home, "cifar10")
    assert "http://127.0.0.1:9/cifar-10-binary.tar.gz could not be downloaded" in str(caught.value)
    assert f"put cifar10.npz with the arrays x_train, y_train, x_test, y_test at {home.root}" in str(caught.value)


def test_a_slow_download_holds_up_its_own_set_only(
    home: Home, small_mnist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home.root / "downloads").mkdir()
    shutil.copy(small_mnist, home.root / "downloads" / "mnist.npz")
    begun, asked = threading.Event(), threading.Event()

    def slow(url: str, *_rest: object) -> Path:
        begun.set()
        assert asked.wait(20)
        raise DataError(f"{url} could not be downloaded.")

    monkeypatch.setattr(catalog, "fetch", slow)
    with ThreadPoolExecutor() as pool:
        cifar = pool.submit(ensure_dataset, home, "cifar10")
        assert begun.wait(20)
        assert len(pool.submit(ensure_dataset, home, "mnist").result(timeout=20)) == 20
        asked.set()
        assert isinstance(cifar.exception(), DataError)


def test_those_who_ask_together_import_once(home: Home, small_mnist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(small_mnist, home.datasets / "mnist.npz")
    whole = Mock(wraps=catalog._import)
    monkeypatch.setattr(catalog, "_import", whole)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _number: ensure_dataset(home, "mnist"), range(8)))
    assert whole.call_count == 1
    assert len({dataset.meta.content_hash for dataset in found}) == 1


def test_an_unknown_name_is_refused(home: Home) -> None:
    with pytest.raises(DataError, match=r"Expected one of digits, shapes, mnist, .*, got 'imagenet'"):
        ensure_dataset(home, "imagenet")


def test_the_real_mnist(home: Home, assets: Path) -> None:
    shutil.copy(assets / "datasets" / "mnist.npz", home.datasets)
    mnist = ensure_dataset(home, "mnist")
    assert mnist.images.shape == (70_000, 28, 28, 1)
    assert np.bincount(mnist.parts).tolist() == [60_000, 10_000]
    assert mnist.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert mnist.meta.original.range == (0, 255)
