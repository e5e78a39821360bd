"""The messages between server and inference worker, without either of them."""

import io
import struct
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.frames import read_frame, write_frame


def sent(header, arrays=None):
    stream = io.BytesIO()
    write_frame(stream, header, arrays)
    return stream.getvalue()


def test_header_and_arrays_come_back_exactly():
    header = {"do": "classify", "run": "/tmp/r – ü", "invert": True, "errors": ["", "no"], "loss": 0.1}
    arrays: dict[str, NDArray[Any]] = {
        "photo0": np.arange(7, dtype=np.uint8),
        "p": np.eye(3, dtype=np.float32),
        "empty": np.zeros((0, 2)),
    }
    back, received = read_frame(io.BytesIO(sent(header, arrays)))
    assert back == header
    assert received.keys() == arrays.keys()
    for name, array in arrays.items():
        assert received[name].dtype == array.dtype
        np.testing.assert_array_equal(received[name], array)


def test_frames_in_one_stream_are_told_apart():
    stream = io.BytesIO(sent({"number": 1}, {"a": np.ones(1000)}) + sent({"number": 2}))
    assert [read_frame(stream)[0]["number"] for _ in range(2)] == [1, 2]
    with pytest.raises(EOFError):
        read_frame(stream)


def test_a_stream_that_is_cut_ends_wherever_it_is_cut():
    whole = sent({"do": "evaluate"}, {"a": np.ones(3)})
    for cut in range(len(whole)):
        with pytest.raises(EOFError):
            read_frame(io.BytesIO(whole[:cut]))


def test_objects_are_neither_sent_nor_read():
    objects = np.array([{"a": 1}], dtype=object)
    stream = io.BytesIO()
    with pytest.raises(ValueError, match="allow_pickle"):
        write_frame(stream, {}, {"a": objects})
    assert stream.getvalue() == b"", "not half a frame"
    packed = io.BytesIO()
    np.savez(packed, header=np.frombuffer(b"{}", np.uint8), a=objects)
    with pytest.raises(ValueError, match="allow_pickle"):
        read_frame(io.BytesIO(struct.pack(">Q", packed.tell()) + packed.getvalue()))
