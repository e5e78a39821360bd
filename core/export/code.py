"""A run as plain Keras: a script and a notebook that rebuild and retrain it, with its pictures, in one .zip."""

from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from core.datasets.dataset import TEST, TRAIN, VALIDATION, Dataset
from core.datasets.editing.export import export_npz
from core.datasets.pixels import as_model_input
from core.datasets.progress import Progress, silent, within
from core.errors import StudioError
from core.export.code_text import Piece, pieces
from core.export.labels import labels_text
from core.export.pictures import run_dataset
from core.home import Home
from core.i18n import _
from core.runs.folder import RunFolder
from core.runs.history import history_of
from core.runs.notes import run_name

PARTS = {"train": TRAIN, "validation": VALIDATION, "test": TEST}
_BLOCK = 2**20  # bytes that are packed at a time


def write_code(run: RunFolder, path: Path, *, with_pictures: bool = True, on_progress: Progress = silent) -> None:
    """Write retrain.py, retrain.ipynb, labels.txt and, where the run's pictures still are here and wanted, data.npz.

    data.npz holds X_train, y_train, X_val, y_val, X_test and y_test: pixels 0–255 as the network sees them.
    """
    info, records = run.info(), history_of(run.events).records
    data = _data(run) if with_pictures else None
    losses = [(record.loss, record.val_loss) for record in records]
    found = pieces(info, run_name(run), losses, has_data=data is not None)
    on_progress(0.3, _("Writing the script"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("retrain.py", script(found))
        archive.writestr("retrain.ipynb", notebook(found))
        archive.writestr("labels.txt", labels_text(info.classes))
        if data is not None:
            _add_data(data, archive, path.parent, within(on_progress, 0.3, 1.0))
    on_progress(1.0, _("Done"))


def script(found: list[Piece]) -> str:
    """The pieces as one Python file."""
    return "\n\n".join(f"# {piece.title}\n{piece.code}" for piece in found) + "\n"


def notebook(found: list[Piece]) -> str:
    """The pieces as a Jupyter notebook (nbformat 4.5): a line of text and a cell of code for each."""
    cells: list[dict[str, object]] = []
    for number, piece in enumerate(found):
        text: dict[str, object] = {
            "cell_type": "markdown",
            "id": f"text-{number}",
            "metadata": {},
            "source": f"### {piece.title}",
        }
        code = {"cell_type": "code", "id": f"code-{number}", "metadata": {}, "source": piece.code}
        cells += [text, code | {"execution_count": None, "outputs": []}]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def _add_data(data: Dataset, archive: zipfile.ZipFile, folder: Path, on_progress: Progress) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as beside:
        file = Path(beside) / "data.npz"
        export_npz(data, file, within(on_progress, 0.0, 0.5))
        size = file.stat().st_size
        with file.open("rb") as source, archive.open(file.name, "w", force_zip64=True) as target:
            while block := source.read(_BLOCK):
                target.write(block)
                on_progress(0.5 + 0.5 * source.tell() / size, _("Packing the pictures"))


def _data(run: RunFolder) -> Dataset | None:
    """The run's pictures as its network sees them, dealt out as it was; None where they are gone or others now."""
    try:
        dataset = run_dataset(run)
    except StudioError:
        return None
    data, cache = run.info().spec.data, Home(run.path.parent.parent).cache
    images = as_model_input(dataset, data.image_size, data.colour_mode, cache)
    parts = np.zeros(len(dataset), np.uint8)
    with np.load(run.split, allow_pickle=False) as split:
        for name, part in PARTS.items():
            parts[split[name]] = part
    return Dataset(dataset.meta, images, dataset.labels, parts)
