from __future__ import annotations

import dataclasses
import io
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile, ImageOps

from core.datasets import decode
from core.datasets.decode import Photo, decode_photo, on_white
from core.datasets.limits import LIMITS
from core.errors import DataError

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
    array = decode_photo(encode(one_pixel(mode, value), kind)).pixels
    assert array.dtype == np.uint8
    assert array.tolist() == [[list(rgb)]]


def test_a_palette_and_its_transparent_entry_are_converted(encode: Encode) -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putdata([0, 1])
    assert decode_photo(encode(image)).pixels.tolist() == [[[255, 0, 0], [0, 0, 255]]]
    assert decode_photo(encode(image, transparency=1)).pixels.tolist() == [[[255, 0, 0], [255, 255, 255]]]


def test_the_camera_orientation_is_applied(encode: Encode) -> None:
    """Orientation 6: the camera was turned, and the picture must be turned clockwise by 90°."""
    image = Image.new("RGB", (2, 1))
    image.putdata([(255, 0, 0), (0, 0, 255)])
    exif = Image.Exif()
    exif[0x0112] = 6
    assert decode_photo(encode(image, exif=exif)).pixels.tolist() == [[[255, 0, 0]], [[0, 0, 255]]]


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_the_first_frame_of_an_animation_is_taken(encode: Encode, kind: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("white", "black")]
    content = encode(frames[0], kind, save_all=True, append_images=frames[1:])
    assert decode_photo(content).pixels.min() >= 250


def test_a_file_is_read_by_its_path(encode: Encode, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(encode(one_pixel("RGB", (1, 2, 3))))
    assert decode_photo(tmp_path / "a.png").pixels.tolist() == [[[1, 2, 3]]]


def png_header(width: int, height: int) -> bytes:
    """The beginning of a PNG of this size, in 45 bytes."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body)) + b"\0\0\0\0IDAT"


@pytest.mark.parametrize("side", [5_001, 12_000, 60_000])
def test_a_bomb_is_refused_before_it_is_decoded(side: int) -> None:
    with pytest.raises(DataError, match="at most 25 megapixels"):
        decode_photo(png_header(side, side))


def test_a_heavy_file_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "LIMITS", dataclasses.replace(LIMITS, photo_bytes=3))
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


def test_a_picture_without_its_end_is_said_so_in_plain_words(encode: Encode) -> None:
    whole = encode(Image.new("RGB", (64, 64), "red"), "JPEG")
    with pytest.raises(DataError, match=r"^This picture is damaged: its end is missing\."):
        decode_photo(whole[: len(whole) // 2 + 200])


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
            assert decode_photo(bytes(damaged)).pixels.shape[2] == 3
        except DataError:
            continue


def test_the_size_told_is_that_of_the_turned_photo_before_it_was_shrunk(encode: Encode) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    photo: Photo = decode_photo(encode(Image.new("L", (800, 400), 9), "JPEG", exif=exif), side=32)
    assert (photo.width, photo.height, photo.is_grey) == (400, 800, True)
    assert photo.pixels.shape == (200, 100, 3)  # an eighth would be smaller than twice 32


def test_a_large_jpeg_shrunk_on_the_way_looks_as_one_shrunk_afterwards(assets: Path) -> None:
    file = assets / "datasets" / "clothing4_224_cc0" / "dress" / "0000.jpg"
    image = Image.open(file).resize((1200, 1200))
    content = _jpeg(image)
    small, whole = decode_photo(content, side=64).pixels, decode_photo(content).pixels
    assert small.shape == (150, 150, 3)
    size = (64, 64)
    difference = np.asarray(Image.fromarray(small).resize(size, 2), int) - np.asarray(
        Image.fromarray(whole).resize(size, 2)
    )
    assert np.abs(difference).mean() < 1


def _jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=95)
    return file.getvalue()


@pytest.mark.parametrize("value", range(10))
@pytest.mark.parametrize(("mode", "kind"), [("RGB", "JPEG"), ("RGB", "PNG"), ("RGBA", "PNG"), ("RGBA", "WEBP")])
def test_every_orientation_is_turned_as_pillow_does(encode: Encode, value: int, mode: str, kind: str) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30, len(mode)), dtype=np.uint8)
    exif = Image.Exif()
    exif[0x0112] = value
    content = encode(Image.fromarray(pixels), kind, exif=exif)
    with Image.open(io.BytesIO(content)) as image:
        upright = np.asarray(on_white(ImageOps.exif_transpose(image)))
    photo = decode_photo(content)
    assert photo.pixels.tolist() == upright.tolist()
    assert (photo.height, photo.width) == upright.shape[:2]


@pytest.mark.parametrize(("mode", "kind"), [("RGBA", "PNG"), ("LA", "PNG"), ("RGBA", "WEBP"), ("L", "BMP")])
def test_a_photo_converted_in_strips_is_what_it_is_in_one_piece(encode: Encode, mode: str, kind: str) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (2 * decode._STRIP + 3, 5, 4), dtype=np.uint8)
    content = encode(Image.fromarray(pixels).convert(mode), kind, lossless=True)
    with Image.open(io.BytesIO(content)) as image:
        assert decode_photo(content).pixels.tolist() == np.asarray(on_white(image)).tolist()


@pytest.mark.parametrize(
    ("mode", "kind", "options", "expected"),
    [
        ("RGBA", "PNG", {}, 640 * 320),
        ("RGB", "JPEG", {}, 80 * 40),  # decoded at an eighth
        ("RGB", "JPEG", {"progressive": True}, 640 * 320),
    ],
)
def test_all_memory_is_asked_for_within_the_budget(
    encode: Encode, monkeypatch: pytest.MonkeyPatch, mode: str, kind: str, options: dict[str, bool], expected: int
) -> None:
    """Ten PNG files of 110 KB and 25 megapixels took 100 MB each while they waited: asking for EXIF decodes them."""
    asked: list[int] = []
    inside = False

    class Recorder:
        @contextmanager
        def of(self, amount: int) -> Iterator[None]:
            nonlocal inside
            asked.append(amount)
            inside = True
            yield
            inside = False

    def load(self: ImageFile.ImageFile) -> object:
        assert inside
        return whole(self)

    def finish(pixels: decode.Pixels) -> decode.Pixels:
        assert inside
        return pixels[:1, :1]

    content, whole = encode(Image.new(mode, (640, 320)), kind, **options), ImageFile.ImageFile.load
    monkeypatch.setattr(decode, "_IN_FLIGHT", Recorder())
    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    photo = decode_photo(content, 20, finish)
    assert asked == [expected]
    assert (photo.pixels.shape, photo.width, photo.height) == ((1, 1, 3), 640, 320)


@pytest.mark.parametrize("scale", [1, 2, 4, 8])
@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("options", [{"subsampling": 0}, {"subsampling": 2}, {"progressive": True}])
def test_a_jpeg_of_any_scale_has_the_pixels_that_pillow_gives(
    encode: Encode, scale: int, mode: str, options: dict[str, int]
) -> None:
    """OpenCV decodes it; odd sides and chroma of half the size are where two decoders would differ."""
    noise = np.random.default_rng(2).integers(0, 256, (40, 50, 3), dtype=np.uint8)
    content = encode(Image.fromarray(noise).resize((397, 305)).convert(mode), "JPEG", quality=80, **options)
    with Image.open(io.BytesIO(content)) as image:
        image.draft(mode, (397 // scale, 305 // scale))
        expected = np.asarray(image.convert("RGB"))
    side = 305 // scale // 2
    np.testing.assert_array_equal(decode_photo(content, side if scale > 1 else 0).pixels, expected)
