from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image

from core.datasets import writer
from core.datasets.dataset import TEST, TRAIN, VALIDATION, Dataset
from core.datasets.decode import decode_photo
from core.datasets.importing import photos
from core.datasets.importing.photos import PhotoOptions, import_photos, in_order
from core.datasets.importing.sources import open_source
from core.datasets.limits import LIMITS
from core.datasets.pixels import path_of
from core.datasets.store import list_datasets, origins_of
from core.errors import DataError
from core.home import Home

Encode = Callable[..., bytes]


def a_zip(path: Path, files: dict[str, bytes]) -> Path:
    with ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def imported(home: Home, path: Path, **options: object) -> Dataset:
    with open_source(path) as source:
        return import_photos(home, source, PhotoOptions.model_validate({"title": "Zoo", "side": 8, **options}))


def colour(encode: Encode, value: tuple[int, int, int], size: tuple[int, int] = (8, 8)) -> bytes:
    return encode(Image.new("RGB", size, value))


@pytest.fixture
def zoo(tmp_path: Path, encode: Encode) -> Path:
    return a_zip(
        tmp_path / "zoo.zip",
        {
            "zoo/yak/2.png": colour(encode, (0, 0, 200)),
            "zoo/gnu/b.png": colour(encode, (20, 0, 0)),
            "zoo/gnu/a.png": colour(encode, (10, 0, 0), (16, 12)),
            "zoo/gnu/broken.png": b"no picture",
            "zoo/notes.txt": b"about the zoo",
        },
    )


def test_photos_become_a_set_by_class_and_name_and_the_rest_is_told(home: Home, zoo: Path) -> None:
    dataset = imported(home, zoo)
    assert dataset.meta.classes == ("gnu", "yak")
    assert dataset.labels.tolist() == [0, 0, 1]
    assert dataset.images[:, 0, 0].tolist() == [[10, 0, 0], [20, 0, 0], [0, 0, 200]]
    assert {refusal.name for refusal in dataset.meta.refused} == {"zoo/gnu/broken.png", "zoo/notes.txt"}
    assert all(refusal.reason for refusal in dataset.meta.refused)
    origins = origins_of(home, dataset)
    assert origins
    assert origins.names == ("zoo/gnu/a.png", "zoo/gnu/b.png", "zoo/yak/2.png")
    assert origins.sizes.tolist() == [[16, 12], [8, 8], [8, 8]]
    assert dataset.meta.original.shape == "3 × 8–16 × 8–12 px"


def test_the_same_photos_give_the_same_set_and_another_fit_gives_another(home: Home, zoo: Path) -> None:
    first = imported(home, zoo)
    assert imported(home, zoo).meta == first.meta
    assert imported(home, zoo, fit="pad").meta.id != first.meta.id
    assert len(list_datasets(home)) == 3  # with the bundled digits


@pytest.mark.parametrize("fit", ["crop", "pad", "stretch"])
@pytest.mark.parametrize("colour_mode", ["rgb", "grey"])
def test_a_photo_imported_equals_the_same_photo_classified(
    home: Home, tmp_path: Path, encode: Encode, fit: str, colour_mode: str
) -> None:
    """One pixel path, with a JPEG that is decoded at a fraction of its size too."""
    rng = np.random.default_rng(0)
    noise = Image.fromarray(rng.integers(0, 256, (40, 60, 3), dtype=np.uint8))
    files = {"a/1.jpg": encode(noise.resize((600, 400)), "JPEG"), "b/1.png": encode(noise)}
    dataset = imported(home, a_zip(tmp_path / "two.zip", files), side=24, fit=fit, colour=colour_mode)
    path = path_of(dataset.meta, 24, dataset.colour_mode)
    for picture, content in zip(dataset.images, files.values(), strict=True):
        np.testing.assert_array_equal(picture, path.photo(content))


def test_parts_are_kept_and_classes_can_be_renamed_and_joined(home: Home, tmp_path: Path, encode: Encode) -> None:
    names = ["Training/cat/1", "Training/dog/1", "validation/cat/1", "TEST/dog/1", "TEST/pug/1"]
    files = {f"{name}.png": colour(encode, (number, 0, 0)) for number, name in enumerate(names)}
    dataset = imported(home, a_zip(tmp_path / "x.zip", files), classes={"pug": "dog", "cat": "Katze"})
    assert dataset.meta.classes == ("Katze", "dog")
    found = sorted(
        zip(dataset.images[:, 0, 0, 0].tolist(), dataset.parts.tolist(), dataset.labels.tolist(), strict=True)
    )
    assert found == [(0, TRAIN, 0), (1, TRAIN, 1), (2, VALIDATION, 0), (3, TEST, 1), (4, TEST, 1)]
    assert dataset.meta.given_test
    assert dataset.meta.given_validation


def test_a_class_whose_photos_are_all_broken_leads_to_words(home: Home, tmp_path: Path, encode: Encode) -> None:
    path = a_zip(tmp_path / "x.zip", {"cat/1.png": colour(encode, (1, 2, 3)), "dog/1.png": b"no"})
    with pytest.raises(DataError, match=r"at least 2 classes.*1 photos of cat.*dog/1.png"):
        imported(home, path)
    assert [meta.id for meta in list_datasets(home)] == ["digits"]
    assert list(home.datasets.iterdir()) == []


def test_a_set_larger_than_the_limits_is_refused_before_it_is_read(
    home: Home, zoo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "LIMITS", LIMITS.__class__(stored_bytes=700))
    with pytest.raises(DataError, match="at most"):
        imported(home, zoo)


def test_a_full_disk_is_said_and_leaves_nothing(home: Home, zoo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writer, "write_json", full)
    with pytest.raises(DataError, match=r"could not be written .No space left on device"):
        imported(home, zoo)
    assert list(home.datasets.iterdir()) == []


def test_many_refusals_are_counted_not_listed(
    home: Home, tmp_path: Path, encode: Encode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photos, "LIMITS", LIMITS.__class__(refusals=2))
    files = {f"cat/{number}.png": b"no" for number in range(5)}
    files |= {"cat/ok.png": colour(encode, (1, 1, 1)), "dog/ok.png": colour(encode, (2, 2, 2))}
    refused = imported(home, a_zip(tmp_path / "x.zip", files)).meta.refused
    assert [refusal.name for refusal in refused] == ["cat/0.png", "cat/1.png", "3 more files"]


def test_results_come_in_order_from_threads_and_never_far_ahead() -> None:
    started: list[int] = []
    lock = threading.Lock()

    def work(item: int) -> int:
        with lock:
            started.append(item)
        return item * 2

    results = in_order(work, range(100))
    assert next(results) == (0, 0)
    assert len(started) <= photos._AHEAD + 1
    assert list(results) == [(item, item * 2) for item in range(1, 100)]


def test_one_error_ends_all() -> None:
    def work(item: int) -> int:
        if item == 3:
            raise ValueError
        return item

    with pytest.raises(ValueError):
        list(in_order(work, range(1_000)))


def test_opencv_and_pillow_decode_a_jpeg_to_the_same_pixels(assets: Path) -> None:
    """OpenCV is only the faster one; were their pixels to differ, a photo would change with its EXIF."""
    for file in sorted((assets / "datasets" / "clothing4_224_cc0").glob("*/000*.jpg")):
        with Image.open(file) as image:
            np.testing.assert_array_equal(decode_photo(file).pixels, np.asarray(image.convert("RGB")))
