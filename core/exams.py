"""The exams of a run on disk, and asking for one: on the test or the validation pictures, of any epoch that was kept.

The final exam, which a run takes at its end, is evaluation.npz and evaluation.json. Every other one is a single file:
exams/validation-0007.npz of epoch 7 (0-based), exams/validation-last.npz of the model as the checkpoint has it.
Light: no TensorFlow. Exams are taken by a worker (`core.learning.predict.examine_run`).
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np

from core.errors import StudioError
from core.evaluation import Exam
from core.files import write_atomically, write_json
from core.i18n import _
from core.inference import EXAM_WITHIN, Inference
from core.runs.folder import RunFolder, State, Status

Part = Literal["validation", "test"]


def kept_epochs(run: RunFolder) -> list[int]:
    """The epochs (0-based) whose weights were kept, in their order."""
    return sorted(int(file.stem) for file in run.epochs.glob("[0-9]*.npz"))


def exam_file(run: RunFolder, part: Part = "test", epoch: int | None = None) -> Path:
    """Where the answers of an exam are kept.

    Args:
        epoch: 0-based; None for the model as the checkpoint has it.
    """
    if epoch is not None:
        return run.exams / f"{part}-{epoch:04d}.npz"
    return run.evaluation if part == "test" else run.exams / f"{part}-last.npz"


def take_exam(
    inference: Inference, run: RunFolder, part: Part, epoch: int | None, tell: Callable[[int, int], None]
) -> Exam:
    """Have the model as it was after `epoch` (0-based; None: as it is) judge a part of the run's pictures.

    Args:
        tell: Called with how many batches of how many are done.

    Raises:
        StudioError: If there is no such model, the data set is gone or another one, or the disk is full.
        WorkerError: If two workers in a row died over it, or it took too long.
    """
    header = {"run": str(run.path), "part": part, "epoch": epoch}
    inference.ask("exam", header, within=EXAM_WITHIN, tell=tell)
    return _read(run, part, epoch)


def read_exam(run: RunFolder, part: Part = "test", epoch: int | None = None) -> Exam | None:
    """An exam of `run`; None where it was not taken, or where the model has learnt more since.

    Raises:
        StudioError: If its files are damaged.
    """
    is_final = part == "test" and epoch is None
    there = has_exam(run, run.status()) if is_final else _is_up_to_date(run, part, epoch)
    return _read(run, part, epoch) if there else None


def has_exam(run: RunFolder, status: Status) -> bool:
    """Whether the final exam is that of the model in the folder: one that went on learning has a newer one."""
    try:
        taken = min(run.evaluation.stat().st_mtime_ns, run.report.stat().st_mtime_ns)
        return status.state == State.FINISHED or run.checkpoint.stat().st_mtime_ns <= taken
    except OSError:
        return False


def score(run: RunFolder, status: Status) -> float | None:
    """Share of test pictures named right, 0 to 1; also of a run that took its exam after it was stopped."""
    if status.test_accuracy is not None or not has_exam(run, status):
        return status.test_accuracy
    try:
        return float(json.loads(run.report.read_bytes())["accuracy"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_exam(run: RunFolder, exam: Exam, part: Part = "test", epoch: int | None = None) -> None:
    """Keep an exam; only a worker calls it."""
    arrays = {"indices": exam.indices, "labels": exam.labels, "probabilities": exam.probabilities}
    summary = {"accuracy": exam.accuracy, "loss": exam.loss, "report": exam.report}
    file = exam_file(run, part, epoch)
    if file != run.evaluation:
        arrays["summary"] = np.frombuffer(json.dumps(summary).encode(), np.uint8)
        run.exams.mkdir(exist_ok=True)
    write_atomically(file, lambda opened: np.savez(opened, **arrays))  # type: ignore[arg-type]
    if file == run.evaluation:
        write_json(run.report, summary)


def _is_up_to_date(run: RunFolder, part: Part, epoch: int | None) -> bool:
    weights = run.checkpoint if epoch is None else run.snapshot(epoch)
    try:
        return weights.stat().st_mtime_ns <= exam_file(run, part, epoch).stat().st_mtime_ns
    except OSError:
        return False


def _read(run: RunFolder, part: Part, epoch: int | None) -> Exam:
    try:
        with np.load(exam_file(run, part, epoch), allow_pickle=False) as arrays:
            kept: dict[str, Any] = {name: arrays[name] for name in arrays.files}
        summary = json.loads(kept["summary"].tobytes() if "summary" in kept else run.report.read_bytes())
        labels, probabilities = kept["labels"].astype(np.int64), kept["probabilities"]
        exam = Exam(kept["indices"], labels, probabilities, float(summary["loss"]), summary["report"])
        if not len(exam.indices) == len(labels) == len(probabilities) or probabilities.ndim != 2:
            raise ValueError(probabilities.shape)
        if not np.isfinite(probabilities).all():  # of a model that diverged, by an older version
            raise ValueError(probabilities)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise StudioError(_("The exam of this run is damaged. Delete the run, or take the exam again.")) from error
    return exam
