"""Questions asked beside the pages."""

import threading

import numpy as np
import pytest

from core import questions as questions_module
from core.errors import StudioError, WorkerError
from core.inference import Inference
from core.questions import STOPPED, Answer, Questions, bytes_of


class Nobody(Inference):
    """Counts how often it was closed; it is never asked."""

    def __init__(self):
        super().__init__(lambda: pytest.fail("no worker is wanted"))
        self.closed = threading.Semaphore(0)

    def rest(self):
        self.closed.release()


@pytest.fixture
def questions():
    return Questions(Nobody(), kept=2)


def gives(value):
    return lambda inference, tell: value


def raises(error):
    def put(inference, tell):
        raise error

    return put


class Gate:
    """A question that tells that one of four steps is done, and waits until it is let go."""

    def __init__(self, value="late"):
        self.begun, self.let_go, self.value = threading.Event(), threading.Event(), value

    def __call__(self, inference, tell):
        tell(1, 4)
        self.begun.set()
        assert self.let_go.wait(10)
        return self.value


def test_an_answer_is_asked_for_once_and_kept(questions):
    assert questions.known("a") is None
    assert questions.ask("a", gives(1), "me", patience=10).value == 1
    assert questions.ask("a", gives(2), "you").value == 1
    assert questions.known("a").is_there


def test_only_the_answers_asked_for_last_are_kept(questions):
    for key in "abac":
        questions.ask(key, gives(key), "me", patience=10)
    assert questions.known("b") is None
    assert [questions.known(key).value for key in "ac"] == ["a", "c"]


def test_how_far_it_is_can_be_seen_while_it_is_asked(questions):
    gate = Gate()
    assert not questions.ask("a", gate, "me").is_there
    assert gate.begun.wait(10)
    answer = questions.ask("a", gate, "me")
    assert (answer.done, answer.of, answer.is_there) == (1, 4, False)
    waiting = questions.ask("b", gives("b"), "you")
    assert (waiting.done, waiting.of, waiting.waits) == (0, 0, True)
    gate.let_go.set()
    assert questions.ask("b", gives("b"), "you", patience=10).value == "b"
    assert questions.known("a").value == "late"


def test_a_waiting_question_gives_way_to_the_next_of_the_same_person_alone(questions):
    gate, asked = Gate(), []
    questions.ask("gate", gate, "somebody")
    assert gate.begun.wait(10)

    def notes(key):
        def put(inference, tell):
            asked.append(key)
            return key

        return put

    for key, asker in (("dropped", "me"), ("theirs", "you"), ("wanted", "me")):
        questions.ask(key, notes(key), asker)
    gate.let_go.set()
    assert questions.ask("wanted", gives("anew"), "me", patience=10).value == "wanted"
    assert asked == ["theirs", "wanted"]


def test_large_answers_are_forgotten_before_they_fill_the_memory(questions, monkeypatch):
    monkeypatch.setattr(questions_module, "MOST_BYTES", 100)
    pair = (np.zeros(50, np.uint8), Answer(np.zeros(40, np.uint8)))
    assert bytes_of(pair) == 90
    questions.ask("small", gives(np.zeros(10, np.uint8)), "me", patience=10)
    questions.ask("pair", gives(pair), "me", patience=10)
    assert questions.known("small")
    questions.ask("more", gives(np.zeros(200, np.uint8)), "me", patience=10)
    assert questions.known("pair") is None
    assert questions.known("more"), "the newest stays, however large"


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (StudioError("There is nothing to ask."), "There is nothing to ask."),
        (WorkerError("inside"), STOPPED),
        (ZeroDivisionError(), "Your model could not be asked. The server's log tells why."),
    ],
)
def test_what_goes_wrong_is_a_sentence_and_can_be_tried_again(questions, error, sentence):
    answer = questions.ask("a", raises(error), "me", patience=10)
    assert (answer.error, answer.value) == (sentence, None)
    questions.try_again("a")
    assert questions.ask("a", gives(1), "me", patience=10).value == 1


def test_the_worker_of_rare_questions_ends_some_time_after_the_last_of_them(monkeypatch):
    nobody = Nobody()
    monkeypatch.setattr(questions_module, "LINGERS", 0.3)
    questions = Questions(nobody, kept=2, closes=True)
    assert questions.ask("a", gives(1), "me", patience=10).value == 1
    assert questions.ask("b", gives(2), "me", patience=10).value == 2
    assert not nobody.closed.acquire(blocking=False), "it waits for the next question"
    assert nobody.closed.acquire(timeout=10)
    assert questions.ask("c", gives(3), "me", patience=10).value == 3
