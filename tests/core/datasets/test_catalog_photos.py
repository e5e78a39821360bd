"""The built-in sets that are published as photos."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import Mock

import numpy as np
import pytest
from PIL import Image

from core.datasets import catalog
from core.datasets.built_in import Photos
from core.datasets.catalog import BUILT_IN, ensure_dataset
from core.datasets.dataset import TRAIN, VALIDATION
from core.errors import DataError
from core.home import PROJECT, Home
from tests.core.datasets.entries import change, cut_off, serve
from tests.core.datasets.importing.test_photo_archive import write_folder, write_tgz, write_zip

if TYPE_CHECKING:
    from tests.core.datasets.conftest import Server

Npz = Callable[..., Path]


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches the real servers."""
    cut_off(monkeypatch)


@pytest.fixture
def flowers(encode: Callable[..., bytes]) -> dict[str, bytes]:
    """Two noisy photos of 12×8 px for each kind of flower, and what lies beside them."""
    noise = np.random.default_rng(0)
    files = {
        f"flower_photos/{name}/{number}.jpg": encode(
            Image.fromarray(noise.integers(0, 256, (8, 12, 3), dtype=np.uint8)), "JPEG"
        )
        for name in BUILT_IN["flower_photos"].classes
        for number in range(2)
    }
    return files | {"flower_photos/LICENSE.txt": b"CC BY"}


@pytest.fixture
def tgz(flowers: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Those flowers as the archive that the entry announces."""
    content = write_tgz(tmp_path / "flowers.tgz", flowers).read_bytes()
    change(monkeypatch, "flower_photos", size=len(content), photos=Photos(side=8, counts={TRAIN: 10}))
    return content


def put(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_photos_are_downloaded_unpacked_and_counted(
    home: Home, server: Server, tgz: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(server, monkeypatch, "flower_photos", {"flower_photos.tgz": tgz})
    told: list[float] = []
    found = ensure_dataset(home, "flower_photos", lambda fraction, _text: told.append(fraction))
    assert (found.meta.id, found.images.shape) == ("flower_photos", (10, 8, 8, 3))
    assert found.meta.classes == ("daisy", "dandelion", "roses", "sunflowers", "tulips")
    assert found.meta.licence == "CC BY 2.0, photographers in its LICENSE.txt"
    assert [refusal.name for refusal in found.meta.refused] == ["flower_photos/LICENSE.txt"]
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1)
    assert {path.name for path in home.datasets.iterdir()} == {"flower_photos", ".flower_photos.lock"}
    assert ensure_dataset(home, "flower_photos").meta == found.meta
    assert len(server.asked) == 1


def test_validation_photos_stay_validation_photos(
    home: Home, server: Server, flowers: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = iter(flowers.values())
    names = (
        f"cats_and_dogs_filtered/{part}/{kind}/{n}.jpg"
        for part in ("train", "validation")
        for kind in ("cats", "dogs")
        for n in range(2)
    )
    zipped = write_zip(tmp_path / "pets.zip", {name: next(photos) for name in names}).read_bytes()
    serve(server, monkeypatch, "cats_and_dogs_filtered", {"cats_and_dogs_filtered.zip": zipped})
    counts = {TRAIN: 4, VALIDATION: 4}
    change(monkeypatch, "cats_and_dogs_filtered", size=len(zipped), photos=Photos(side=8, counts=counts))
    pets = ensure_dataset(home, "cats_and_dogs_filtered")
    assert pets.meta.classes == ("cats", "dogs")
    assert (pets.meta.given_validation, pets.meta.given_test) == (True, False)
    assert pets.parts.tolist() == [TRAIN, TRAIN, VALIDATION, VALIDATION] * 2


def test_a_download_that_broke_off_goes_on(
    home: Home, server: Server, tgz: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(server, monkeypatch, "flower_photos", {"flower_photos.tgz": tgz})
    server.break_after = 1000
    with pytest.raises(DataError, match="could not be downloaded"):
        ensure_dataset(home, "flower_photos")
    server.break_after = None
    assert len(ensure_dataset(home, "flower_photos")) == 10
    assert server.asked[1] == ("/flower_photos.tgz", "bytes=1000-")


def test_a_download_of_another_size_is_thrown_away(
    home: Home, server: Server, tgz: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(server, monkeypatch, "flower_photos", {"flower_photos.tgz": tgz + b"x"})
    with pytest.raises(DataError, match=f"Expected {len(tgz):,} bytes from .*, got {len(tgz) + 1:,}"):
        ensure_dataset(home, "flower_photos")
    assert list((home.root / "downloads").iterdir()) == []


def test_a_whole_archive_with_another_number_of_photos_is_refused(
    home: Home, server: Server, tgz: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(server, monkeypatch, "flower_photos", {"flower_photos.tgz": tgz})
    change(monkeypatch, "flower_photos", photos=Photos(side=8, counts={TRAIN: 3670}))
    path = home.root / "downloads" / "flower_photos.tgz"
    for _attempt in ("downloaded now", "downloaded before"):
        with pytest.raises(DataError) as caught:
            ensure_dataset(home, "flower_photos")
        assert str(caught.value) == (
            f"{path} was not read in. Expected 3,670 photos, got 10. Once it is removed, the set is downloaded again."
        )
    assert {path.name for path in home.datasets.iterdir()} == {".flower_photos.lock"}


@pytest.mark.parametrize("folder", ["downloads", "datasets"])
@pytest.mark.parametrize("file", ["flower_photos.tgz", "flower_photos.zip", "flower_photos"])
def test_photos_in_the_data_home_are_taken_and_may_be_a_part(
    home: Home, flowers: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, folder: str, file: str
) -> None:
    monkeypatch.setattr(catalog, "fetch", Mock(side_effect=AssertionError("downloaded")))
    (home.root / folder).mkdir(exist_ok=True)
    path = home.root / folder / file
    two = {name: content for name, content in flowers.items() if "daisy" in name or "tulips" in name}
    writers = {".tgz": write_tgz, ".zip": write_zip}
    writers.get(path.suffix, lambda _path, files: write_folder(path.parent, files))(path, two)
    assert catalog.found_at(home, "flower_photos") == path
    found = ensure_dataset(home, "flower_photos")
    assert found.meta.classes == ("daisy", "tulips")
    assert found.images.shape == (4, 180, 180, 3)


def test_an_unpacked_folder_comes_before_the_archive_and_that_before_arrays(
    home: Home, flowers: dict[str, bytes]
) -> None:
    downloads = home.root / "downloads"
    for file in ("flower_photos.npz", "flower_photos.zip", "flower_photos.tgz"):
        path = put(downloads / file, b"")
        assert catalog.found_at(home, "flower_photos") == path
    write_folder(home.datasets, flowers)
    assert catalog.found_at(home, "flower_photos") == home.datasets / "flower_photos"
    (downloads / "flower_photos").mkdir()  # an empty one holds no photos
    assert catalog.found_at(home, "flower_photos") == home.datasets / "flower_photos"


def test_photos_unpacked_where_the_set_will_lie_make_way_for_it(home: Home, flowers: dict[str, bytes]) -> None:
    write_folder(home.datasets, flowers)
    assert len(ensure_dataset(home, "flower_photos")) == 10
    assert (home.root / "downloads" / "flower_photos" / "daisy" / "0.jpg").is_file()
    assert (home.datasets / "flower_photos" / "meta.json").is_file()


def test_photos_unpacked_twice_are_not_written_over(home: Home, flowers: dict[str, bytes]) -> None:
    write_folder(home.datasets, flowers)
    write_folder(home.root / "downloads", flowers)
    with pytest.raises(
        DataError, match=r"datasets/flower_photos is where the set itself is to lie\. Remove that folder"
    ):
        ensure_dataset(home, "flower_photos")
    assert len(list(home.root.rglob("*.jpg"))) == 20


def test_arrays_of_a_photo_set_keep_their_own_names(home: Home, npz: Npz) -> None:
    x = np.random.default_rng(0).integers(0, 256, (4, 8, 8, 3), dtype=np.uint8)
    shutil.copy(npz(x_train=x, y_train=["tulips", "roses"] * 2), home.datasets / "flower_photos.npz")
    assert ensure_dataset(home, "flower_photos").meta.classes == ("roses", "tulips")


def test_arrays_of_a_photo_set_get_the_names_of_its_classes(home: Home, npz: Npz) -> None:
    x = np.random.default_rng(0).integers(0, 256, (4, 8, 8, 3), dtype=np.uint8)
    shutil.copy(npz(x_train=x, y_train=[0, 1, 0, 1]), home.datasets / "cats_and_dogs_filtered.npz")
    assert ensure_dataset(home, "cats_and_dogs_filtered").meta.classes == ("cats", "dogs")


@pytest.mark.parametrize("file", ["flower_photos.tgz", "cats_and_dogs_filtered.zip"])
def test_without_network_it_says_which_photos_to_put_where(home: Home, file: str) -> None:
    with pytest.raises(DataError) as caught:
        ensure_dataset(home, file.partition(".")[0])
    assert f"http://127.0.0.1:9/{file} could not be downloaded" in str(caught.value)
    assert f"Or put {file} at {home.root / 'downloads' / file} and try again." in str(caught.value)
    assert "x_train" not in str(caught.value)


def test_processes_that_ask_together_find_one_set(home: Home, flowers: dict[str, bytes]) -> None:
    write_folder(home.datasets, flowers)
    code = (
        "from core.datasets.catalog import ensure_dataset; from core.home import current_home;"
        "print(ensure_dataset(current_home(), 'flower_photos').meta.content_hash)"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", code], cwd=PROJECT, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    found = [process.communicate(timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert set(found) == {f"{ensure_dataset(home, 'flower_photos').meta.content_hash}\n"}
