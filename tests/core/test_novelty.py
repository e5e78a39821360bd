"""The server's side of "none of these?"; tests/core/learning/test_novelty.py has a real model."""

import os

import numpy as np
import pytest

from core.errors import StudioError
from core.inference import Inference
from core.novelty import Reference, Strangeness, has_reference, make_reference, read_reference, reference_file
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
    found = Strangeness(np.array([4.9, 5.0, 5.1, np.nan], np.float32), 5.0)
    assert found.is_unlike.tolist() == [False, False, True, False]


def test_a_reference_is_of_the_weights_as_they_are(run):
    assert not has_reference(run)
    np.savez(reference_file(run), stamp=run.checkpoint.stat().st_mtime_ns)
    assert has_reference(run)
    os.utime(run.checkpoint, ns=(1, 1))
    assert not has_reference(run)


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
    kept = Reference(np.array([[0, 0], [10, 0]], np.float32), np.diag([1, 2]).astype(np.float32), 5.0, 70)
    np.savez(reference_file(run), stamp=run.checkpoint.stat().st_mtime_ns, **vars(kept))
    reference = read_reference(run)
    assert reference.count == 70
    found = reference.strangeness(np.array([[10, 0], [0, 3], [np.nan, np.nan]], np.float32))
    assert (found.distances[:2].tolist(), found.is_unlike.tolist()) == ([0.0, 6.0], [False, True, False])
