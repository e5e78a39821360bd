"""Damage to files, byte by byte, and to the fields in which files say how large they are. All chance is seeded."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from random import Random
from typing import Literal, NamedTuple


class Field(NamedTuple):
    """A number in a file's header: `offset` bytes from the start of `marker`."""

    marker: bytes
    offset: int
    size: int  # bytes
    order: Literal["little", "big"]


def _fields(marker: bytes, order: Literal["little", "big"], *places: tuple[int, int]) -> tuple[Field, ...]:
    return tuple(Field(marker, offset, size, order) for offset, size in places)


FIELDS = (
    # zip: flags, method, packed and unpacked size, lengths of name, extra field and comment, place of the member
    *_fields(b"PK\x03\x04", "little", (6, 2), (8, 2), (18, 4), (22, 4), (26, 2), (28, 2)),
    *_fields(b"PK\x01\x02", "little", (8, 2), (10, 2), (20, 4), (24, 4), (28, 2), (30, 2), (32, 2), (42, 4)),
    *_fields(b"PK\x05\x06", "little", (4, 2), (8, 2), (10, 2), (12, 4), (16, 4), (20, 2)),
    *_fields(b"\x93NUMPY", "little", (6, 1), (7, 1), (8, 2)),  # version, length of the header
    *_fields(b"IHDR", "big", (-4, 4), (4, 4), (8, 4), (12, 1), (13, 1), (16, 1)),  # PNG: length, width, height, depth
    *_fields(b"IDAT", "big", (-4, 4)),
    *_fields(b"PLTE", "big", (-4, 4)),
    *_fields(b"\xff\xc0", "big", (2, 2), (4, 1), (5, 2), (7, 2), (9, 1)),  # JPEG: length, depth, height, width, planes
    *_fields(b"\xff\xc4", "big", (2, 2)),
    *_fields(b"\xff\xdb", "big", (2, 2)),
    *_fields(b"\xff\xda", "big", (2, 2), (4, 1)),
    *_fields(b"\xff\xe0", "big", (2, 2)),
    *_fields(b"RIFF", "little", (4, 4), (16, 4), (26, 2), (28, 2)),  # WebP: lengths, width, height
    *_fields(b"GIF8", "little", (6, 2), (8, 2), (10, 1)),
    *_fields(b"BM", "little", (2, 4), (10, 4), (14, 4), (18, 4), (22, 4), (28, 2), (30, 4), (34, 4), (46, 4)),
)


def mutated(chance: Random, data: bytes, other: bytes) -> bytes:
    """`data` after one to four blows; `other` is what may be spliced in."""
    for _blow in range(chance.choice((1, 1, 1, 2, 4))):
        data = chance.choice(BLOWS)(chance, data, other)
    return mended(data) if chance.random() < 0.7 else data


def mended(data: bytes) -> bytes:
    """A PNG with right checksums, so that damage gets past them; any other file as it is."""
    if not data.startswith(b"\x89PNG"):
        return data
    whole, place = bytearray(data), 8
    while place + 12 <= len(whole):
        end = place + 8 + int.from_bytes(whole[place : place + 4])
        if end + 4 > len(whole):
            break
        whole[end : end + 4] = struct.pack(">I", zlib.crc32(whole[place + 4 : end]))
        place = end + 4
    return bytes(whole)


def _flip(chance: Random, data: bytes, _other: bytes) -> bytes:
    whole = bytearray(data)
    for _bit in range(chance.choice((1, 3, 20)) if data else 0):
        whole[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
    return bytes(whole)


def _delete(chance: Random, data: bytes, _other: bytes) -> bytes:
    start = _place(chance, data)
    return data[:start] + data[start + chance.choice((1, 2, 7, 100)) :]


def _insert(chance: Random, data: bytes, _other: bytes) -> bytes:
    start = _place(chance, data)
    return data[:start] + chance.randbytes(chance.choice((1, 2, 7, 100))) + data[start:]


def _truncate(chance: Random, data: bytes, _other: bytes) -> bytes:
    return data[: _place(chance, data)]


def _splice(chance: Random, data: bytes, other: bytes) -> bytes:
    return data[: _place(chance, data)] + other[_place(chance, other) :]


def _repeat(chance: Random, data: bytes, _other: bytes) -> bytes:
    start = _place(chance, data)
    block = data[start : start + chance.choice((1, 16, 300))]
    return data[:start] + block * chance.choice((2, 50)) + data[start:]


def _lie(chance: Random, data: bytes, other: bytes) -> bytes:
    """Overwrite a field that tells a size, a length or a place."""
    there = [field for field in FIELDS if field.marker in data]
    if not there:
        return _flip(chance, data, other)
    field = chance.choice(there)
    starts = [place for place in range(len(data)) if data.startswith(field.marker, place)]
    start = max(0, chance.choice(starts) + field.offset)
    true = int.from_bytes(data[start : start + field.size], field.order)
    top = 1 << 8 * field.size
    value = chance.choice((0, 1, true - 1, true + 1, 2 * true, top // 2 - 1, top // 2, top - 2, top - 1)) % top
    return data[:start] + value.to_bytes(field.size, field.order) + data[start + field.size :]


def _place(chance: Random, data: bytes) -> int:
    return chance.randint(0, len(data))


BLOWS: tuple[Callable[[Random, bytes, bytes], bytes], ...] = (
    _flip,
    _delete,
    _insert,
    _truncate,
    _splice,
    _repeat,
    _lie,
    _lie,
    _lie,
)
