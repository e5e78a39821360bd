"""A model whose answers are no numbers: the largest of them is never shown as if it were an answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.architecture.layers import Conv2D, Flatten, OwnCNN
from core.datasets.importing.sources import stage
from core.datasets.store import open_dataset
from core.errors import StudioError
from core.exams import read_exam
from core.home import Home
from core.learning.build import build_model
from core.learning.checkpoint import save_weights
from core.learning.evaluate import class_probabilities
from core.learning.novelty import make_reference
from core.learning.pile import classify_part
from core.learning.predict import classify, examine_run
from core.runs.folder import RunFolder
from core.runs.submit import submit_run
from core.spec import RunSpec
from ui.run_pictures import as_png


@pytest.fixture
def run(home: Home) -> RunFolder:
    """Each of its weights is finite."""
    made = submit_run(home, RunSpec(architecture=OwnCNN(layers=(Conv2D(filters=2), Flatten()))))
    model = build_model(made.info().spec, 10)
    for weight in model.weights:
        signs = np.where(np.arange(np.prod(weight.shape)) % 2, 1, -1).reshape(weight.shape)
        weight.assign(np.float32(3e38) * signs.astype(np.float32))
    save_weights(made.checkpoint, model)
    return made


def pile_of(photo: bytes, folder: Path) -> Path:
    stage(folder, "1/a.png", photo)
    return folder


@pytest.mark.parametrize(
    "ask",
    [
        lambda run, photo, _folder: classify(run, [photo]),
        lambda run, photo, folder: classify_part(run, pile_of(photo, folder), 0, 64, swap=False),
        lambda run, _photo, _folder: examine_run(run),
        lambda run, _photo, _folder: make_reference(run),
    ],
    ids=["a photo", "a pile", "an exam", "what training looked like"],
)
def test_it_is_said_in_words(
    home: Home, run: RunFolder, tmp_path: Path, ask: Callable[[RunFolder, bytes, Path], object]
) -> None:
    photo = as_png(np.asarray(open_dataset(home, "digits").images[0]))
    with np.errstate(all="ignore"), pytest.raises(StudioError, match="answers are no numbers"):
        ask(run, photo, tmp_path / "pile")
    assert read_exam(run) is None


@pytest.mark.parametrize("answers", [[[0.0, np.nan]], [[np.inf, 0.0]], [[np.nan]]])
def test_one_answer_that_is_no_number_is_enough(answers: list[list[float]]) -> None:
    with pytest.raises(StudioError, match="answers are no numbers"):
        class_probabilities(np.array([[0.5] * len(answers[0]), *answers], np.float32))


def test_numbers_pass() -> None:
    assert class_probabilities(np.array([[0.25]], np.float32)).tolist() == [[0.75, 0.25]]
    assert class_probabilities(np.empty((0, 3), np.float32)).shape == (0, 3)
