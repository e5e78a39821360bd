from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.datasets.decode import Photo, decode_photo
from core.datasets.importing import bring as bring_module
from core.datasets.importing.bring import bring_in, look_into
from core.datasets.importing.photos import PhotoOptions
from core.home import Home

Encode = Callable[..., bytes]


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


@pytest.mark.parametrize(("odd", "is_square"), [((30, 30), True), ((31, 30), False)])
def test_one_photo_among_many_that_is_no_square_is_seen(
    tmp_path: Path, encode: Encode, odd: tuple[int, int], is_square: bool
) -> None:
    """Only eight samples were looked at, so most of a set was cut without a question."""
    square = encode(Image.new("RGB", (30, 30)))
    files = {f"{name}/{number:02}.png": square for name in ("cat", "dog") for number in range(20)}
    files["dog/07.png"] = encode(Image.new("RGB", odd))
    files["dog/08.png"] = b"damaged"
    look, samples = look_into(write(tmp_path / "pets", files))
    assert look.is_square == is_square
    assert [(found.name, found.train) for found in look.classes] == [("cat", 20), ("dog", 20)]
    assert look.side == 30
    assert {sample.shape for sample in samples} == {(30, 30, 3)}


@pytest.mark.parametrize(("mode", "is_grey"), [("L", True), ("RGB", False)])
def test_the_look_suggests_size_and_colours(tmp_path: Path, encode: Encode, mode: str, is_grey: bool) -> None:
    photo = encode(Image.new(mode, (640, 480)), "JPEG")
    look, samples = look_into(write(tmp_path / "pets", {"cat/1.jpg": photo, "dog/1.jpg": photo, "dog/notes.txt": b"x"}))
    assert (look.side, look.is_grey, look.is_square) == (128, is_grey, False)
    assert [refusal.name for refusal in look.refused] == ["dog/notes.txt"]
    assert samples[0].shape == (192, 256, 3)


def test_arrays_are_looked_into_and_brought_in_alike(home: Home, npz: Callable[..., Path]) -> None:
    pictures = np.arange(6 * 2 * 4, dtype=np.uint8).reshape(6, 2, 4)
    path = npz(X_train=pictures[:4], y_train=[0, 1, 0, 1], X_test=pictures[4:], y_test=[0, 1])
    look, samples = look_into(path)
    assert [(found.name, found.train, found.test) for found in look.classes] == [("0", 2, 1), ("1", 2, 1)]
    assert (look.kind, look.is_grey, look.is_square) == ("arrays", True, False)
    assert samples[0].shape == (2, 4, 3)
    options = PhotoOptions(title="Toy", fit="pad", classes={"0": "gnu", "1": "gnu"})
    with pytest.raises(Exception, match="2 to"):
        bring_in(home, path, options)
    dataset = bring_in(home, path, options.model_copy(update={"classes": {"0": "gnu"}}))
    assert (dataset.meta.classes, dataset.meta.size, dataset.meta.fit) == (("gnu", "1"), 4, "pad")
    assert dataset.images[0, :, :, 0].tolist() == [[0] * 4, [0, 1, 2, 3], [4, 5, 6, 7], [0] * 4]


@pytest.mark.parametrize("channels", [(), (1,), (4,)])
def test_a_look_says_what_the_import_gives(home: Home, npz: Callable[..., Path], channels: tuple[int, ...]) -> None:
    x = np.random.default_rng(0).integers(0, 256, (30, 6, 5, *channels), dtype=np.uint8)
    path = npz(x=x, y=np.arange(30) % 4, classes=["ant", "bee", "cow", "dog"])
    look, samples = look_into(path)
    dataset = bring_in(home, path, PhotoOptions(title="Toy"))
    assert look.what == f"{x.shape} uint8"
    assert (look.side, look.is_grey) == (dataset.meta.size, dataset.meta.channels == 1)
    assert tuple(found.name for found in look.classes) == dataset.meta.classes
    assert [found.train for found in look.classes] == np.bincount(dataset.labels).tolist()
    assert len(samples) == 8


def test_samples_of_large_photos_are_kept_small(
    tmp_path: Path, encode: Encode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight photos of 25 megapixels were held whole, 75 MB each."""
    kept = []

    def decode(*arguments: Any) -> Photo:
        kept.append(decode_photo(*arguments))
        return kept[-1]

    monkeypatch.setattr(bring_module, "decode_photo", decode)
    photo = encode(Image.new("RGBA", (900, 600)))
    look_into(write(tmp_path / "pets", {"cat/1.png": photo, "dog/1.png": photo}))
    assert [one.pixels.shape for one in kept] == [(171, 256, 3)] * 2
