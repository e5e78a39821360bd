"""The exported script, run by itself, and the notebook made of the same pieces."""

from __future__ import annotations

import ast
import json
import math
import os
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.architecture.transfer import RANDOM, Transfer
from core.augmentation.spec import PRESETS
from core.export.code import notebook, script, write_code
from core.export.code_text import pieces
from core.home import Home
from core.learning.fit import train_run
from core.learning.pace import best_epoch, learning_rate, should_stop_early
from core.runs.folder import RunFolder, RunInfo, State
from core.runs.history import history_of
from core.runs.notes import change_about
from core.runs.submit import submit_run
from core.spec import DataSpec, RunSpec, Schedule, TrainingSpec


def trained(home: Home, spec: RunSpec) -> RunFolder:
    run = submit_run(home, spec)
    assert train_run(run).state == State.FINISHED, run.status().message
    return run


def retrained(run: RunFolder, folder: Path) -> dict[str, list[float]]:
    """Losses of the script, run in a process of its own beside nothing but what the .zip holds."""
    write_code(run, folder / "code.zip")
    with zipfile.ZipFile(folder / "code.zip") as archive:
        archive.extractall(folder)
    done = subprocess.run(
        [sys.executable, "retrain.py"], cwd=folder, env=os.environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "in CNN Studio" in done.stdout
    found: dict[str, list[float]] = json.loads((folder / "history.json").read_text())
    return found


def assert_same_curve(run: RunFolder, folder: Path) -> None:
    records, again = history_of(run.events).records, retrained(run, folder)
    assert again["loss"] == pytest.approx([record.loss for record in records], abs=1e-3)
    assert again["val_loss"] == pytest.approx([record.val_loss for record in records], abs=1e-3)


def test_the_script_reaches_the_same_loss_curve(home: Home, tmp_path: Path) -> None:
    """With dropout, batch normalisation, a schedule and early stopping in it."""
    training = TrainingSpec(epochs=2, schedule="step", schedule_epochs=1, early_stopping=5, seed=3)
    assert_same_curve(trained(home, RunSpec(training=training)), tmp_path)


def test_so_does_that_of_a_fine_tuned_backbone_in_two_phases(home: Home, tmp_path: Path) -> None:
    data = DataSpec(image_size=32, colour_mode="rgb", validation_fraction=0.5, test_fraction=0.9)
    architecture = Transfer(
        weights=RANDOM, train_from="block5_conv3", head_epochs=1, hidden=(8,), dropout=0.3, pooling="average"
    )
    training = TrainingSpec(epochs=2, loss="categorical_crossentropy")
    assert_same_curve(trained(home, RunSpec(data=data, architecture=architecture, training=training)), tmp_path)


def info(**changes: object) -> RunInfo:
    known = {"id": "r", "name": "A\nname", "created_at": 0.0, "spec": RunSpec(), "dataset_title": "Digits"}
    more = {"classes": ("a", "b"), "content_hash": "", "stored_size": 8, "stored_channels": 1}
    return RunInfo.model_validate({**known, **more, **changes})


def test_with_augmentation_it_says_that_the_curve_is_not_equal() -> None:
    augmentation = PRESETS["strong"].spec.model_copy(update={"repeats": 2})
    code = script(pieces(info(spec=RunSpec(augmentation=augmentation)), "Run", []))
    ast.parse(code)
    assert "alike, not equal" in code
    assert "permutation(2 * len(x_train)) % len(x_train)" in code
    assert "augmentation, model])" in code


@pytest.mark.parametrize("schedule", ["constant", "step", "cosine", "plateau"])
@pytest.mark.parametrize("loss", ["binary_crossentropy", "categorical_crossentropy"])
def test_whatever_is_set_it_is_python(schedule: str, loss: str) -> None:
    training = TrainingSpec.model_validate({"schedule": schedule, "loss": loss})
    ast.parse(script(pieces(info(spec=RunSpec(training=training)), "Run", [(None, 0.5)])))


def test_a_name_with_line_ends_stays_in_its_comment() -> None:
    """Else a run's name would be code that somebody else executes."""
    found = pieces(info(), "x\nimport os\r\nos.remove('y')", [])
    assert script(found).splitlines()[:3] == [
        "# A run of CNN Studio, retrained with plain Keras 3 on TensorFlow",
        "# The run “x import os os.remove('y')”",
        "import json",
    ]


@pytest.mark.parametrize("name", ["![](https://evil.example/x.png)", "<img src=https://evil.example/x.png>"])
def test_a_name_is_never_markdown_of_the_notebook(name: str) -> None:
    """Else a picture from anywhere would be fetched when the notebook is opened."""
    cells = json.loads(notebook(pieces(info(name=name), name, [])))["cells"]
    told = [(cell["cell_type"], name in cell["source"]) for cell in cells]
    assert ("markdown", True) not in told
    assert ("code", True) in told


def epoch_after_epoch(training: TrainingSpec) -> dict[str, Any]:
    """What the script's piece of that name defines; `model` is for the test to put in."""
    found = {piece.title: piece.code for piece in pieces(info(spec=RunSpec(training=training)), "Run", [])}
    defined: dict[str, Any] = {"np": np, "math": math, "x_train": np.zeros(4)}
    defined |= dict.fromkeys(("y_train", "x_val", "y_val"), np.zeros(4))
    exec(found["One epoch after the other"], defined)
    return defined


class Scripted:
    """A model whose validation losses are known before; it notes the learning rate of each epoch."""

    def __init__(self, val_losses: Sequence[float]) -> None:
        self.val_losses, self.rates = list(val_losses), list[float]()
        self.optimizer = SimpleNamespace(learning_rate=0.0)

    def fit(self, *_shown: object, **_settings: object) -> SimpleNamespace:
        self.rates.append(self.optimizer.learning_rate)
        return SimpleNamespace(history={"loss": [1.0], "val_loss": [self.val_losses[len(self.rates) - 1]]})

    def get_weights(self) -> int:
        return len(self.rates)


LOSSES = [1.0, 0.9, 0.89995, 0.9, 0.91, 0.5, 0.6, 0.5, 0.7, 0.8, 0.3, 0.4]  # one is lower by less than 1e-4


@pytest.mark.parametrize("schedule", ["constant", "step", "cosine", "plateau"])
def test_its_learning_rates_are_those_of_the_training(schedule: Schedule) -> None:
    training = TrainingSpec(epochs=12, schedule=schedule, schedule_epochs=2, schedule_factor=0.3, learning_rate=0.02)
    script, model = epoch_after_epoch(training), Scripted(LOSSES)
    script["model"] = model
    script["train"](0, 12)
    expected = [learning_rate(training, epoch, LOSSES[:epoch]) for epoch in range(12)]
    assert model.rates == pytest.approx(expected, rel=1e-12)
    assert schedule == "constant" or len(set(expected)) > 3


@pytest.mark.parametrize("patience", [1, 2, 3, 5])
def test_it_stops_when_the_training_does_and_keeps_the_best_weights(patience: int) -> None:
    training = TrainingSpec(epochs=12, early_stopping=patience)
    script, model = epoch_after_epoch(training), Scripted(LOSSES)
    script["model"] = model
    script["train"](0, 12, patience=patience)
    ends = (epoch for epoch in range(1, 13) if should_stop_early(training, LOSSES[:epoch]))
    assert len(model.rates) == next(ends, 12)
    assert script["best_weights"] == best_epoch(LOSSES[: len(model.rates)]) + 1


def test_the_notebook_holds_the_same_code() -> None:
    found = pieces(info(), "Run", [(1.0, 2.0)])
    made = json.loads(notebook(found))
    assert [cell["source"] for cell in made["cells"] if cell["cell_type"] == "code"] == [piece.code for piece in found]
    assert (made["nbformat"], made["nbformat_minor"]) == (4, 5)
    nbformat = pytest.importorskip("nbformat")
    nbformat.validate(made)


def test_without_its_pictures_the_script_comes_alone(home: Home, tmp_path: Path, monkeypatch) -> None:
    run = submit_run(home, RunSpec())
    gone = run.info().model_copy(update={"content_hash": "of other pictures"})
    monkeypatch.setattr(RunFolder, "info", lambda self: gone)
    write_code(run, tmp_path / "code.zip")
    with zipfile.ZipFile(tmp_path / "code.zip") as archive:
        assert set(archive.namelist()) == {"retrain.py", "retrain.ipynb", "labels.txt"}
        assert "Without its pictures: put a data.npz" in archive.read("retrain.py").decode()


def test_it_can_be_without_the_pictures_of_others(home: Home, tmp_path: Path) -> None:
    write_code(submit_run(home, RunSpec()), tmp_path / "code.zip", with_pictures=False)
    with zipfile.ZipFile(tmp_path / "code.zip") as archive:
        assert set(archive.namelist()) == {"retrain.py", "retrain.ipynb", "labels.txt"}


def test_it_bears_the_name_that_the_run_has_now(home: Home, tmp_path: Path) -> None:
    run = submit_run(home, RunSpec(), "Old name")
    change_about(run, name="New name")
    write_code(run, tmp_path / "code.zip")
    with zipfile.ZipFile(tmp_path / "code.zip") as archive:
        code = archive.read("retrain.py").decode()
    assert "The run “New name”" in code
    assert "Old name" not in code


def test_it_tells_how_far_it_is(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while the pictures, 115 kB, are packed."""
    monkeypatch.setattr("core.export.code._BLOCK", 10_000)
    told: list[float] = []
    write_code(submit_run(home, RunSpec()), tmp_path / "code.zip", on_progress=lambda share, _text: told.append(share))
    assert told == sorted(told)
    assert told[-1] == 1
    assert len({share for share in told if 0.65 < share < 1}) > 10
