"""An exam of 10,000 test digits, judged and written, / plain `model.predict` of the same arrays: ≤ 1.1.

The network is the MNIST notebook's, as it is before training: its weights change no time. Both ask the same model in
batches of the same size, in turn; the first turn, which traces the graph, does not count. Then what the page of such an
exam needs is read and computed, which must take no more than a second.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
import numpy as np

from benchmarks.common import at_most, import_mnist, notebook_spec, quick, temporary_home
from core.evaluation import confused_pairs
from core.exam_curves import calibration, confidence_histogram, coverage, precision_recall_curve, roc_curve
from core.exams import read_exam
from core.runs.folder import RunFolder, State

PAGE_GOAL = 1.0  # seconds


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def page(run: RunFolder) -> None:
    """Read the exam and compute all that is shown of it."""
    exam = read_exam(run)
    assert exam is not None
    assert exam.matrix.sum() == len(exam.labels)
    confused_pairs(exam.matrix)
    exam.worst(), exam.unsure_rights()
    for number in range(len(exam.matrix)):
        roc_curve(exam.labels, exam.probabilities, number)
        precision_recall_curve(exam.labels, exam.probabilities, number)
    calibration(exam), confidence_histogram(exam), coverage(exam)


def main() -> None:
    """Run it."""
    from core.learning.evaluate import evaluate_model
    from core.learning.inputs import pictures_of
    from core.learning.network import build_network
    from core.learning.pipeline import evaluation_batch_size
    from core.runs.submit import submit_run

    rounds = 5 if quick() else 15
    with temporary_home() as home:
        run = submit_run(home, notebook_spec(import_mnist(home), 1))
        info = run.info()
        model = build_network(info.spec, len(info.classes)).whole
        pictures = pictures_of(run, info)["test"]
        pixels, batch_size = np.array(pictures.images[pictures.indices]), evaluation_batch_size(model)
        assert len(pixels) == 10_000
        plain, ours = [], []
        for _round in range(rounds + 1):
            plain.append(seconds(lambda: model.predict(pixels, batch_size=batch_size, verbose=0)))
            ours.append(seconds(lambda: evaluate_model(run, model, pictures)))
        run.checkpoint.touch()
        run.update_status(state=State.FINISHED)
        opened = [seconds(lambda: page(run)) for _round in range(rounds)]
    print(f"plain predict {statistics.median(plain[1:]):.3f} s, exam {statistics.median(ours[1:]):.3f} s")
    print(f"read and computed for the page: {max(opened) * 1e3:.0f} ms at most, goal {PAGE_GOAL * 1e3:.0f} ms")
    assert max(opened) <= PAGE_GOAL, "the page must open within a second"
    at_most("evaluate_10k", statistics.median(ours[1:]) / statistics.median(plain[1:]), 1.1)


if __name__ == "__main__":
    main()
