"""Making one export of a run: written beside its place, held against the original, then put there in one step."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from core.datasets.progress import Progress, within
from core.errors import DataError, StudioError, TrainingError
from core.export.code import write_code
from core.export.kinds import (
    COMPARED,
    KINDS,
    Agreement,
    Made,
    about_bytes,
    drop_outdated,
    export_file,
    stamp_of,
    write_record,
)
from core.export.report import write_report
from core.files import RESERVE, free_bytes
from core.i18n import _
from core.learning.evaluate import class_probabilities
from core.learning.export import formats
from core.learning.export.formats import Answers, Pixels
from core.learning.inputs import pictures_of
from core.learning.network import layer_weights
from core.learning.predict import load_trained, probabilities_of
from core.runs.bundle import write_bundle
from core.runs.folder import RunFolder, unreadable

STEPS = 100  # of which the reader is told how many are done
DRAFTS = 2  # times an export's size that are on the disk while it is made: an archive and what is packed into it

Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Format:
    """How a model and its class names become a file, and what that file answers, if it can be asked."""

    write: Callable[[keras.Model, Sequence[str], Path], None]
    answers: Callable[[Path, Pixels], Answers]


FORMATS = {
    "keras": Format(formats.write_keras, formats.keras_answers),
    "saved_model": Format(formats.write_saved_model, formats.saved_model_answers),
    "onnx": Format(formats.write_onnx, formats.onnx_answers),
    "tflite": Format(formats.write_tflite, formats.tflite_answers),
    "tflite_small": Format(formats.write_tflite_small, formats.tflite_answers),
}


def make_export(run: RunFolder, kind: str, tell: Tell = lambda done, of: None, maker: str = "") -> Made:
    """Write the export of this kind, a name in `KINDS`, into the run folder; those that are out of date are removed.

    Args:
        tell: Called with how many steps of how many are done.
        maker: As in `Made`.

    Raises:
        StudioError: If the run has no model, it cannot be converted, or there is no room on the disk.
    """
    stamp, target = stamp_of(run, kind), export_file(run, kind)
    tell(0, STEPS)
    try:
        run.exports.mkdir(exist_ok=True)
        for left in run.exports.glob(".making-*"):
            shutil.rmtree(left, ignore_errors=True)  # of a worker that died over it
        drop_outdated(run)
        _check_room(run, kind)
        with tempfile.TemporaryDirectory(prefix=".making-", dir=run.exports) as folder:
            file = Path(folder) / target.name
            agreement = _write(run, kind, file, lambda share, _words: tell(int(0.95 * STEPS * share), STEPS))
            _sync(file)
            made = Made(kind=kind, size=file.stat().st_size, stamp=stamp, maker=maker, agreement=agreement)
            file.replace(target)
        write_record(run, made)
    except FileNotFoundError as error:
        raise unreadable(run) from error
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise StudioError(_("The disk is full: the file cannot be written. Make room and try again.")) from error
    return made


def _check_room(run: RunFolder, kind: str) -> None:
    needed, free = DRAFTS * about_bytes(run, kind) + RESERVE, free_bytes(run.path)
    if free < needed:
        text = _("The disk is full: this needs {needed:,.0f} MB and {free:,.0f} MB are free. Make room and try again.")
        raise StudioError(text.format(needed=needed / 1e6, free=free / 1e6))


def compare(model: keras.Model, answers: Callable[[Pixels], Answers], pictures: Pixels) -> Agreement:
    """How the answers for (n, h, w, c) pictures compare to the model's own."""
    ours, theirs = probabilities_of(model, pictures), class_probabilities(answers(pictures))
    same = int((ours.argmax(axis=1) == theirs.argmax(axis=1)).sum())
    return Agreement(pictures=len(pictures), same=same, largest=float(np.abs(ours - theirs).max()))


def _write(run: RunFolder, kind: str, file: Path, on_progress: Progress) -> Agreement | None:
    if kind in ("report", "report_alone"):
        write_report(run, file, with_pictures=kind == "report", on_progress=on_progress)
    elif kind in ("code", "code_alone"):
        write_code(run, file, with_pictures=kind == "code", on_progress=on_progress)
    elif kind == "bundle":
        weights = [np.asarray(array) for array in layer_weights(load_trained(run).model)]
        write_bundle(run, weights, file, within(on_progress, 0.4, 1.0))
    else:
        return _convert(run, kind, file, on_progress)
    return None


def _convert(run: RunFolder, kind: str, file: Path, on_progress: Progress) -> Agreement | None:
    model, way, classes = load_trained(run).model, FORMATS[kind], run.info().classes
    on_progress(0.3, _("Writing the file"))
    try:
        way.write(model, classes, file)
    except (OSError, StudioError):
        raise
    except Exception as error:  # a converter raises whatever it stumbles over
        text = _("This model cannot be written as {ending} ({error}). Choose another format.")
        reason = str(error).partition("\n")[0][:200] or type(error).__name__
        raise StudioError(text.format(ending=KINDS[kind].ending, error=reason)) from error
    on_progress(0.6, _("Comparing answers"))
    pictures = _test_pictures(run)
    return None if pictures is None else compare(model, lambda shown: way.answers(file, shown), pictures)


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
