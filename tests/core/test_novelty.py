"""The server's side of "none of these?"; tests/core/learning/test_novelty.py has a real model."""

import os

import numpy as np
import pytest

from core.inference import Inference
from core.novelty import Strangeness, ask_strangeness, has_reference, make_reference, reference_file
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
    found = Strangeness(np.array([4.9, 5.0, 5.1], np.float32), 5.0, 100)
    assert found.is_unlike.tolist() == [False, False, True]


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


def test_distances_come_with_their_threshold(run):
    worker = Answering({"threshold": 5, "references": 70}, {"distances": np.array([6], np.float32)})
    found = ask_strangeness(worker, run, np.zeros((1, 8, 8, 1), np.uint8))
    assert (found.threshold, found.references, found.is_unlike.tolist()) == (5.0, 70, [True])
