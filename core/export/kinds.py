"""What can be made of a run to take away: one entry each, what was made before, and having one made.

exports/<file>       in the run folder, whole or absent
exports/<kind>.json  what is known of it, a `Made`
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from core.inference import Inference
from core.knobs import Frozen
from core.runs.folder import RunFolder

COMPARED = 500  # test pictures at most on which a converted model is held against the original
WITHIN = 900.0  # seconds of silence after which a conversion is given up


@dataclass(frozen=True)
class Kind:
    """One thing that can be made.

    Attributes:
        file: Its name in the run folder.
        ending: Of the file that a person gets.
        needs: Python packages that are not a part of the app.
    """

    file: str
    ending: str
    needs: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The packages that it needs and that are not installed."""
        return tuple(name for name in self.needs if importlib.util.find_spec(name) is None)


KINDS = {
    "keras": Kind("model.keras", ".keras"),
    "saved_model": Kind("saved_model.zip", "-savedmodel.zip"),
    "onnx": Kind("model.onnx", ".onnx", ("tf2onnx", "onnx")),
    "tflite": Kind("model.tflite", ".tflite"),
    "tflite_small": Kind("model-small.tflite", "-small.tflite"),
    "bundle": Kind("bundle.zip", "-run.zip"),
    "code": Kind("code.zip", "-code.zip"),
    "report": Kind("report.html", ".html"),
}


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
        stamp: `stamp_of` the run when it was made.
        agreement: None where nothing was compared.
    """

    kind: str
    size: int
    stamp: int
    agreement: Agreement | None = None


def export_file(run: RunFolder, kind: str) -> Path:
    """Where the export of this kind, a name in `KINDS`, lies."""
    return run.exports / KINDS[kind].file


def made_export(run: RunFolder, kind: str) -> Made | None:
    """What was made of the run as it is now; None where nothing was, or the run has learnt more since."""
    try:
        made = Made.model_validate_json((run.exports / f"{kind}.json").read_bytes())
        whole = export_file(run, kind).stat().st_size == made.size
    except (OSError, ValidationError):
        return None
    return made if whole and made.stamp == stamp_of(run) else None


def stamp_of(run: RunFolder) -> int:
    """Changes whenever the run's weights or its exam do."""
    files = (run.checkpoint, run.evaluation)
    return max((file.stat().st_mtime_ns for file in files if file.exists()), default=0)


def make_export(inference: Inference, run: RunFolder, kind: str, tell: Callable[[int, int], None]) -> Made:
    """Have it made by a worker.

    Args:
        tell: Called with how many steps of how many are done.

    Raises:
        StudioError: If the run has no model, it cannot be converted, or the disk is full.
        WorkerError: If two workers in a row died over it, or it took too long.
    """
    reply, _arrays = inference.ask("export", {"run": str(run.path), "kind": kind}, within=WITHIN, tell=tell)
    return Made.model_validate(reply["made"])
