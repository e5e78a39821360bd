"""Questions to a worker that pages do not wait for: asked in a thread, in order, answers kept for all browsers."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, is_dataclass
from typing import Any

import numpy as np

from core.errors import StudioError, WorkerError
from core.i18n import N_, _
from core.inference import Inference

logger = logging.getLogger(__name__)

LINGERS = 60.0  # seconds that the worker of rare questions waits for the next: another one takes seconds to start
MOST_BYTES = 200 * 2**20  # of answers: the maps of all layers of a large network take 8 MB
STOPPED = N_("The model's worker stopped twice, most likely for want of memory, or took too long.")
BROKEN = N_("Your model could not be asked. The server's log tells why.")

Tell = Callable[[int, int], None]
Put = Callable[[Inference, Tell], Any]


@dataclass(frozen=True, eq=False)
class Answer:
    """An answer, or how far it is.

    Attributes:
        value: What `put` returned, once it is there.
        error: Why there is none, or empty.
        done, of: Steps done, of how many; 0 of 0 while it is not known or another question goes first.
        waits: Whether another question is being asked first.
        size: Bytes of the arrays in `value`.
    """

    value: Any = None
    error: str = ""
    done: int = 0
    of: int = 0
    waits: bool = False
    size: int = 0

    @property
    def is_there(self) -> bool:
        """Whether there is no more to wait for."""
        return self.value is not None or bool(self.error)


@dataclass(eq=False)
class _Job:
    put: Put
    asker: str
    done: int = 0
    of: int = 0


def in_words(error: Exception) -> str:
    """Why a question was not answered; what is no `StudioError` is a bug, and is logged."""
    if isinstance(error, WorkerError):
        return _(STOPPED)
    if isinstance(error, StudioError):
        return str(error)
    logger.error("question", exc_info=error)
    return _(BROKEN)


def bytes_of(value: Any) -> int:
    """Bytes of all arrays in a value made of arrays, sequences and data classes."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, tuple | list):
        return sum(map(bytes_of, value))
    return sum(map(bytes_of, vars(value).values())) if is_dataclass(value) else 0


class Questions:
    """Asks one question at a time, in a thread of its own that ends when nothing is left to ask.

    Args:
        inference: Whom to ask.
        kept: Answers that are remembered, the last ones asked for.
        closes: Whether the worker is ended when nothing was asked for a minute: for long and rare questions.
    """

    def __init__(self, inference: Inference, kept: int, closes: bool = False) -> None:
        self._inference, self._kept, self._closes = inference, kept, closes
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._jobs: OrderedDict[Hashable, _Job] = OrderedDict()
        self._turn = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def known(self, key: Hashable) -> Answer | None:
        """The answer if there is one already, or an error; nothing is asked."""
        with self._turn:
            return self._answers.get(key)

    def ask(self, key: Hashable, put: Put, asker: str, patience: float = 0.0) -> Answer:
        """The answer if there is one; else it is asked for, and how far it is after at most `patience` seconds.

        Args:
            key: All that decides the answer.
            put: Asks and returns the answer, which is not None; it runs in another thread.
            asker: Wants one answer at a time: a question of theirs that is not being asked yet is dropped for the next.
        """
        with self._turn:
            if key not in self._answers:
                self._want(key, put, asker)
                self._turn.wait_for(lambda: key in self._answers or key not in self._jobs, patience)
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
            job = self._jobs.get(key)
            return Answer(done=job.done, of=job.of, waits=key != next(iter(self._jobs))) if job else Answer()

    def try_again(self, key: Hashable) -> None:
        """Forget that this question was not answered."""
        with self._turn:
            self._answers.pop(key, None)

    def close(self) -> None:
        """Ask no more; the worker is ended."""
        with self._turn:
            self._jobs.clear()
            self._is_closed = True
            self._turn.notify_all()
        self._inference.close()

    def _want(self, key: Hashable, put: Put, asker: str) -> None:
        being_asked = next(iter(self._jobs), None) if self._thread else None
        for other in [o for o, job in self._jobs.items() if job.asker == asker and o not in (key, being_asked)]:
            del self._jobs[other]
        self._jobs.setdefault(key, _Job(put, asker))
        self._turn.notify_all()
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="questions", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while asked := self._next():
            key, job = asked
            answer = self._answer(job)
            with self._turn:
                self._jobs.pop(key, None)
                self._answers[key] = answer
                self._forget_oldest()
                self._turn.notify_all()

    def _next(self) -> tuple[Hashable, _Job] | None:
        """The next question; None where there is no more, then this thread ends, and the worker where it is to."""
        with self._turn:
            if self._closes:
                self._turn.wait_for(lambda: self._jobs or self._is_closed, LINGERS)
            is_idle = not self._jobs
        if self._closes and is_idle:
            self._inference.rest()
        with self._turn:
            if not self._jobs:
                self._thread = None
            return next(iter(self._jobs.items()), None)

    def _forget_oldest(self) -> None:
        while len(self._answers) > self._kept or (
            len(self._answers) > 1 and sum(answer.size for answer in self._answers.values()) > MOST_BYTES
        ):
            self._answers.popitem(last=False)

    def _answer(self, job: _Job) -> Answer:
        def tell(done: int, of: int) -> None:
            job.done, job.of = done, of

        try:
            value = job.put(self._inference, tell)
            return Answer(value, size=bytes_of(value))
        except Exception as error:
            return Answer(error=in_words(error))
