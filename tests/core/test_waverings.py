"""Questions about warped copies, asked beside the pages of a worker that answers as a test wants."""

import threading
import time
from pathlib import Path

import numpy as np
import pytest

from core.augmentation.spec import AugmentSpec
from core.errors import StudioError, WorkerError
from core.runs.folder import RunFolder
from core.wavering import Question, Wavering
from core.waverings import KEPT, Waverings

LONG = 30.0  # seconds within which everything here is answered


class Inference:
    """Says of each picture its number; holds the answer back until `gate` is open, and keeps what was asked."""

    def __init__(self):
        self.asked, self.gate, self.error = [], threading.Event(), None
        self.gate.set()

    def waver(self, run, dataset_id, numbers, views, augmentation):
        self.asked.append(numbers)
        assert self.gate.wait(LONG)
        if self.error:
            raise self.error
        said = np.array(numbers)
        copied = np.repeat(said, views).reshape(len(said), 1, views)
        return Wavering(said, np.ones(len(said), np.float32), copied, np.ones(copied.shape, np.float32))


@pytest.fixture
def inference():
    return Inference()


@pytest.fixture
def waverings(inference):
    return Waverings(inference)


def question(*numbers, part=1):
    return Question(RunFolder(Path("r1")), 1, "digits", numbers, 2, AugmentSpec(rotation=9), part)


def wait_for(condition):
    end = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_an_answer_that_comes_in_time_is_given_at_once_and_asked_for_only_once(waverings, inference):
    first = waverings.ask(question(5), "a", LONG)
    assert first.wavering.said.tolist() == [5]
    assert waverings.ask(question(5), "b").wavering is first.wavering
    assert waverings.known(question(5)) is not None
    assert waverings.known(question(6)) is None
    assert inference.asked == [(5,)]


def test_without_patience_the_page_goes_on_and_finds_the_answer_later(waverings, inference):
    inference.gate.clear()
    answer = waverings.ask(question(5), "a", 0.01)
    assert not answer.is_there
    assert answer.done == 0
    inference.gate.set()
    assert waverings.ask(question(5), "a", LONG).is_there


def test_a_sample_is_asked_in_parts_and_says_how_far_it_is(waverings, inference):
    inference.gate.clear()
    sample = question(1, 2, 3, 4, 5, part=2)
    waverings.ask(sample, "a")
    wait_for(lambda: inference.asked)
    assert waverings.ask(sample, "a").done == 0
    inference.gate.set()
    answer = waverings.ask(sample, "a", LONG)
    assert inference.asked == [(1, 2), (3, 4), (5,)]
    assert answer.wavering.said.tolist() == [1, 2, 3, 4, 5]
    assert answer.done == 1


def test_photos_go_before_samples_and_samples_take_turns(waverings, inference):
    inference.gate.clear()
    waverings.ask(question(1, 2, part=1), "a")
    wait_for(lambda: inference.asked)
    waverings.ask(question(3, 4, part=1), "b")
    waverings.ask(question(9), "c")
    inference.gate.set()
    for sample, asker in ((question(1, 2, part=1), "a"), (question(3, 4, part=1), "b")):
        assert waverings.ask(sample, asker, LONG).is_there
    assert inference.asked == [(1,), (9,), (3,), (2,), (4,)]


def test_what_nobody_waits_for_any_more_is_not_asked(waverings, inference):
    inference.gate.clear()
    waverings.ask(question(1), "a")
    wait_for(lambda: inference.asked)
    for number in range(2, 9):
        waverings.ask(question(number), "a")
    waverings.ask(question(3), "b")
    waverings.ask(question(4), "c")
    waverings.leave("c")
    inference.gate.set()
    assert waverings.ask(question(8), "a", LONG).is_there
    assert inference.asked == [(1,), (3,), (8,)] or inference.asked == [(1,), (8,), (3,)]


def test_a_sample_that_was_left_ends_after_its_part(waverings, inference):
    inference.gate.clear()
    waverings.ask(question(1, 2, 3), "a")
    wait_for(lambda: inference.asked)
    waverings.leave("a")
    inference.gate.set()
    wait_for(lambda: waverings._thread is None)
    assert inference.asked == [(1,)]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (StudioError("The set is gone."), "The set is gone."),
        (WorkerError("Try fewer photos."), "for want of memory"),
        (RuntimeError("bug"), "The server's log tells why"),
    ],
)
def test_why_there_is_no_answer_is_kept_until_it_is_tried_again(waverings, inference, error, words):
    inference.error = error
    assert words in waverings.ask(question(5), "a", LONG).error
    inference.error = None
    assert words in waverings.ask(question(5), "a", LONG).error
    waverings.try_again(question(5))
    assert waverings.ask(question(5), "a", LONG).wavering is not None


def test_the_answers_asked_for_last_are_kept(waverings):
    for number in range(KEPT):
        waverings.ask(question(number), "a", LONG)
    waverings.ask(question(0), "a")
    waverings.ask(question(KEPT), "a", LONG)
    assert waverings.known(question(0)) is not None
    assert waverings.known(question(1)) is None


def test_photos_and_parts_of_a_sample_alternate(waverings, inference):
    """Ten people who drag a slider kept a sample from ever being asked."""
    inference.gate.clear()
    waverings.ask(question(1), "first")
    wait_for(lambda: inference.asked == [(1,)])
    waverings.ask(question(7, 8, 9), "sample")
    for photo in (2, 3, 4):
        waverings.ask(question(photo), f"browser {photo}")
    inference.gate.set()
    wait_for(lambda: waverings.known(question(7, 8, 9)))
    assert inference.asked[:6] == [(1,), (7,), (2,), (8,), (3,), (9,)]
