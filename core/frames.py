"""Messages between the server and the inference worker: one length, then one npz of plain arrays and a JSON header."""

from __future__ import annotations

import io
import json
import struct
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]
_LENGTH = struct.Struct(">Q")


def write_frame(stream: BinaryIO, header: dict[str, Any], arrays: Arrays | None = None) -> None:
    """Send a JSON header with arrays (no objects in them)."""
    buffer = io.BytesIO()
    text = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
    np.savez(buffer, allow_pickle=False, header=text, **(arrays or {}))
    stream.write(_LENGTH.pack(buffer.tell()) + buffer.getvalue())
    stream.flush()


def read_frame(stream: BinaryIO) -> tuple[dict[str, Any], Arrays]:
    """Receive what `write_frame` sent.

    Raises:
        EOFError: If the other side is gone.
    """
    (length,) = _LENGTH.unpack(_read(stream, _LENGTH.size))
    with np.load(io.BytesIO(_read(stream, length)), allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    return json.loads(arrays.pop("header").tobytes()), arrays


def _read(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise EOFError
    return data
