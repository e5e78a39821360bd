"""The exported script, run by itself, and the notebook made of the same pieces."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from core.architecture.transfer import RANDOM, Transfer
from core.augmentation.spec import PRESETS
from core.export.code import notebook, script, write_code
from core.export.code_text import pieces
from core.home import Home
from core.learning.fit import train_run
from core.runs.folder import RunFolder, RunInfo, State
from core.runs.history import history_of
from core.runs.submit import submit_run
from core.spec import DataSpec, RunSpec, TrainingSpec


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
    code = script(pieces(info(spec=RunSpec(augmentation=augmentation)), []))
    ast.parse(code)
    assert "alike, not equal" in code
    assert "permutation(2 * len(x_train)) % len(x_train)" in code
    assert "augmentation, model])" in code


@pytest.mark.parametrize("schedule", ["constant", "step", "cosine", "plateau"])
@pytest.mark.parametrize("loss", ["binary_crossentropy", "categorical_crossentropy"])
def test_whatever_is_set_it_is_python(schedule: str, loss: str) -> None:
    training = TrainingSpec.model_validate({"schedule": schedule, "loss": loss})
    ast.parse(script(pieces(info(spec=RunSpec(training=training)), [(None, 0.5)])))


def test_a_name_with_line_ends_stays_in_its_comment() -> None:
    """Else a run's name would be code that somebody else executes."""
    found = pieces(info(name="x\nimport os\r\nos.remove('y')"), [])
    assert script(found).splitlines()[0] == "# “x import os os.remove('y')” of CNN Studio, " + (
        "retrained with plain Keras 3 on TensorFlow"
    )


def test_the_notebook_holds_the_same_code() -> None:
    found = pieces(info(), [(1.0, 2.0)])
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
        assert "Its pictures are gone" in archive.read("retrain.py").decode()
