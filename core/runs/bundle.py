"""A run as one file for another CNN Studio: what it was asked, its weights as plain arrays, its curves and its exam.

spec.json, classes.json, about.json    the specification, the names of the labels, a `BundleAbout`
history.jsonl                          its events, as far as curves are made of them
weights/0000.npy ...                   one float32 array each, in the order of `weight_shapes`
split/*.npy, exam/*.npy                int64 and float32 arrays; an exam only where one was taken

A bundle may come from a stranger. It is read by name, never by path; every array's header must say what arithmetic
expects before its values are read; texts are cleaned; numbers that follow from others are worked out anew. Nothing in
it is executed, and no model file of a stranger is opened: the network is built from its specification.
"""

from __future__ import annotations

import json
import math
import time
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray
from pydantic import Field, TypeAdapter

from core.access import Viewer
from core.architecture.shapes import Shape
from core.architecture.weight_shapes import weight_shapes
from core.datasets.dataset import Fit, class_names, clean_class_name
from core.datasets.limits import LIMITS
from core.datasets.progress import Progress, silent
from core.datasets.store import access_of_dataset, open_dataset
from core.errors import DataError, StudioError
from core.evaluation import Exam, losses_of, report_of
from core.exams import read_exam, write_exam
from core.files import RESERVE, free_bytes, write_atomically
from core.home import Home
from core.i18n import _
from core.knobs import Frozen
from core.runs.bundle_file import EXAM, PARTS, TEXTS, BundleArrays, open_bundle, weights_name
from core.runs.bundle_history import bundled_history, checked_history, folded, history_lines
from core.runs.folder import RunFolder, RunInfo, State, Status
from core.runs.history import History
from core.runs.notes import run_name
from core.runs.pictures import are_pictures_of
from core.runs.store import create_run, new_run_id
from core.spec import RunSpec

_SHARED = ("dataset_title", "content_hash", "stored_size", "stored_channels", "stored_fit", "weights")
_DATE = (1980, 1, 1, 0, 0, 0)  # of every member, so that the same run gives the same file

Arrays = dict[str, NDArray[Any]]


class BundleAbout(Frozen):
    """about.json: what a run knows of itself beside its specification; see `RunInfo`."""

    format: Literal["cnn-studio-run"] = "cnn-studio-run"
    version: Literal[1] = 1
    name: str
    dataset_title: str
    content_hash: str = Field(pattern="^[0-9a-f]{64}$")
    stored_size: int = Field(ge=1, le=LIMITS.stored_side)
    stored_channels: Literal[1, 3]
    stored_fit: Fit
    weights: str = Field(pattern="^([0-9a-f]{64})?$")
    state: Literal[State.FINISHED, State.STOPPED]


def write_bundle(
    run: RunFolder, weights: Sequence[NDArray[np.float32]], path: Path, on_progress: Progress = silent
) -> None:
    """Write the bundle of a run.

    Args:
        weights: Of the whole network, layer by layer.

    Raises:
        StudioError: If they are not the arrays of the run's network, or are more than an import would take.
    """
    info, exam = run.info(), read_exam(run)
    if tuple(array.shape for array in weights) != checked_shapes(info.spec, len(info.classes)):
        raise StudioError(_("The weights of this run do not fit its network. Train it again."))
    state = State.FINISHED if run.status().state == State.FINISHED else State.STOPPED
    about = BundleAbout(name=run_name(run), state=state, **{name: getattr(info, name) for name in _SHARED})
    texts = info.spec.model_dump_json(), json.dumps(info.classes), about.model_dump_json(), bundled_history(run.events)
    arrays: Arrays = {weights_name(number): array.astype("<f4") for number, array in enumerate(weights)}
    with np.load(run.split, allow_pickle=False) as split:
        arrays |= {f"split/{part}": split[part].astype("<i8") for part in PARTS}
    if exam:
        arrays |= {f"exam/{name}": getattr(exam, name).astype(dtype) for name, dtype in EXAM.items()}
    write_atomically(path, partial(_write, dict(zip(TEXTS, texts, strict=True)), arrays, on_progress))


def import_bundle(home: Home, path: Path, on_progress: Progress = silent, owner: str = "") -> RunFolder:
    """Make a run of a bundle, which may be a stranger's: as it was left there, and for good.

    Args:
        owner: Whose the run is to be, "" for everybody's; a bundle does not say whose it was.

    Raises:
        DataError: If it is no bundle, is damaged, or holds anything else than a run of this version.
    """
    with open_bundle(path) as file:
        spec = RunSpec.model_validate_json(file.text("spec.json"))
        classes = _classes(file.text("classes.json"))
        about = BundleAbout.model_validate_json(file.text("about.json"))
        events = checked_history(file.text("history.jsonl"))
        shapes = checked_shapes(spec, len(classes))
        arrays = file.arrays(shapes, len(classes))
        _check_room(home, file.size)
        split = _split(arrays)
        info = _info(spec, classes, about, owner, sum(map(len, split.values())))
        exam = _exam(arrays, len(classes), split["test"]) if file.has_exam else None
        _check_pictures(home, info, exam)

        def fill(draft: RunFolder) -> None:
            draft.events.write_text(history_lines(events), encoding="utf-8")
            write_atomically(draft.checkpoint, partial(_write_checkpoint, arrays, len(shapes), on_progress))
            if exam:
                write_exam(draft, exam)

        return create_run(home, info, split, _status(about.state, folded(events), exam), fill)


def checked_shapes(spec: RunSpec, classes: int) -> tuple[Shape, ...]:
    """The shapes of the network's arrays.

    Raises:
        ArchitectureError: If the network cannot be built.
        DataError: If they hold more than a bundle may.
    """
    shapes = weight_shapes(spec, classes)
    if _bytes(shapes) > LIMITS.bundle_bytes:
        text = _("Expected a network with at most {limit:.1f} GB of weights, got {size:.1f} GB.")
        raise DataError(text.format(limit=LIMITS.bundle_bytes / 1e9, size=_bytes(shapes) / 1e9))
    return shapes


def _bytes(shapes: Sequence[Shape]) -> int:
    return 4 * sum(map(math.prod, shapes))


def _check_room(home: Home, size: int) -> None:
    if free_bytes(home.runs) < size + RESERVE:
        raise DataError(_("The disk is full: there is no room for this run. Make room and try again."))


def _split(arrays: BundleArrays) -> dict[str, NDArray[np.int64]]:
    """Which pictures were for what: each of them, from the first on, in one part."""
    split = {part: arrays.indices(f"split/{part}") for part in PARTS}
    everything = np.sort(np.concatenate([*split.values()]))
    if not len(split["train"]) or not np.array_equal(everything, np.arange(len(everything))):
        raise ValueError(_("the split does not deal out each picture once"))
    return split


def _check_pictures(home: Home, info: RunInfo, exam: Exam | None) -> None:
    """Where the very pictures are on this computer, all must fit them; if they come later, none that does not fits.

    Pictures that the owner does not see are not asked: a refusal would tell whether labels were guessed right.
    """
    if not Viewer(info.owner).sees(access_of_dataset(home, info.spec.data.dataset)):
        return
    with suppress(StudioError):
        dataset = open_dataset(home, info.spec.data.dataset)
        if dataset.meta.content_hash != info.content_hash:
            return
        if not are_pictures_of(info, dataset):
            raise ValueError(_("the split does not fit its pictures"))
        if exam and not np.array_equal(exam.labels, dataset.labels[exam.indices]):
            raise ValueError(_("the exam's labels do not fit"))


def _classes(text: bytes) -> tuple[str, ...]:
    names = TypeAdapter(tuple[str, ...]).validate_json(text)
    if not 2 <= len(names) <= LIMITS.classes:
        found = _("Expected 2 to {limit:,} classes, got {got:,}.")
        raise DataError(found.format(limit=LIMITS.classes, got=len(names)))
    return class_names(names)


def _info(spec: RunSpec, classes: tuple[str, ...], about: BundleAbout, owner: str, pictures: int) -> RunInfo:
    shared = {name: getattr(about, name) for name in _SHARED}
    shared["dataset_title"] = clean_class_name(about.dataset_title)
    shared["name"] = _("{name} (imported)").format(name=clean_class_name(about.name))
    shared |= {"owner": owner, "imported": True, "pictures": pictures}
    return RunInfo(id=new_run_id(), created_at=time.time(), spec=spec, classes=classes, **shared)


def _status(state: State, history: History, exam: Exam | None) -> Status:
    """How it stands: finished only with an exam, which each finished run has."""
    last = history.records[-1] if history.records else None
    return Status(
        state=state if exam else State.STOPPED,
        epoch=last.epoch + 1 if last else 0,
        val_accuracy=last.val_accuracy if last else None,
        test_accuracy=exam.accuracy if exam else None,
        test_loss=exam.loss if exam else None,
    )


def _exam(arrays: BundleArrays, classes: int, test: NDArray[np.int64]) -> Exam:
    """The exam's answers to the `test` pictures, with loss and report worked out from them."""
    indices, labels = arrays.indices("exam/indices"), arrays["exam/labels"]
    probabilities: NDArray[np.float32] = arrays["exam/probabilities"]
    if not 0 < len(indices) == len(labels) == len(probabilities) or not 0 <= labels.min() <= labels.max() < classes:
        raise ValueError(_("the exam's labels do not fit"))
    if not np.array_equal(np.sort(indices), np.sort(test)):
        raise ValueError(_("the exam is not on the test pictures"))
    sums = probabilities.sum(axis=1, dtype=np.float64)
    if not (probabilities >= 0).all() or not np.allclose(sums, 1, atol=1e-3):
        raise ValueError(_("the exam's probabilities do not fit"))
    loss = float(losses_of(labels, probabilities).mean())
    matrix = Exam(indices, labels, probabilities, loss, {}).matrix
    return Exam(indices, labels, probabilities, loss, report_of(matrix))


def _write(texts: dict[str, str], arrays: Arrays, tell: Progress, file: BinaryIO) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in texts.items():
            archive.writestr(zipfile.ZipInfo(name, _DATE), text, zipfile.ZIP_DEFLATED)
        for number, (name, array) in enumerate(arrays.items()):
            tell(number / len(arrays), _("Writing the weights"))
            _add(archive, name, array)


def _write_checkpoint(arrays: BundleArrays, count: int, tell: Progress, file: BinaryIO) -> None:
    """A checkpoint that holds the network's arrays and nothing else; one of them in memory at a time."""
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(count):
            tell(number / count, _("Reading the weights"))
            _add(archive, f"model/{number:04d}", arrays.weights(number))


def _add(archive: zipfile.ZipFile, name: str, array: NDArray[Any]) -> None:
    with archive.open(zipfile.ZipInfo(f"{name}.npy", _DATE), "w", force_zip64=True) as member:
        npy.write_array(member, np.ascontiguousarray(array), allow_pickle=False)
