from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from core.datasets import pixels
from core.datasets.dataset import TRAIN, About, Dataset
from core.datasets.limits import LIMITS
from core.datasets.pixels import PixelPath, as_model_input, convert, path_of, resize, to_square
from core.datasets.store import save_dataset
from core.errors import DataError
from core.home import Home

Encode = Callable[..., bytes]


def test_the_centre_square_is_cut_out() -> None:
    image = np.arange(8, dtype=np.uint8).reshape(2, 4, 1)
    assert to_square(image, 2)[..., 0].tolist() == [[1, 2], [5, 6]]
    assert to_square(image.transpose(1, 0, 2), 2)[..., 0].tolist() == [[1, 5], [2, 6]]


def test_shrinking_is_antialiased() -> None:
    """A chessboard of single pixels becomes grey; without antialiasing it would become black or white."""
    board = np.indices((64, 64)).sum(axis=0) % 2 * 255
    small = resize(board.astype(np.uint8)[..., np.newaxis], 8)
    assert np.abs(small.astype(int) - 127).max() <= 4


def test_grey_is_itu_r_601_luma() -> None:
    primaries = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255]]], np.uint8)
    assert convert(primaries, 1)[..., 0].tolist() == [[76, 150, 29]]
    assert convert(np.full((1, 1, 1), 9, np.uint8), 3).tolist() == [[[9, 9, 9]]]


@pytest.mark.parametrize("stored_channels", [1, 3])
@pytest.mark.parametrize("stored_size", [24, 64])
@pytest.mark.parametrize(("image_size", "colour_mode"), [(24, "rgb"), (48, "grey"), (96, "rgb"), (64, "grey")])
def test_a_photo_gives_the_same_tensor_in_training_and_when_classified(
    home: Home,
    about: About,
    encode: Encode,
    stored_channels: int,
    stored_size: int,
    image_size: int,
    colour_mode: Literal["grey", "rgb"],
) -> None:
    rng = np.random.default_rng(1)
    exif = Image.Exif()
    exif[0x0112] = 8
    noise = Image.fromarray(rng.integers(0, 256, (90, 131, 4), dtype=np.uint8))
    photos = [encode(noise), encode(noise.convert("RGB"), "JPEG", exif=exif)]

    imported = PixelPath(stored_size, stored_size, stored_channels, stored_channels)
    images = np.stack([imported.photo(photo) for photo in photos])
    dataset = save_dataset(home, about, images, np.array([0, 1]), np.full(2, TRAIN, np.uint8))
    trained = as_model_input(dataset, image_size, colour_mode, home.cache)

    path = path_of(dataset.meta, image_size, colour_mode)
    np.testing.assert_array_equal(trained, np.stack([path.photo(photo) for photo in photos]))
    np.testing.assert_array_equal(trained, path.stored(dataset.images))
    assert trained.shape == (2, image_size, image_size, path.channels)


def test_the_stored_array_itself_is_used_when_nothing_changes(tiny: Dataset, tmp_path: Path) -> None:
    assert as_model_input(tiny, 4, "rgb", tmp_path / "cache") is tiny.images
    assert not (tmp_path / "cache").exists()


def test_a_converted_copy_is_written_once_and_mapped(tiny: Dataset, tmp_path: Path) -> None:
    first = as_model_input(tiny, 6, "grey", tmp_path / "cache")
    (file,) = (tmp_path / "cache").iterdir()
    os.utime(file, (0, 0))
    written = file.stat().st_ino
    second: NDArray[np.uint8] = as_model_input(tiny, 6, "grey", tmp_path / "cache")
    assert file.stat().st_ino == written
    assert file.stat().st_mtime > 0, "used means touched, so that it is not the first to be evicted"
    assert isinstance(second, np.memmap)
    np.testing.assert_array_equal(first, second)


def test_a_copy_that_would_fill_the_disk_is_refused(
    tiny: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pixels, "LIMITS", dataclasses.replace(LIMITS, model_input_bytes=100))
    with pytest.raises(DataError, match="4 pictures at 6 px need"):
        as_model_input(tiny, 6, "grey", tmp_path)


def test_a_picture_that_is_no_square_is_cut_laid_on_black_or_stretched() -> None:
    wide = np.array([[[10], [20], [30], [40]], [[10], [20], [30], [40]]], np.uint8)  # 2 high, 4 wide
    assert to_square(wide, 2, "crop")[..., 0].tolist() == [[20, 30], [20, 30]]
    padded = to_square(wide, 4, "pad")[..., 0]
    assert padded.tolist() == [[0] * 4, [10, 20, 30, 40], [10, 20, 30, 40], [0] * 4]
    assert to_square(wide.transpose(1, 0, 2), 4, "pad")[..., 0].tolist() == padded.T.tolist()
    assert to_square(wide, 4, "stretch")[..., 0].tolist()[0] == [10, 20, 30, 40]
    assert to_square(wide, 4, "stretch").shape == (4, 4, 1)


def test_a_set_that_pads_pads_the_photo_to_classify_too(home: Home, about: About, encode: Encode) -> None:
    """One pixel path: what was padded at import and cropped when asked would be judged by other pixels."""
    photo = encode(Image.new("RGB", (8, 4), "white"))
    kept = PixelPath(8, 8, 3, 3, "pad").photo(photo)
    padding = about.model_copy(update={"fit": "pad"})
    dataset = save_dataset(home, padding, np.stack([kept, kept]), np.array([0, 1]), np.full(2, TRAIN, np.uint8))
    np.testing.assert_array_equal(path_of(dataset.meta, 8, "rgb").photo(photo), kept)
    assert kept[0].max() == 0
    assert kept[4].min() == 255
