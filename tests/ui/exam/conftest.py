"""Exams small enough to check by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from core.evaluation import Exam, confusion_matrix

Make = Callable[[list[int], list[int], int], Exam]


@pytest.fixture
def made_exam() -> Make:
    """`made_exam(labels, said, classes)`: each answer with a confidence of 0.8; the report as scikit-learn gives it."""

    def make(labels: list[int], said: list[int], classes: int) -> Exam:
        probabilities = np.full((len(said), classes), 0.2 / (classes - 1), np.float32)
        probabilities[np.arange(len(said)), said] = 0.8
        true, named = np.array(labels, np.int64), np.array(said, np.int64)
        return Exam(np.arange(len(labels)), true, probabilities, 0.1, _report(true, named, classes))

    return make


def _report(labels: Any, said: Any, classes: int) -> dict[str, Any]:
    """Precision, recall, F1 and support by their definitions; what has no value counts as 0."""
    counts = confusion_matrix(labels, said, classes)
    hits, called, support = np.diag(counts), counts.sum(axis=0), counts.sum(axis=1)
    precision, recall = hits / np.maximum(called, 1), hits / np.maximum(support, 1)
    f1 = 2 * hits / np.maximum(called + support, 1)
    columns = {"precision": precision, "recall": recall, "f1-score": f1, "support": support}
    rows = {str(k): {name: float(column[k]) for name, column in columns.items()} for k in range(classes)}
    whole = {"support": float(len(labels))}
    shares = {name: column for name, column in columns.items() if name != "support"}
    macro = {name: float(column.mean()) for name, column in shares.items()} | whole
    weighted = {name: float(np.average(column, weights=support)) for name, column in shares.items()} | whole
    return rows | {"accuracy": float(hits.sum() / len(labels)), "macro avg": macro, "weighted avg": weighted}
