"""Making one export of a run: written beside its place, held against the original, then put there in one step."""

from __future__ import annotations

import errno
import importlib.util
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from core.errors import DataError, StudioError, TrainingError
from core.export.code import write_code
from core.export.kinds import COMPARED, KINDS, Agreement, Made, export_file, stamp_of
from core.export.report import write_report
from core.files import write_json
from core.i18n import _
from core.learning.evaluate import class_probabilities
from core.learning.export import formats
from core.learning.export.formats import Answers, Pixels
from core.learning.inputs import pictures_of
from core.learning.network import layer_weights
from core.learning.predict import load_trained, probabilities_of
from core.runs.bundle import write_bundle
from core.runs.folder import RunFolder

STEPS = 4  # reading the model, writing the file, comparing, putting it in its place

Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Format:
    """How a model and its class names become a file, and what that file answers, if it can be asked."""

    write: Callable[[keras.Model, Sequence[str], Path], None]
    answers: Callable[[Path, Pixels], Answers] | None = None


def _onnx_answers() -> Callable[[Path, Pixels], Answers] | None:
    return formats.onnx_answers if importlib.util.find_spec("onnxruntime") else None


FORMATS = {
    "keras": Format(formats.write_keras, formats.keras_answers),
    "saved_model": Format(formats.write_saved_model, formats.saved_model_answers),
    "onnx": Format(formats.write_onnx, _onnx_answers()),
    "tflite": Format(formats.write_tflite, formats.tflite_answers),
    "tflite_small": Format(formats.write_tflite_small, formats.tflite_answers),
}


def make_export(run: RunFolder, kind: str, tell: Tell = lambda done, of: None) -> Made:
    """Write the export of this kind, a name in `KINDS`, into the run folder.

    Args:
        tell: Called with how many steps of how many are done.

    Raises:
        StudioError: If the run has no model, it cannot be converted, or the disk is full.
    """
    stamp, target = stamp_of(run), export_file(run, kind)
    try:
        run.exports.mkdir(exist_ok=True)
        for left in run.exports.glob(".making-*"):
            shutil.rmtree(left, ignore_errors=True)  # of a worker that died over it
        with tempfile.TemporaryDirectory(prefix=".making-", dir=run.exports) as folder:
            file = Path(folder) / target.name
            agreement = _write(run, kind, file, tell)
            tell(STEPS - 1, STEPS)
            _sync(file)
            made = Made(kind=kind, size=file.stat().st_size, stamp=stamp, agreement=agreement)
            file.replace(target)
        write_json(run.exports / f"{kind}.json", made.model_dump(mode="json"))
    except FileNotFoundError as error:
        raise StudioError(_("The run {run} cannot be read. It may have been deleted.").format(run=run.id)) from error
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise StudioError(_("The disk is full: the file cannot be written. Make room and try again.")) from error
    return made


def compare(model: keras.Model, answers: Callable[[Pixels], Answers], pictures: Pixels) -> Agreement:
    """How the answers for (n, h, w, c) pictures compare to the model's own."""
    ours, theirs = probabilities_of(model, pictures), class_probabilities(answers(pictures))
    same = int((ours.argmax(axis=1) == theirs.argmax(axis=1)).sum())
    return Agreement(pictures=len(pictures), same=same, largest=float(np.abs(ours - theirs).max()))


def _write(run: RunFolder, kind: str, file: Path, tell: Tell) -> Agreement | None:
    if kind == "report":
        write_report(run, file)
    elif kind == "code":
        write_code(run, file)
    elif kind == "bundle":
        write_bundle(run, [np.asarray(array) for array in layer_weights(load_trained(run).model)], file)
    else:
        return _convert(run, kind, file, tell)
    return None


def _convert(run: RunFolder, kind: str, file: Path, tell: Tell) -> Agreement | None:
    model, way = load_trained(run).model, FORMATS[kind]
    tell(1, STEPS)
    try:
        way.write(model, run.info().classes, file)
    except OSError:
        raise
    except Exception as error:  # a converter raises whatever it stumbles over
        text = _("This model cannot be written as {ending} ({error}). Choose another format.")
        reason = str(error).partition("\n")[0][:200] or type(error).__name__
        raise StudioError(text.format(ending=KINDS[kind].ending, error=reason)) from error
    tell(2, STEPS)
    pictures = _test_pictures(run)
    if way.answers is None or pictures is None:
        return None
    answers = way.answers
    return compare(model, lambda shown: answers(file, shown), pictures)


def _test_pictures(run: RunFolder) -> NDArray[np.uint8] | None:
    """At most `COMPARED` of the run's test pictures, from all over them; None where they are gone."""
    try:
        test = pictures_of(run, run.info())["test"]
    except (DataError, TrainingError):
        return None
    chosen = np.unique(np.linspace(0, len(test) - 1, min(COMPARED, len(test))).astype(np.int64))
    return test.take(chosen)[0]


def _sync(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
