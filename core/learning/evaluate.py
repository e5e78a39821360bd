"""Judge a model on pictures that it has never seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import classification_report

from core.batches import Pictures
from core.files import write_atomically, write_json
from core.learning.pipeline import evaluation_batch_size, evaluation_batches
from core.runs.folder import RunFolder

SMALLEST = 1e-7  # keras.config.epsilon(): a probability of 0 would make the loss infinite


@dataclass(frozen=True)
class Evaluation:
    """How a model did.

    Attributes:
        labels: (N,) true class numbers.
        probabilities: (N, K) float32, rows sum to 1.
        loss: Mean cross-entropy in nats.
        report: scikit-learn's classification report; classes under their numbers as text.
    """

    labels: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    loss: float
    report: dict[str, Any]

    @property
    def accuracy(self) -> float:
        """Share of right answers, 0 to 1."""
        return float((self.probabilities.argmax(axis=1) == self.labels).mean())


def evaluate_model(
    run: RunFolder, model: keras.Model, pictures: Pictures, obey: Callable[[], None] = lambda: None
) -> Evaluation:
    """Let `model` judge `pictures`, and keep the result in the run folder.

    Args:
        obey: Called at every batch; it may raise to leave.
    """
    poll = keras.callbacks.LambdaCallback(on_predict_batch_end=lambda batch, logs: obey())
    answers = model.predict(evaluation_batches(pictures, evaluation_batch_size(model)), verbose=0, callbacks=[poll])
    evaluation = judge(class_numbers(pictures), class_probabilities(answers))
    arrays = {"indices": pictures.indices, "labels": evaluation.labels, "probabilities": evaluation.probabilities}
    write_atomically(run.evaluation, lambda file: np.savez(file, **arrays))  # type: ignore[arg-type]
    write_json(run.report, {"accuracy": evaluation.accuracy, "loss": evaluation.loss, "report": evaluation.report})
    return evaluation


def judge(labels: NDArray[np.int64], probabilities: NDArray[np.float32]) -> Evaluation:
    """Loss and scikit-learn's report from (N,) labels and (N, K) probabilities. Empty classes score 0."""
    classes = list(range(probabilities.shape[1]))
    chosen = probabilities[np.arange(len(labels)), labels]
    report = classification_report(
        labels, probabilities.argmax(axis=1), labels=classes, output_dict=True, zero_division=0.0
    )
    return Evaluation(labels, probabilities, float(-np.log(np.maximum(chosen, SMALLEST)).mean()), report)


def class_probabilities(answers: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, K) probabilities from a model's output: as it is, or from one column p as (1 − p, p)."""
    return np.hstack([1 - answers, answers]) if answers.shape[1] == 1 else answers


def class_numbers(pictures: Pictures) -> NDArray[np.int64]:
    """(N,) class numbers of a part, whatever form its targets have."""
    targets = pictures.targets[pictures.indices]
    one_hot = targets.ndim == 2 and targets.shape[1] > 1
    return np.asarray(targets.argmax(axis=1) if one_hot else targets.reshape(-1), dtype=np.int64)
