"""The server's side of "none of these?"; tests/core/learning/test_novelty.py has a real model."""

import os
from typing import Any

import numpy as np
import pytest

from core.errors import StudioError
from core.inference import Inference
from core.novelty import (
    FORMAT,
    Cloud,
    Reference,
    Strangeness,
    has_reference,
    is_sure,
    looks_of,
    make_reference,
    read_reference,
    reference_file,
)
from core.runs.folder import RunFolder


class Answering(Inference):
    """Gives one answer and keeps what it was asked."""

    def __init__(self, reply, arrays):
        super().__init__(lambda: pytest.fail("no worker is wanted"))
        self.reply, self.arrays, self.asked = reply, arrays, []

    def ask(self, do, header, arrays=None, within=0.0, tell=lambda done, of: None):
        self.asked.append((do, header))
        tell(1, 2)
        return self.reply, self.arrays


@pytest.fixture
def run(tmp_path):
    made = RunFolder(tmp_path)
    made.checkpoint.write_bytes(b"weights")
    return made


def test_what_is_further_than_the_threshold_is_unlike():
    """Either distance is enough."""
    distances = np.array([(4.9, 1), (5.0, 2), (5.1, 1), (1, 2.1), (np.nan, np.nan)], np.float32)
    found = Strangeness(distances, np.array([5, 2], np.float32))
    assert found.is_unlike.tolist() == [False, False, True, True, False]


def test_an_answer_is_sure_where_one_class_stands_out():
    """Of two classes one always has half: every answer was taken for a sure one."""
    two = np.array([(0.6, 0.4), (0.3, 0.7), (np.nan, np.nan)], np.float32)
    assert is_sure(two).tolist() == [False, True, False]
    three = np.array([(0.45, 0.3, 0.25), (0.55, 0.4, 0.05), (0.2, 0.2, 0.6)], np.float32)
    assert is_sure(three).tolist() == [False, False, True]


def test_plain_colour_has_no_contrast_and_stripes_are_rougher_than_a_slope():
    plain, slope, stripes = np.zeros((3, 6, 6, 3), np.uint8)
    plain[:] = 200, 30, 30
    slope[:] = np.arange(0, 60, 10)[:, None]
    stripes[:, 1::2] = 30
    looks = looks_of(np.stack([plain, slope, stripes]))
    np.testing.assert_allclose(looks[0], 0, atol=1e-4)
    spread = 10 * np.sqrt(35 / 12)
    np.testing.assert_allclose(np.exp(looks[1]), [1 + spread, (1 + 10) / (1 + spread)], rtol=1e-5)
    np.testing.assert_allclose(np.exp(looks[2]), [1 + 15, (1 + 30) / (1 + 15)], rtol=1e-5)


def test_one_channel_looks_as_three_that_are_equal():
    grey = np.random.default_rng(0).integers(0, 256, (4, 8, 8, 1)).astype(np.uint8)
    np.testing.assert_allclose(looks_of(grey), looks_of(grey.repeat(3, axis=3)), rtol=1e-5)


def test_a_reference_is_of_the_weights_as_they_are(run):
    assert not has_reference(run)
    np.savez(reference_file(run), format=FORMAT, stamp=run.checkpoint.stat().st_mtime_ns)
    assert has_reference(run)
    os.utime(run.checkpoint, ns=(1, 1))
    assert not has_reference(run)


def test_one_of_an_earlier_version_is_none(run):
    kept: dict[str, Any] = {"means": np.zeros((1, 1)), "whitener": np.ones((1, 1)), "threshold": 5.0, "count": 70}
    np.savez(reference_file(run), stamp=run.checkpoint.stat().st_mtime_ns, **kept)
    assert not has_reference(run)
    with pytest.raises(StudioError, match="looked at first"):
        read_reference(run)


def test_a_damaged_reference_is_none(run):
    reference_file(run).write_bytes(b"half")
    assert not has_reference(run)


def test_the_worker_is_asked_and_tells_how_far_it_is(run):
    worker, told = Answering({"references": 70}, {}), []
    assert make_reference(worker, run, lambda done, of: told.append((done, of))) == 70
    assert worker.asked == [("familiar", {"run": str(run.path)})]
    assert told == [(1, 2)]


def test_a_reference_is_read_as_it_was_kept_and_judges_by_the_nearest_class(run):
    with pytest.raises(StudioError, match="looked at first"):
        read_reference(run)
    made = Cloud(np.array([[0, 0], [10, 0]], np.float32), np.diag([1, 2]).astype(np.float32))
    looks = Cloud(np.array([[1, 2]], np.float32), np.eye(2, dtype=np.float32))
    kept = Reference(made, looks, np.array([5, 1], np.float32), 70)
    np.savez(reference_file(run), stamp=run.checkpoint.stat().st_mtime_ns, **kept.arrays)
    reference = read_reference(run)
    assert reference.count == 70
    rows = [[10, 0, 1, 2], [0, 3, 1, 2], [0, 0, 4, 6], [np.nan] * 4]
    found = reference.strangeness(np.array(rows, np.float32))
    assert found.distances[:3].tolist() == [[0, 0], [6, 0], [0, 5]]
    assert found.is_unlike.tolist() == [False, True, True, False]
