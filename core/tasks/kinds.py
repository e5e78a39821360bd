"""What tasks can do: one entry each, a function of (home, its folder, request, progress) → what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.datasets.catalog import ensure_dataset
from core.datasets.dataset import Dataset
from core.datasets.editing.edit import Edits, apply_edits
from core.datasets.editing.export import export_npz, export_zip
from core.datasets.editing.extend import extend
from core.datasets.importing.bring import bring_in, look_into
from core.datasets.importing.photos import PhotoOptions
from core.datasets.importing.sources import open_source
from core.datasets.inspecting.checks import run_checks
from core.datasets.progress import Progress
from core.datasets.store import open_dataset, origins_of
from core.home import Home
from core.runs.bundle import import_bundle
from core.tasks.folder import TaskRequest
from core.weights.bring import fetch_weights, keep_weights, uploaded_name

Do = Callable[[Home, Path, TaskRequest, Progress], dict[str, Any]]


@dataclass(frozen=True)
class Kind:
    """One thing that a task can do; a quick one does not wait until others are done."""

    do: Do
    is_quick: bool = False


def _look(_home: Home, folder: Path, task: TaskRequest, on_progress: Progress) -> dict[str, Any]:
    """{path} → a `Look`, with its pictures in samples.npz of the task's folder."""
    look, samples = look_into(Path(task.arguments["path"]), on_progress)
    named: dict[str, Any] = {f"sample{number}": sample for number, sample in enumerate(samples)}
    np.savez(folder / "samples.npz", **named)
    return look.model_dump(mode="json")


def _import(home: Home, _folder: Path, task: TaskRequest, on_progress: Progress) -> dict[str, Any]:
    """{path, options} → {dataset}."""
    options = PhotoOptions.model_validate(task.arguments["options"])
    return _made(bring_in(home, Path(task.arguments["path"]), options, on_progress, task.owner))


def _built_in(home: Home, _folder: Path, task: TaskRequest, on_progress: Progress) -> dict[str, Any]:
    """{name} → {dataset}."""
    return _made(ensure_dataset(home, task.arguments["name"], on_progress))


def _extend(home: Home, _folder: Path, task: TaskRequest, on_progress: Progress) -> dict[str, Any]:
    """{dataset, path, names} → {dataset}: a new version with photos added, their folders named as classes."""
    with open_source(Path(task.arguments["path"])) as source:
        dataset = open_dataset(home, task.arguments["dataset"])
        return _made(extend(home, dataset, source, on_progress, task.arguments["names"], task.owner))


def _edit(home: Home, _folder: Path, task: TaskRequest, on_progress: Progress) -> dict[str, Any]:
    """{dataset, edits} → {dataset}: a new version."""
    edits = Edits.model_validate(task.arguments["edits"])
    return _made(apply_edits(home, open_dataset(home, task.arguments["dataset"]), edits, on_progress, task.owner))


def _export(home: Home, folder: Path, task: TaskRequest, on_progress: Progress) -> dict[str, Any]:
    """{dataset, as: "npz" or "zip"} → {file}, in the task's folder."""
    dataset = open_dataset(home, task.arguments["dataset"])
    file = f"{dataset.meta.id}.{task.arguments['as']}"
    if task.arguments["as"] == "npz":
        export_npz(dataset, folder / file, on_progress)
    else:
        export_zip(dataset, folder / file, on_progress, origins_of(home, dataset))
    return {"file": file}


def _check(home: Home, _folder: Path, task: TaskRequest, on_progress: Progress) -> dict[str, Any]:
    """{dataset} → {}: what may be wrong with its pictures, in the cache."""
    run_checks(open_dataset(home, task.arguments["dataset"]), home.cache, on_progress)
    return {}


def _weights(home: Home, _folder: Path, task: TaskRequest, on_progress: Progress) -> dict[str, Any]:
    """{backbone} → {weights}: the name of the downloaded file in the weights folder."""
    return {"weights": fetch_weights(home, task.arguments["backbone"], on_progress).name}


def _weights_file(home: Home, _folder: Path, task: TaskRequest, _on_progress: Progress) -> dict[str, Any]:
    """{backbone, path, name} → {weights}: an uploaded file's name in the weights folder."""
    backbone, path = task.arguments["backbone"], Path(task.arguments["path"])
    return {"weights": keep_weights(home, backbone, path, uploaded_name(backbone, path, task.arguments["name"]))}


def _bundle(home: Home, _folder: Path, task: TaskRequest, on_progress: Progress) -> dict[str, Any]:
    """{path} → {run}: a run that was trained elsewhere; the file is removed."""
    path = Path(task.arguments["path"])
    try:
        return {"run": import_bundle(home, path, on_progress, task.owner).id}
    finally:
        path.unlink(missing_ok=True)


def _made(dataset: Dataset) -> dict[str, Any]:
    return {"dataset": dataset.meta.id}


KINDS = {
    "look": Kind(_look, is_quick=True),
    "import": Kind(_import),
    "built_in": Kind(_built_in, is_quick=True),  # it may wait for the network, and a place is for those who work
    "extend": Kind(_extend),
    "edit": Kind(_edit),
    "export": Kind(_export),
    "check": Kind(_check),
    "weights": Kind(_weights, is_quick=True),  # as it waits for the network
    "bundle": Kind(_bundle),
    "weights_file": Kind(_weights_file, is_quick=True),
}
