"""The files that are thrown at imports: (name, content), the same for the same seed."""

from __future__ import annotations

import io
import struct
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple, TypeVar

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz import hostile
from tests.fuzz.mutations import mutated
from tests.fuzz.real_files import arrays, digits, npy, npz, photos, zipped

_DRAWN = 0.4  # share of the cases that hypothesis draws; the rest, but for the fixed ones, are mutations
T = TypeVar("T")


class Case(NamedTuple):
    """A file as somebody may hand it over."""

    name: str
    content: bytes


def good_cases(assets: Path) -> list[Case]:
    """Files as they should be."""
    return [
        Case("good-photos.zip", zipped(photos(assets))),
        Case("good-photos.npz", npz(arrays(assets))),
        Case("good-digits.npz", npz(digits(assets), method=0)),
    ]


def all_cases(assets: Path, count: int, seed_number: int) -> list[Case]:
    """`count` cases in an order of their own, good ones aside."""
    found = list(fixed_cases(assets))
    drawn = int(_DRAWN * max(0, count - len(found)))
    contents = [*photos(assets).values(), b"", b"text", large_png(20_000), zipped({"a.png": b"a"})]
    found += [Case("drawn.zip", one) for one in _drawn(hostile.zips(contents), drawn // 2, seed_number)]
    found += [Case("drawn.npz", one) for one in _drawn(hostile.npzs(), drawn - drawn // 2, seed_number)]
    blows = _mutations(assets, seed_number)
    found += [next(blows) for _case in range(count - len(found))]
    Random(seed_number).shuffle(found)
    return [Case(f"{place:04d}-{case.name}", case.content) for place, case in enumerate(found[:count])]


def fixed_cases(assets: Path) -> Iterator[Case]:
    """What is known to hurt others, once each."""
    files = photos(assets)
    x, y = np.arange(6 * 36, dtype=np.uint8).reshape(6, 6, 6), np.arange(6) % 2
    yield Case("empty.zip", b"")
    yield Case("empty.npz", b"")
    yield Case("no-members.zip", zipped({}))
    yield Case("no-arrays.npz", zipped({}))
    yield Case("tar.zip", _tar(files))
    yield Case("photos.npz", zipped(files))
    yield Case("arrays.zip", npz({"x": x, "y": y}))
    yield Case("one-array.npz", npy(x))
    yield Case("photo.zip", files["cats/0.jpg"])
    yield Case("photo.npz", files["cats/1.png"])
    yield Case("nested.zip", zipped({"cats/a.zip": zipped(files), "dogs/b.zip": zipped(files)}))
    yield Case("zeros.zip", zipped({**files, "cats/zeros.png": bytes(150_000_000)}))
    yield Case("many-zeros.zip", zipped({f"cats/{place}.bmp": bytes(10_000_000) for place in range(10)}))
    yield Case("zeros.npz", npz({"x": np.zeros((200, 700, 700), np.uint8), "y": np.arange(200) % 2}))
    yield Case("160-gb.npz", zipped({"x.npy": _forged((400_000, 400_000)), "y.npy": npy(y)}))
    yield Case("20000-px.zip", zipped({**files, "cats/large.png": large_png(20_000)}))
    yield Case("9000-px.zip", zipped({**files, "dogs/large.png": large_png(9_000)}))
    yield Case("5000-px.zip", zipped({**files, "dogs/allowed.png": large_png(5_000)}))
    yield Case("chunks.zip", zipped({**files, "cats/text.png": _text_bomb(files["cats/1.png"])}))
    yield Case("objects.npz", npz({"x": x, "y": np.array(list("ababab"), dtype="S1")}) + b"trailing")
    yield Case("nan-labels.npz", npz({"x": x, "y": np.array([0, 1, np.nan, 1, 0, 1])}))
    yield Case("huge-labels.npz", npz({"x": x, "y": np.array([1e300, -1e300, 1e18, 1e19, 0, 1])}))
    yield Case("nan-pixels.npz", npz({"x": np.full((6, 4, 4), np.nan), "y": y}))
    yield Case("negative.npz", zipped({"x.npy": _forged((-6, 6, 6)), "y.npy": npy(y)}))
    yield Case("fortran.npz", npz({"x": np.asfortranarray(x), "y": np.asfortranarray(np.eye(2)[y])}))
    yield Case("no-signs.npz", npz({"x": x, "y": np.frombuffer(b"\xff" * 24, "<U1")}))  # code points that do not exist
    yield Case("dates.npz", npz({"x": x, "y": y.astype("M8[s]")}))
    yield Case("complex.npz", npz({"x": x.astype(complex), "y": y}))
    yield Case("one-class.npz", npz({"x": x, "y": np.zeros(6)}))
    yield Case("braces.npz", npz({"x": x, "y": np.array(["{0}", "{name}", "%s", "<b>", "**", "`"])}))
    yield Case("names.zip", zipped({f"{name}/0.png": files["cats/1.png"] for name in hostile.NAMES[7:18]}))


def large_png(side: int) -> bytes:
    """A few kilobytes that become `side`² px of one bit."""
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 + -(-side // 8))) for _row in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _text_bomb(png: bytes) -> bytes:
    """A picture whose comment unpacks to 80 MB."""
    return png[:33] + _chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(80_000_000))) + png[33:]


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _forged(shape: tuple[int, ...]) -> bytes:
    """A header that announces an array, and the first bytes of it."""
    text = str({"descr": "|u1", "fortran_order": False, "shape": shape}).encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + bytes(1000)


def _tar(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return target.getvalue()


def _mutations(assets: Path, seed_number: int) -> Iterator[Case]:
    """Endless: photos mutated among good ones, arrays mutated inside a good .npz, and whole files mutated."""
    files, whole = photos(assets), good_cases(assets)
    number = 0
    while True:
        chance, number = Random(f"{seed_number} {number}"), number + 1
        other = chance.choice([*files.values(), *(case.content for case in whole)])
        kind = chance.choice(("photos", "photos", "array", "zip", "npz"))
        if kind == "photos":
            hit = chance.sample(sorted(files), chance.choice((1, 4, 10)))
            yield Case("photos.zip", zipped({**files, **{name: mutated(chance, files[name], other) for name in hit}}))
        elif kind == "array":
            named = {f"{name}.npy": npy(array) for name, array in chance.choice((arrays, digits))(assets).items()}
            name = chance.choice(sorted(named))
            yield Case("array.npz", zipped({**named, name: mutated(chance, named[name], other)}))
        else:
            case = chance.choice([case for case in whole if case.name.endswith(kind)])
            yield Case(f"whole.{kind}", mutated(chance, case.content, other))


def _drawn(strategy: st.SearchStrategy[T], count: int, seed_number: int) -> list[T]:
    """About `count` examples of a strategy, always the same."""
    found: list[T] = []
    if not count:
        return found

    @seed(seed_number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def draw(example: T) -> None:
        found.append(example)

    draw()
    return found[:count]
