"""Whether models change their minds: asked beside the pages, a part at a time, and kept for all browsers.

All of it goes through the one inference worker. A photo's question is small; a sample's is asked in parts, the samples
of several browsers in turn. Photos and parts of samples alternate, so that neither keeps the other waiting for good.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from core.inference import Inference
from core.questions import in_words
from core.wavering import Question, Wavering, join

KEPT = 500  # answers; those of a sample take some 60 kB


@dataclass(frozen=True, eq=False)
class WaverAnswer:
    """An answer, or how far it is.

    Attributes:
        wavering: Once it is there.
        error: Why there is none, or empty.
        done: The share of the pictures that were asked about, 0 to 1.
    """

    wavering: Wavering | None = None
    error: str = ""
    done: float = 0.0

    @property
    def is_there(self) -> bool:
        """Whether there is no more to wait for."""
        return self.wavering is not None or bool(self.error)


@dataclass(eq=False)
class _Job:
    """A question being asked: who wants it, and its parts that were answered."""

    askers: set[str] = field(default_factory=set)
    parts: list[Wavering] = field(default_factory=list)


class Waverings:
    """Asks in a thread of its own, which ends when nothing is left to ask."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._answers: OrderedDict[Question, WaverAnswer] = OrderedDict()
        self._jobs: OrderedDict[Question, _Job] = OrderedDict()
        self._turn = threading.Condition()
        self._thread: threading.Thread | None = None

    def known(self, question: Question) -> WaverAnswer | None:
        """The answer if there is one already, or an error; nothing is asked."""
        with self._turn:
            return self._answers.get(question)

    def ask(self, question: Question, asker: str, patience: float = 0.0) -> WaverAnswer:
        """The answer if there is one; else it is asked for, and how far it is after at most `patience` seconds.

        Args:
            asker: Wants one answer at a time: a question of theirs that nobody else waits for is dropped for the next.
        """
        with self._turn:
            if question not in self._answers:
                self._want(question, asker)
                self._turn.wait_for(lambda: question in self._answers or question not in self._jobs, patience)
            if question in self._answers:
                self._answers.move_to_end(question)
                return self._answers[question]
            job = self._jobs.get(question)
            return WaverAnswer(done=_asked(job, question) / len(question.numbers) if job else 0.0)

    def try_again(self, question: Question) -> None:
        """Forget that this question was not answered."""
        with self._turn:
            self._answers.pop(question, None)

    def leave(self, asker: str) -> None:
        """They want no answer any more."""
        with self._turn:
            self._drop(asker)

    def _drop(self, asker: str, but: Question | None = None) -> None:
        for other in [other for other, job in self._jobs.items() if asker in job.askers and other != but]:
            self._jobs[other].askers.discard(asker)
            if not self._jobs[other].askers:
                del self._jobs[other]

    def _want(self, question: Question, asker: str) -> None:
        self._drop(asker, but=question)
        self._jobs.setdefault(question, _Job()).askers.add(asker)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="waverings", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        after_photo = False
        while True:
            with self._turn:
                if not self._jobs:
                    self._thread = None
                    return
                question = next((job for job in self._jobs if job.is_sample == after_photo), next(iter(self._jobs)))
                after_photo = not question.is_sample
                job = self._jobs[question]
            error = self._ask_part(question, job)
            with self._turn:
                self._after_part(question, job, error)
                self._turn.notify_all()

    def _ask_part(self, question: Question, job: _Job) -> str:
        """Ask about the next pictures; the sentence that says why it failed, or empty."""
        begin = _asked(job, question)
        numbers = question.numbers[begin : begin + question.at_a_time]
        try:
            answer = self._inference.waver(
                question.run, question.dataset_id, numbers, question.views, question.augmentation
            )
        except Exception as error:
            return in_words(error)
        job.parts.append(answer)
        return ""

    def _after_part(self, question: Question, job: _Job, error: str) -> None:
        if error or _asked(job, question) >= len(question.numbers):
            self._jobs.pop(question, None)
            self._answers[question] = WaverAnswer(error=error) if error else WaverAnswer(join(job.parts), done=1.0)
            while len(self._answers) > KEPT:
                self._answers.popitem(last=False)
        elif question in self._jobs:
            self._jobs.move_to_end(question)


def _asked(job: _Job, question: Question) -> int:
    """About how many pictures the model was asked."""
    return min(len(job.parts) * question.at_a_time, len(question.numbers))
