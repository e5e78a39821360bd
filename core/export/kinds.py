"""What can be made of a run to take away: one entry each, what was made before, and having one made.

exports/<file>       in the run folder, whole or absent
exports/<kind>.json  what is known of it, a `Made`
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from core.access import Viewer
from core.architecture.describe import describe
from core.datasets.store import access_of_dataset
from core.export.pictures import has_pictures, run_dataset
from core.files import status, write_json
from core.home import Home
from core.inference import Inference
from core.knobs import Frozen
from core.runs.folder import RunFolder, State
from core.runs.notes import about_of, access_of_run, run_name

COMPARED = 500  # test pictures at most on which a converted model is held against the original
WITHIN = 900.0  # seconds of silence after which a conversion is given up


@dataclass(frozen=True)
class Kind:
    """One thing that can be made.

    Attributes:
        file: Its name in the run folder.
        ending: Of the file that a person gets.
        holds: What is in it beside the model, names in `HELD`: it is out of date once that is another.
        bytes: About how many each parameter of the network takes in it.
        needs: Python packages that are not a part of the app.
    """

    file: str
    ending: str
    holds: tuple[str, ...] = ()
    bytes: int = 0
    needs: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The packages that it needs and that are not installed."""
        return tuple(name for name in self.needs if importlib.util.find_spec(name) is None)


HELD: dict[str, Callable[[RunFolder], object]] = {
    "pictures": has_pictures,  # a converted model is held against them
    "exam": lambda run: _written(run.evaluation),
    "state": lambda run: run.status().state == State.FINISHED,
    "name": run_name,
    "note": lambda run: about_of(run).note,
}
KINDS = {
    "keras": Kind("model.keras", ".keras", ("pictures",), 4),
    "saved_model": Kind("saved_model.zip", "-savedmodel.zip", ("pictures",), 4),
    "onnx": Kind("model.onnx", ".onnx", ("pictures",), 4, ("tf2onnx", "onnx", "onnxruntime")),
    "tflite": Kind("model.tflite", ".tflite", ("pictures",), 4),
    "tflite_small": Kind("model-small.tflite", "-small.tflite", ("pictures",), 1),
    "bundle": Kind("bundle.zip", "-run.zip", ("exam", "state", "name"), 4),
    "code": Kind("code.zip", "-code.zip", ("name", "pictures")),
    "report": Kind("report.html", ".html", ("exam", "name", "note", "pictures")),
    "code_alone": Kind("code-alone.zip", "-code.zip", ("name",)),
    "report_alone": Kind("report-alone.html", ".html", ("exam", "name", "note")),
}
WITHOUT_PICTURES = {"code": "code_alone", "report": "report_alone"}  # the same for who may not see the run's pictures


class Agreement(Frozen):
    """How a converted model's answers compare to the original's, on test pictures.

    Attributes:
        pictures: How many were shown to both.
        same: To how many of them both gave the same answer.
        largest: The largest difference of any probability, 0 to 1.
    """

    pictures: int
    same: int
    largest: float


class Made(Frozen):
    """What is known of an export.

    Attributes:
        size: In bytes.
        maker: Who had it made, as `core.access.owner_of` names browsers; "" where that is not known.
        stamp: `stamp_of` the run and the kind when it was made.
        agreement: None where nothing was compared.
    """

    kind: str
    size: int
    stamp: str
    maker: str = ""
    agreement: Agreement | None = None


def may_take(home: Home, run: RunFolder, kind: str, viewer: Viewer) -> bool:
    """Whether a viewer of the run may take this kind away: its pictures only with the right to see their set.

    Owning the run gives no right to them: it may have come as a bundle. A file can outlive the set whose pictures it
    shows; then it is given to who had it made, and to the teacher.

    Raises:
        StudioError: If the run cannot be read.
    """
    if not viewer.sees(access_of_run(run)):
        return False
    if kind not in WITHOUT_PICTURES or viewer.is_teacher:
        return True
    if has_pictures(run):
        return viewer.sees(access_of_dataset(home, run.info().spec.data.dataset))
    made = _read_record(run, kind)
    return made is not None and bool(made.maker) and made.maker == viewer.owner


def export_file(run: RunFolder, kind: str) -> Path:
    """Where the export of this kind, a name in `KINDS`, lies."""
    return run.exports / KINDS[kind].file


def made_export(run: RunFolder, kind: str) -> Made | None:
    """What was made of the run as it is now; None where nothing was, or it is out of date.

    Raises:
        StudioError: If the run cannot be read.
    """
    made, found = _read_record(run, kind), status(export_file(run, kind))
    is_whole = made is not None and found is not None and found.st_size == made.size
    return made if made and is_whole and made.stamp == stamp_of(run, kind) else None


def is_outdated(run: RunFolder, kind: str) -> bool:
    """Whether an export of this kind was made of the run as it was, and none of it as it is now."""
    return export_file(run, kind).exists() and made_export(run, kind) is None


def drop_outdated(run: RunFolder) -> None:
    """Remove every export that is out of date: nobody is offered it any more, and it may be as large as the run."""
    for kind in KINDS:
        if is_outdated(run, kind):
            with suppress(OSError):  # on Windows while somebody downloads it: then it goes the next time
                _record(run, kind).unlink(missing_ok=True)
                export_file(run, kind).unlink(missing_ok=True)


def stamp_of(run: RunFolder, kind: str) -> str:
    """Another one whenever something changes that an export of this kind is made of: 16 hexadecimal digits.

    Raises:
        StudioError: If the run cannot be read.
    """
    found = [_written(run.checkpoint), *(HELD[name](run) for name in KINDS[kind].holds)]
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()[:16]


def about_bytes(run: RunFolder, kind: str) -> int:
    """About how large an export becomes, and at most so large where it brings pictures; 0 for a few pages of text.

    Raises:
        StudioError: If the run cannot be read.
    """
    info = run.info()
    if kind == "code" and has_pictures(run):
        size, _width, channels = info.spec.input_shape
        return len(run_dataset(run)) * size * size * channels
    beside = (run.split, run.evaluation) if kind == "bundle" else ()
    weights = KINDS[kind].bytes * describe(info.spec, len(info.classes)).parameters
    return weights + sum(found.st_size for file in beside if (found := status(file)))


def write_record(run: RunFolder, made: Made) -> None:
    """Keep what is known of an export that has just been put in its place."""
    write_json(_record(run, made.kind), made.model_dump(mode="json"))


def _read_record(run: RunFolder, kind: str) -> Made | None:
    try:
        return Made.model_validate_json(_record(run, kind).read_bytes())
    except (OSError, ValidationError):
        return None


def _record(run: RunFolder, kind: str) -> Path:
    return run.exports / f"{kind}.json"


def _written(file: Path) -> int:
    found = status(file)
    return found.st_mtime_ns if found else 0


def make_export(
    inference: Inference, run: RunFolder, kind: str, tell: Callable[[int, int], None], maker: str = ""
) -> Made:
    """Have it made by a worker.

    Args:
        maker: As in `Made`.
        tell: Called with how many steps of how many are done.

    Raises:
        StudioError: If the run has no model, it cannot be converted, or the disk is full.
        WorkerError: If two workers in a row died over it, or it took too long.
    """
    header = {"run": str(run.path), "kind": kind, "maker": maker}
    reply, _arrays = inference.ask("export", header, within=WITHIN, tell=tell)
    return Made.model_validate(reply["made"])
