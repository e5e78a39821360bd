"""Strategies for files made to hurt: names, flags and sizes in a .zip; headers, pictures and labels in an .npz."""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile
from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.fuzz.real_files import npy, zipped

ESCAPE = "cnn-studio-escaped"  # in every name that leads out of its folder
NAMES = (
    "cats",
    "dogs",
    "Cats",
    "CATS",
    "train",
    "test",
    "Validation",
    f"../../../{ESCAPE}",
    f"/tmp/{ESCAPE}",
    f"C:\\{ESCAPE}",
    f"..\\..\\{ESCAPE}",
    f"\\\\server\\share\\{ESCAPE}",
    "\u202egpj.exe",
    "cat\0dog",
    "line\nbreak\r\x1b[31m",
    "x" * 10_000,
    "🦔" * 3_000,
    "👨\u200d👩\u200d👧",
    "e\u0301\u0301\u0301",
    "İıſ",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "**bold** [a](javascript:alert(1)) `code` $x^2$ :material/error:",
    "{0} {name} {self.__class__} %s %(x)d",
    "=cmd|' /C calc'!A0",
    "con",
    "..",
    ".",
    "",
    " ",
    "__MACOSX",
    ".hidden",
    "null",
    "nan",
)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_FORGED_METHODS = (*_METHODS, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, 99)
_FORGED_SIZES = (0, 1, 2**31, 2**32 - 2)
_MODES = (0, stat.S_IFREG | 0o644, stat.S_IFLNK | 0o777, stat.S_IFDIR | 0o755, stat.S_IFIFO, stat.S_IFCHR | 0o600)
_SIDES = (-1, 0, 1, 2, 3, 4, 6, 28, 2**16, 2**31, 2**40, 2**63, 10**30)
_NUMERIC = ("|u1", "|b1", "<u2", ">u2", "<i8", "<f2", "<f4", ">f8", "<f16", "<c8")
_KINDS = (*_NUMERIC, "|S0", "|S3", "<U0", "<U4", ">U4", "|O", "<M8[s]", "<m8[D]", "|V3", "<u9", "hello")
_NUMBERS = (0, 1, 2, -1, 0.5, 255, 256, 65_535, 1e9, -1e300, 1e300, float("nan"), float("inf"))

names = st.sampled_from(NAMES) | st.text(st.characters(codec="utf-8"), max_size=40)
endings = st.sampled_from([".jpg", ".PNG", ".gif", ".webp", ".bmp", "", ".txt", ".zip", ".tiff", ".svg", ".jpg.exe"])


def zips(contents: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """A .zip whose members have odd names, and whose table of contents may lie about some of them.

    Args:
        contents: Photos and other things that members may hold.
    """

    @st.composite  # in here, because hypothesis would write out its arguments
    def drawn(draw: st.DrawFn) -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for number in range(draw(st.integers(0, 12))):
                _add(draw, archive, str(number), contents[draw(st.integers(0, len(contents) - 1))])
            archive.comment = draw(st.binary(max_size=20))
        return target.getvalue()

    return drawn()


def _add(draw: st.DrawFn, archive: zipfile.ZipFile, number: str, content: bytes) -> None:
    folders = draw(st.lists(st.sampled_from(("cats", "dogs")) | names, max_size=3))
    info = zipfile.ZipInfo("x")
    info.filename = "/".join([*folders, draw(st.just(number) | names)])[:15_000] + draw(endings)  # 65,535 bytes at most
    info.external_attr = draw(st.just(0) | st.sampled_from(_MODES)) << 16
    info.compress_type = draw(st.sampled_from(_METHODS))
    with warnings.catch_warnings(action="ignore"):  # two of one name are meant
        archive.writestr(info, content)
    if draw(st.integers(0, 3)) == 3:
        _forge(draw, info)


def _forge(draw: st.DrawFn, info: zipfile.ZipInfo) -> None:
    """What is changed after a member was written stands in the table of contents only."""
    lies: dict[str, st.SearchStrategy[Any]] = {
        "flag_bits": st.integers(0, 0xFFFF),
        "file_size": st.sampled_from(_FORGED_SIZES),
        "compress_size": st.sampled_from(_FORGED_SIZES),
        "header_offset": st.sampled_from(_FORGED_SIZES),
        "compress_type": st.sampled_from(_FORGED_METHODS),
        "CRC": st.integers(0, 2**32 - 1),
        "extra": st.binary(max_size=40),
    }
    for name in draw(st.lists(st.sampled_from(sorted(lies)), min_size=1, max_size=2)):
        setattr(info, name, draw(lies[name]))


@st.composite
def headers(draw: st.DrawFn) -> bytes:
    """An .npy file whose header says what it likes; its values may be as many as announced, fewer or more."""
    kind, shape = draw(st.sampled_from(_KINDS)), tuple(draw(st.lists(st.sampled_from(_SIDES), max_size=5)))
    fields = {"descr": kind, "fortran_order": draw(st.booleans()), "shape": shape}
    text = draw(st.just(str(fields)) | st.just(str(fields)) | st.text(st.characters(codec="latin-1"), max_size=60))
    version = draw(st.sampled_from([(1, 0), (1, 0), (2, 0), (3, 0), (9, 9)]))
    length = struct.pack("<H" if version == (1, 0) else "<I", len(text) + draw(st.sampled_from([0, 0, 0, 1, 60_000])))
    announced = abs(int(np.prod([float(side) for side in shape]))) if shape else 1
    values = bytes(range(256)) * 64 if draw(st.booleans()) else bytes(min(announced, 20_000))
    return b"\x93NUMPY" + bytes(version) + length + text.encode("latin-1", "replace") + values


@st.composite
def pictures(draw: st.DrawFn, count: int) -> bytes:
    """`count` pictures, as bytes of an .npy file, of any number type, form and values."""
    form = draw(
        st.sampled_from([(6, 6), (6, 9, 3), (6, 6, 1), (5, 6, 4), (1, 7), (6, 6, 2), (6,), (0, 6), (6, 6, 3, 1)])
    )
    kind = np.dtype(draw(st.sampled_from(["u1", "i1", "<u2", ">i4", "u8", "?", "<f2", "<f4", ">f8", "g", "S2", "U1"])))
    size = count * int(np.prod(form)) * kind.itemsize
    raw = draw(st.binary(min_size=16, max_size=64)) if draw(st.booleans()) else bytes([0, 1])
    values = np.frombuffer((raw * (size // len(raw) + 1))[:size], kind).reshape(count, *form)
    return npy(np.asfortranarray(values) if draw(st.booleans()) else values)


@st.composite
def labels(draw: st.DrawFn, count: int) -> bytes:
    """About `count` labels, as bytes of an .npy file: numbers, text, one-hot rows or nonsense."""
    length = draw(st.sampled_from([count, count, count, count - 1, 0]))
    numbers = st.lists(st.sampled_from(_NUMBERS), min_size=length, max_size=length).map(np.array)
    texts = st.lists(names, min_size=length, max_size=length).map(lambda found: np.array(found, dtype=str))
    rows = st.lists(st.integers(-1, 2), min_size=3 * length, max_size=3 * length)
    raw = st.binary(min_size=8 * length, max_size=8 * length)
    array = draw(
        numbers
        | texts
        | texts.map(lambda found: np.char.encode(found, "utf-8") if found.size else found)
        | rows.map(lambda found: np.array(found, float).reshape(length, 3))
        | raw.map(lambda found: np.frombuffer(found, "<U2"))  # also numbers that stand for no character
        | raw.map(lambda found: np.frombuffer(found, "<f8"))
    )
    return npy(array)


@st.composite
def npzs(draw: st.DrawFn) -> bytes:
    """An .npz in which nothing can be relied on."""
    count = draw(st.sampled_from([1, 4, 9]))
    good = npy(np.arange(count * 36, dtype=np.uint8).reshape(count, 6, 6)), npy(np.arange(count) % 3)
    members = {
        "x.npy": draw(st.just(good[0]) | pictures(count) | headers()),
        "y.npy": draw(st.just(good[1]) | labels(count) | headers()),
        "classes.npy": draw(labels(3) | headers()),
        "x_val.npy": draw(st.just(good[0]) | pictures(count)),
        "y_val.npy": draw(st.just(good[1]) | labels(count)),
        "Y.npy": good[1],
    }
    optional = draw(st.sets(st.sampled_from(["classes.npy", "x_val.npy", "y_val.npy", "Y.npy"])))
    return zipped({name: content for name, content in members.items() if name in {"x.npy", "y.npy", *optional}})
