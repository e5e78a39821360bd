"""Judge a model on pictures that it has never seen."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable

import keras
import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import classification_report

from core.batches import Pictures
from core.errors import StudioError
from core.evaluation import NO_NUMBERS, Exam, losses_of
from core.exams import Part, write_exam
from core.i18n import _
from core.learning.pipeline import evaluation_batch_size, evaluation_batches
from core.runs.folder import RunFolder, unreadable

TOLD_EVERY = 0.1  # seconds between two words on how far an exam is


def evaluate_model(
    run: RunFolder,
    model: keras.Model,
    pictures: Pictures,
    part: Part = "test",
    epoch: int | None = None,
    on_batch: Callable[[int, int], None] = lambda done, of: None,
    before_writing: Callable[[], None] = lambda: None,
) -> Exam:
    """Let `model` judge `pictures`, and keep the result in the run folder.

    Args:
        part: Which of the run's pictures they are.
        epoch: Which epoch's model it is (0-based); None for the last one.
        on_batch: Called at every batch with how many of how many are done; it may raise to leave.
        before_writing: Called when all is judged; it may raise to leave.

    Raises:
        StudioError: If the model's answers are no numbers, the disk is full, or the run was deleted meanwhile.
    """
    batch_size = evaluation_batch_size(model)
    batches = -(-len(pictures) // batch_size)
    poll = keras.callbacks.LambdaCallback(on_predict_batch_end=lambda batch, logs: on_batch(batch + 1, batches))
    answers = model.predict(evaluation_batches(pictures, batch_size), verbose=0, callbacks=[poll])
    exam = judge(pictures.indices, class_numbers(pictures), class_probabilities(answers))
    before_writing()
    try:
        write_exam(run, exam, part, epoch)
    except FileNotFoundError as error:
        raise unreadable(run) from error
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise StudioError(_("The disk is full: the exam cannot be kept. Make room and take it again.")) from error
    return exam


def judge(indices: NDArray[np.int64], labels: NDArray[np.int64], probabilities: NDArray[np.float32]) -> Exam:
    """An exam with its loss and scikit-learn's report. Empty classes score 0.

    Args:
        indices: (N,) numbers of the pictures in the data set.
        labels: (N,) true class numbers.
        probabilities: (N, K).
    """
    classes = list(range(probabilities.shape[1]))
    report = classification_report(
        labels, probabilities.argmax(axis=1), labels=classes, output_dict=True, zero_division=0.0
    )
    return Exam(indices, labels, probabilities, float(losses_of(labels, probabilities).mean()), report)


def at_times(tell: Callable[[int, int], None]) -> Callable[[int, int], None]:
    """A `tell` that passes on what it is told at most every `TOLD_EVERY` seconds, and always the end."""
    told = 0.0

    def maybe(done: int, of: int) -> None:
        nonlocal told
        if done == of or time.monotonic() - told >= TOLD_EVERY:
            told = time.monotonic()
            tell(done, of)

    return maybe


def class_probabilities(answers: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, K) probabilities from a model's output: as it is, or from one column p as (1 − p, p).

    Raises:
        StudioError: If they are no numbers: the largest of them would be taken for an answer.
    """
    check_finite(answers)
    return np.hstack([1 - answers, answers]) if answers.shape[1] == 1 else answers


def check_finite(*answers: NDArray[np.float32]) -> None:
    """Raise a StudioError where a model's answers are no numbers."""
    if not all(np.isfinite(answer).all() for answer in answers):
        raise StudioError(_(NO_NUMBERS))


def class_numbers(pictures: Pictures) -> NDArray[np.int64]:
    """(N,) class numbers of a part, whatever form its targets have."""
    targets = pictures.targets[pictures.indices]
    one_hot = targets.ndim == 2 and targets.shape[1] > 1
    return np.asarray(targets.argmax(axis=1) if one_hot else targets.reshape(-1), dtype=np.int64)
