from __future__ import annotations

import dataclasses
import os
import struct
import zlib
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
from core.datasets.pixels import PixelPath, as_model_input, convert, decode_photo, path_of, resize, to_square
from core.datasets.store import save_dataset
from core.errors import DataError
from core.home import Home

Encode = Callable[..., bytes]


def one_pixel(mode: str, value: float | tuple[int, ...]) -> Image.Image:
    return Image.new(mode, (1, 1), value)


@pytest.mark.parametrize(
    ("mode", "value", "kind", "rgb"),
    [
        ("RGB", (10, 20, 30), "PNG", (10, 20, 30)),
        ("L", 77, "PNG", (77, 77, 77)),
        ("1", 1, "PNG", (255, 255, 255)),
        ("I;16", 32_896, "PNG", (128, 128, 128)),  # 32,896 = 128 × 257; a plain conversion gives white
        ("RGBA", (255, 0, 0, 0), "PNG", (255, 255, 255)),  # a plain conversion gives red
        ("RGBA", (0, 0, 0, 51), "PNG", (204, 204, 204)),
        ("LA", (0, 0), "PNG", (255, 255, 255)),
        ("CMYK", (0, 0, 0, 255), "JPEG", (0, 0, 0)),
        ("CMYK", (0, 0, 0, 0), "JPEG", (255, 255, 255)),
        ("RGB", (10, 20, 30), "BMP", (10, 20, 30)),
        ("L", 255, "GIF", (255, 255, 255)),
    ],
)
def test_each_mode_becomes_the_colours_one_sees(
    encode: Encode, mode: str, value: float | tuple[int, ...], kind: str, rgb: tuple[int, ...]
) -> None:
    array = decode_photo(encode(one_pixel(mode, value), kind))
    assert array.dtype == np.uint8
    assert array.tolist() == [[list(rgb)]]


def test_a_palette_and_its_transparent_entry_are_converted(encode: Encode) -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putdata([0, 1])
    assert decode_photo(encode(image)).tolist() == [[[255, 0, 0], [0, 0, 255]]]
    assert decode_photo(encode(image, transparency=1)).tolist() == [[[255, 0, 0], [255, 255, 255]]]


def test_the_camera_orientation_is_applied(encode: Encode) -> None:
    """Orientation 6: the camera was turned, and the picture must be turned clockwise by 90°."""
    image = Image.new("RGB", (2, 1))
    image.putdata([(255, 0, 0), (0, 0, 255)])
    exif = Image.Exif()
    exif[0x0112] = 6
    assert decode_photo(encode(image, exif=exif)).tolist() == [[[255, 0, 0]], [[0, 0, 255]]]


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_the_first_frame_of_an_animation_is_taken(encode: Encode, kind: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("white", "black")]
    content = encode(frames[0], kind, save_all=True, append_images=frames[1:])
    assert decode_photo(content).min() >= 250


def test_a_file_is_read_by_its_path(encode: Encode, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(encode(one_pixel("RGB", (1, 2, 3))))
    assert decode_photo(tmp_path / "a.png").tolist() == [[[1, 2, 3]]]


def png_header(width: int, height: int) -> bytes:
    """The beginning of a PNG of this size, in 45 bytes."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body)) + b"\0\0\0\0IDAT"


@pytest.mark.parametrize("side", [5_001, 12_000, 60_000])
def test_a_bomb_is_refused_before_it_is_decoded(side: int) -> None:
    with pytest.raises(DataError, match="at most 25 megapixels"):
        decode_photo(png_header(side, side))


def test_a_heavy_file_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pixels, "LIMITS", dataclasses.replace(LIMITS, photo_bytes=3))
    with pytest.raises(DataError, match="too large"):
        decode_photo(b"1234")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\0\0\0\x18ftypheic", "HEIC"),
        (b"<?xml version='1.0'?><svg/>", "SVG"),
        (b"II*\0\x08\0\0\0", "TIFF"),
        (b"", "something else"),
        (b"%PDF-1.7", "something else"),
    ],
)
def test_other_formats_are_refused_by_name(content: bytes, kind: str) -> None:
    with pytest.raises(DataError, match=f"JPEG, PNG, WEBP, GIF or BMP, got {kind}"):
        decode_photo(content)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_any_damage_gives_a_picture_or_a_plain_error(encode: Encode, kind: str) -> None:
    rng = np.random.default_rng(0)
    whole = encode(Image.fromarray(rng.integers(0, 256, (16, 16, 3), dtype=np.uint8)), kind)
    with pytest.raises(DataError, match="damaged"):
        decode_photo(whole[: len(whole) * 9 // 10])
    for _time in range(60):
        damaged = bytearray(whole)
        for place in rng.integers(8, len(whole), 3):
            damaged[place] = rng.integers(256)
        try:
            assert decode_photo(bytes(damaged)).shape[2] == 3
        except DataError:
            continue


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
    photos = [decode_photo(encode(noise)), decode_photo(encode(noise.convert("RGB"), "JPEG", exif=exif))]

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
