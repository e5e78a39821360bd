"""Timings asked for beside the pages, of small processes that answer as a test wants."""

import threading
import time

import pytest

from core import time_budgets
from core.spec import RunSpec, TrainingSpec
from core.time_budget import PhaseTiming, Timing
from core.time_budgets import TimeBudgets, TimingOrder, Wait
from tests.fake_workers import FakeExecutor, fixture_of

WORKER = """
import os, sys, time
from pathlib import Path
from core.frames import read_frame, write_frame
questions, answers = sys.stdin.buffer, sys.stdout.buffer
assert questions.readline() == b"serve\\n"
header, arrays = read_frame(questions)
assert (header["do"], header["classes"]) == ("time", 10)
step = header["spec"]["training"]["batch_size"] / 10
{answer}
"""
SAYS = (
    "phase = {'begin': 1.0, 'step': step, 'look': 0.0, 'frozen': 0.0, 'epoch': 0.5};"
    "write_frame(answers, {'ok': True, 'timing': {'build': 2.0, 'phases': [phase], 'finish': 3.0}})"
)
WAITS = "\nwhile not Path({gate!r}).exists(): time.sleep(0.01)\n"
REFUSES = "write_frame(answers, {'ok': False, 'error': 'It needs 9 GB.'})"
DIES = "os._exit(137)"
LONG = 30.0  # seconds within which everything here is answered


class Timers(FakeExecutor):
    """Workers that time by the given Python."""

    answer = SAYS

    def script(self):
        return WORKER.format(answer=self.answer)


executor = fixture_of(Timers)


@pytest.fixture
def training():
    """Set while a run is being trained."""
    return threading.Event()


@pytest.fixture
def budgets(executor, training, monkeypatch):
    monkeypatch.setattr(time_budgets, "LOOK", 0.02)
    made = TimeBudgets(executor.spawn, training.is_set)
    yield made
    made.close()


def order(batch_size=32):
    return TimingOrder(RunSpec(training=TrainingSpec(batch_size=batch_size)), 10)


def answered(budgets, asked):
    end = time.monotonic() + LONG
    while (answer := budgets.ask(asked)).wait:
        assert time.monotonic() < end
        time.sleep(0.02)
    return answer


def wait_for(condition):
    end = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_network_is_timed_once_for_all_browsers(budgets, executor):
    assert budgets.known(order()) is None
    assert budgets.ask(order()).wait == Wait.MEASURING
    phase = PhaseTiming(begin=1, step=3.2, look=0, frozen=0, epoch=0.5)
    assert answered(budgets, order()).timing == Timing(build=2, phases=(phase,), finish=3)
    assert budgets.known(order()) == budgets.ask(order())
    assert len(executor.spawned) == 1


def test_its_worker_ends_with_it(budgets, executor):
    answered(budgets, order())
    assert executor.spawned[0].process.poll() is not None


def test_one_is_timed_at_once_and_who_waits_is_told(tmp_path, budgets, executor):
    gate = tmp_path / "gate"
    executor.answer = WAITS.format(gate=str(gate)) + SAYS
    budgets.ask(order(32))
    assert budgets.ask(order(64)).wait == Wait.QUEUED
    assert budgets.ask(order(32)).wait == Wait.MEASURING
    gate.touch()
    assert answered(budgets, order(64)).timing.phases[0].step == 6.4
    assert answered(budgets, order(32)).timing.phases[0].step == 3.2
    assert len(executor.spawned) == 2


def test_nothing_is_timed_while_a_run_is_trained_but_what_is_known_is_told(budgets, executor, training):
    training.set()
    assert budgets.ask(order()).wait == Wait.TRAINING
    assert not executor.spawned
    training.clear()
    answered(budgets, order())
    training.set()
    assert budgets.ask(order()).timing is not None


def test_a_run_that_begins_meanwhile_ends_the_worker_and_leaves_no_answer(budgets, executor, training):
    executor.answer = "time.sleep(600)"
    budgets.ask(order())
    wait_for(lambda: executor.spawned)
    training.set()
    wait_for(lambda: budgets._measuring is None)
    assert executor.spawned[0].process.poll() is not None
    assert budgets.known(order()) is None
    training.clear()
    executor.answer = SAYS
    assert answered(budgets, order()).timing is not None


def test_closing_ends_the_worker(budgets, executor):
    executor.answer = "time.sleep(600)"
    budgets.ask(order())
    wait_for(lambda: executor.spawned)
    budgets.close()
    assert executor.spawned[0].process.poll() is not None


def test_a_refusal_is_kept_until_it_is_tried_again(budgets, executor):
    executor.answer = REFUSES
    assert answered(budgets, order()).error == "It needs 9 GB."
    executor.answer = SAYS
    assert budgets.ask(order()).error == "It needs 9 GB."
    budgets.try_again(order())
    assert answered(budgets, order()).timing is not None


@pytest.mark.parametrize(("answer", "within"), [(DIES, LONG), ("time.sleep(600)", 0.1)], ids=["died", "too slow"])
def test_a_worker_that_dies_or_takes_too_long_is_said_in_words(budgets, executor, monkeypatch, answer, within):
    monkeypatch.setattr(time_budgets, "WITHIN", within)
    executor.answer = answer
    assert "took too long, or its worker ran out of memory" in answered(budgets, order()).error


def test_a_worker_that_cannot_be_started_is_said_in_words(training):
    def spawn():
        raise OSError("no more processes")

    assert "could not be timed" in answered(TimeBudgets(spawn, training.is_set), order()).error


def test_the_last_answers_are_kept(budgets, monkeypatch):
    monkeypatch.setattr(time_budgets, "KEPT", 1)
    answered(budgets, order(32))
    answered(budgets, order(64))
    assert budgets.known(order(32)) is None
    assert budgets.known(order(64)) is not None
