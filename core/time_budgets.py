"""Timing networks beside the pages: one at a time for the whole server, kept in memory for all browsers.

Each timing has a worker of its own that ends with it, and no other may disturb it: while a run is trained nothing is
timed, and where a run begins meanwhile the worker is ended.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.errors import StudioError, WorkerError
from core.frames import read_frame, write_frame
from core.i18n import _
from core.runs.executor import Worker
from core.spec import RunSpec
from core.time_budget import Timing

logger = logging.getLogger(__name__)

KEPT = 500  # answers
WITHIN = 90.0  # seconds for starting a worker, building the network and timing it
LOOK = 0.5  # seconds between two looks whether a run has begun


class Wait(StrEnum):
    """Why there is no answer yet."""

    MEASURING = "measuring"
    """It is being timed."""
    QUEUED = "queued"
    """Another network is; it will be timed when asked for once more."""
    TRAINING = "training"
    """A run is being trained, or waits for it."""


@dataclass(frozen=True)
class TimingOrder:
    """What is to be timed: a network as `core.time_budget.timed_spec` gives it, for so many classes."""

    spec: RunSpec
    classes: int


@dataclass(frozen=True)
class TimingAnswer:
    """What was measured, or why there is nothing."""

    timing: Timing | None = None
    error: str = ""
    wait: Wait | None = None


class TimeBudgets:
    """Times networks in a thread, each with a worker of its own.

    Args:
        spawn: Gives a worker that waits for its job.
        is_training: Whether a run is being trained or waits for it.
    """

    def __init__(self, spawn: Callable[[], Worker], is_training: Callable[[], bool]) -> None:
        self._spawn, self._is_training = spawn, is_training
        self._answers: OrderedDict[TimingOrder, TimingAnswer] = OrderedDict()
        self._lock = threading.Lock()
        self._measuring: TimingOrder | None = None
        self._thread: threading.Thread | None = None
        self._leave = threading.Event()

    def known(self, order: TimingOrder) -> TimingAnswer | None:
        """The answer if there is one already, or an error; nothing is begun."""
        with self._lock:
            return self._answers.get(order)

    def ask(self, order: TimingOrder) -> TimingAnswer:
        """The answer if there is one; else it is begun, unless another one is or a run is being trained."""
        known = self.known(order)
        if known:
            return known
        if self._is_training():
            return TimingAnswer(wait=Wait.TRAINING)
        with self._lock:
            if self._measuring is None:
                self._measuring = order
                self._thread = threading.Thread(target=self._measure, args=(order,), name="time-budget", daemon=True)
                self._thread.start()
            return TimingAnswer(wait=Wait.MEASURING if self._measuring == order else Wait.QUEUED)

    def try_again(self, order: TimingOrder) -> None:
        """Forget that this could not be timed."""
        with self._lock:
            self._answers.pop(order, None)

    def close(self) -> None:
        """End a worker that is at it; nothing is timed from now on."""
        self._leave.set()
        if self._thread:
            self._thread.join(timeout=5)

    def _measure(self, order: TimingOrder) -> None:
        answer: TimingAnswer | None = None
        try:
            answer = self._answer(order)
        except StudioError as refusal:
            answer = TimingAnswer(error=str(refusal))
        except Exception:
            logger.exception("timing %s", order)
            answer = TimingAnswer(error=_("The batches could not be timed. The server's log tells why."))
        finally:
            with self._lock:
                self._measuring = None
                if answer:
                    self._answers[order] = answer
                while len(self._answers) > KEPT:
                    self._answers.popitem(last=False)

    def _answer(self, order: TimingOrder) -> TimingAnswer | None:
        """What a worker of its own says; None where a run began meanwhile: the times would not be those of a run.

        Raises:
            StudioError: If it refuses, died or took too long.
        """
        worker, done = self._spawn(), threading.Event()
        guard = _Guard(worker, done, lambda: self._leave.is_set() or self._is_training())
        guard.start()
        try:
            reply = _asked(worker, {"do": "time", "spec": order.spec.model_dump(mode="json"), "classes": order.classes})
        except (EOFError, OSError):
            if guard.has_left:
                return None
            raise WorkerError(
                _(
                    "Timing a few batches took too long, or its worker ran out of memory; workers.log in the data home "
                    "tells more. Training may still work."
                )
            ) from None
        finally:
            done.set()
            guard.join()
            _end(worker)
        if not reply["ok"]:
            raise StudioError(reply["error"])
        return None if guard.has_left else TimingAnswer(Timing.model_validate(reply["timing"]))


class _Guard(threading.Thread):
    """Ends a worker that takes too long, or that has to leave.

    Attributes:
        has_left: Whether it had to leave.
    """

    def __init__(self, worker: Worker, done: threading.Event, must_leave: Callable[[], bool]) -> None:
        super().__init__(name="time-budget-guard", daemon=True)
        self._worker, self._done, self._must_leave = worker, done, must_leave
        self.has_left = False

    def run(self) -> None:
        end = time.monotonic() + WITHIN
        while not self._done.wait(LOOK):
            self.has_left = self._must_leave()
            if self.has_left or time.monotonic() > end:
                self._worker.kill()
                return


def _asked(worker: Worker, question: dict[str, Any]) -> dict[str, Any]:
    """The worker's reply. Raises EOFError or OSError where it is gone."""
    process = worker.process
    assert process is not None
    worker.give("serve")
    write_frame(process.stdin, question)  # type: ignore[arg-type]
    reply, _arrays = read_frame(process.stdout)  # type: ignore[arg-type]
    return reply


def _end(worker: Worker) -> None:
    worker.kill()
    assert worker.process is not None
    with suppress(OSError):
        worker.process.communicate()
