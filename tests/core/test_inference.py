"""The server's side of the inference worker, with small processes that answer as a test wants."""

import threading
import time

import numpy as np
import pytest

from core import inference as inference_module
from core.augmentation.spec import AugmentSpec
from core.errors import StudioError, WorkerError
from core.inference import Inference
from core.runs.folder import RunFolder
from tests.fake_workers import FakeExecutor, fixture_of

SERVES = """
import os, sys, time
from core.frames import read_frame, write_frame
questions, answers = sys.stdin.buffer, sys.stdout.buffer
assert questions.readline() == b"serve\\n"
while True:
    header, arrays = read_frame(questions)
    {answer}
"""
ECHO = (  # the header as the first photo's error, and the photos as what the network saw
    "write_frame(answers, {'ok': True, 'errors': [f'{header}'] + [''] * (len(arrays) - 1)},"
    " {name.replace('photo', 'seen'): array for name, array in arrays.items()})"
)
DIES = "os._exit(1)"
DIES_HALFWAY = "answers.write(b'half'); answers.flush(); os._exit(137)"
REFUSES = "write_frame(answers, {'ok': False, 'error': 'There is nothing to ask.'})"
SLEEPS = "time.sleep(60)"


class Answering(FakeExecutor):
    """Workers answer by the given lines of Python, one line a worker; the last one for all that follow."""

    def __init__(self):
        super().__init__()
        self.lines = [ECHO]

    def script(self):
        return SERVES.format(answer=self.lines.pop(0) if len(self.lines) > 1 else self.lines[0])


executor = fixture_of(Answering)


@pytest.fixture
def inference(executor):
    return Inference(executor.spawn)


@pytest.fixture
def run(tmp_path):
    return RunFolder(tmp_path / "r20261122-093015-4f2a1c")


def wait_until_dead(worker):
    worker.process.wait(timeout=10)
    assert not worker.is_alive()


def asked_in_vain(inference, executor, run):
    """A thread in which a question is open that ends with the death of its worker."""
    executor.lines = [SLEEPS]

    def ask():
        with pytest.raises(WorkerError):
            inference.classify(run, [b"one"])

    asker = threading.Thread(target=ask)
    asker.start()
    while not executor.spawned:
        time.sleep(0.01)
    return asker


def test_question_and_answer_pass_whole(inference, executor, run):
    answers = inference.classify(run, [b"one", b"two"], invert=True)
    assert answers[0].error == str({"do": "classify", "run": str(run.path), "invert": True})
    assert answers[1].error == ""
    assert [answer.seen.tobytes() for answer in answers] == [b"one", b"two"]
    assert answers[0].probabilities is None
    inference.classify(run, [b"three"])
    assert len(executor.spawned) == 1


def test_a_worker_is_warmed_once_and_then_asked(inference, executor, run):
    inference.warm()
    inference.warm()
    inference.classify(run, [b"one"])
    assert len(executor.spawned) == 1


def test_warming_does_not_wait_for_a_question_in_progress(inference, executor, run):
    asker = asked_in_vain(inference, executor, run)
    inference.warm()
    assert asker.is_alive(), "it returned while the question was still open"
    executor.lines = [DIES]
    executor.spawned[0].kill()
    asker.join()
    assert len(executor.spawned) == 2


@pytest.mark.parametrize("death", [DIES, DIES_HALFWAY], ids=["without a word", "in the middle of its answer"])
def test_a_worker_that_dies_over_a_question_is_replaced_and_asked_once_more(inference, executor, run, death):
    executor.lines = [death, ECHO]
    assert inference.classify(run, [b"one"])[0].seen.tobytes() == b"one"
    assert len(executor.spawned) == 2
    wait_until_dead(executor.spawned[0])


def test_a_worker_that_died_between_two_questions_costs_neither_attempt(inference, executor, run):
    executor.lines = [ECHO, DIES, ECHO]
    inference.classify(run, [b"one"])
    executor.spawned[0].kill()
    wait_until_dead(executor.spawned[0])
    assert inference.classify(run, [b"two"])[0].seen.tobytes() == b"two"
    assert len(executor.spawned) == 3


def test_two_deaths_are_an_error_and_the_next_question_is_asked_anew(inference, executor, run):
    executor.lines = [DIES, DIES, ECHO]
    with pytest.raises(WorkerError, match="stopped twice over this question"):
        inference.classify(run, [b"one"])
    assert len(executor.spawned) == 2
    assert inference.classify(run, [b"one"])[0].seen.tobytes() == b"one"


def test_a_long_answer_tells_on_its_way_how_far_it_is(inference, executor, run):
    executor.lines = [
        "[write_frame(answers, {'done': n, 'of': 2}) for n in (1, 2)];"
        " write_frame(answers, {'ok': True, 'asked': header}, arrays)"
    ]
    told = []
    reply, arrays = inference.ask("long", {"a": 1}, {"b": np.arange(3)}, tell=lambda done, of: told.append((done, of)))
    assert reply["asked"] == {"do": "long", "a": 1}
    assert arrays["b"].tolist() == [0, 1, 2]
    assert told == [(1, 2), (2, 2)]
    assert inference.ask("long", {})[0]["asked"] == {"do": "long"}


def test_a_refusal_is_told_in_its_own_words_and_the_worker_is_kept(inference, executor, run):
    executor.lines = [REFUSES]
    for _ in range(2):
        with pytest.raises(StudioError, match=r"^There is nothing to ask\.$") as caught:
            inference.embed(run, "digits", np.arange(2))
        assert not isinstance(caught.value, WorkerError)
    assert len(executor.spawned) == 1
    assert executor.spawned[0].is_alive()


def test_an_answer_that_never_comes_is_given_up_and_not_asked_again(inference, executor, run, monkeypatch):
    executor.lines = [SLEEPS, ECHO]
    with monkeypatch.context() as patch:
        patch.setattr(inference_module, "ANSWER_WITHIN", 0.5)
        with pytest.raises(WorkerError, match="did not answer within"):
            inference.classify(run, [b"one"])
    assert len(executor.spawned) == 1
    wait_until_dead(executor.spawned[0])
    assert inference.classify(run, [b"two"])[0].seen.tobytes() == b"two"


def test_closing_ends_the_worker(inference, executor, run):
    inference.close()
    inference.warm()
    inference.close()
    wait_until_dead(executor.spawned[0])


def test_a_photo_that_could_be_read_has_its_probabilities(inference, executor, run):
    executor.lines = [
        "import numpy as np; write_frame(answers, {'ok': True, 'errors': ['no picture', '']},"
        " {'probabilities1': np.array([0.25, 0.75], np.float32), 'seen1': np.zeros((2, 2, 1), np.uint8)})"
    ]
    broken, read = inference.classify(run, [b"", b"a photo"])
    assert (broken.probabilities, broken.seen, broken.error) == (None, None, "no picture")
    assert (read.probabilities.tolist(), read.seen.shape, read.error) == ([0.25, 0.75], (2, 2, 1), "")
    assert read.probabilities.dtype == np.float32


def test_a_map_is_asked_for_by_run_set_and_numbers(inference, executor, run):
    executor.lines = [
        "import numpy as np; assert header == {'do': 'embed', 'run': header['run'], 'dataset': 'digits'}, header;"
        " write_frame(answers, {'ok': True}, {'points': np.stack([arrays['numbers']] * 2, 1).astype(np.float32)})"
    ]
    points = inference.embed(run, "digits", np.array([4, 2]))
    assert (points.tolist(), points.dtype) == ([[4, 4], [2, 2]], np.float32)


def test_warped_copies_are_asked_for_by_run_set_numbers_views_and_settings(inference, executor, run):
    executor.lines = [
        "import numpy as np; settings = header.pop('augmentation');"
        " assert (settings['rotation'], settings['zoom'], settings['fill_mode']) == (30, 0, 'wrap'), settings;"
        " assert header == {'do': 'waver', 'run': header['run'], 'dataset': 'digits', 'views': 3}, header;"
        " said, sure = arrays['numbers'], np.ones(2, np.float32);"
        " copies = {'copies_said': said.reshape(2, 1, 1), 'copies_sure': sure.reshape(2, 1, 1)};"
        " write_frame(answers, {'ok': True}, {'said': said, 'sure': sure, **copies})"
    ]
    answer = inference.waver(run, "digits", (4, 2), 3, AugmentSpec(rotation=30, fill_mode="wrap"))
    assert (answer.said.tolist(), answer.sure.tolist()) == ([4, 2], [1, 1])
    assert (answer.copies_said.tolist(), answer.copies_sure.dtype) == ([[[4]], [[2]]], np.float32)


def test_closed_for_good_it_asks_nobody_again(inference, executor, run):
    asker = asked_in_vain(inference, executor, run)
    inference.close()
    asker.join(10)
    assert not asker.is_alive()
    assert len(executor.spawned) == 1


def test_after_a_rest_it_can_be_asked_again(inference, executor, run):
    inference.classify(run, [b"one"])
    inference.rest()
    wait_until_dead(executor.spawned[0])
    assert inference.classify(run, [b"two"])[0].seen.tobytes() == b"two"


def test_closing_waits_until_the_worker_is_gone(inference, executor, run):
    inference.classify(run, [b"one"])
    inference.close()
    assert not executor.spawned[0].is_alive()
