"""A model whose answers are no numbers: the largest of them is never shown as if it were an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.architecture.layers import Conv2D, Flatten, OwnCNN
from core.datasets.importing.sources import stage
from core.datasets.store import open_dataset
from core.errors import StudioError
from core.exams import read_exam
from core.frames import Arrays
from core.handlers import HANDLERS
from core.home import Home
from core.inference import Inference
from core.learning.build import build_model
from core.learning.checkpoint import save_weights
from core.learning.evaluate import class_probabilities
from core.learning.novelty import make_reference
from core.learning.predict import classify, examine_run
from core.piles import PileAnswer, ask_pile
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


@pytest.fixture
def touchy(home: Home) -> RunFolder:
    """Black is 0 to it; of anything light it makes more than a number can hold."""
    made = submit_run(home, RunSpec(architecture=OwnCNN(layers=(Conv2D(filters=2), Flatten()))))
    model = build_model(made.info().spec, 10)
    for weight in model.weights:
        weight.assign(np.full(weight.shape, 3e38 if len(weight.shape) > 1 else 0, np.float32))
    save_weights(made.checkpoint, model)
    return made


BLACK, WHITE = (as_png(np.full((8, 8, 1), level, np.uint8)) for level in (0, 255))


class Worker(Inference):
    """Answers about piles in this process."""

    def __init__(self) -> None:
        super().__init__(lambda: pytest.fail("no worker is wanted"))

    def ask(self, do: str, header: dict[str, Any], *_arguments: Any, **_others: Any) -> tuple[dict[str, Any], Arrays]:
        return HANDLERS[do](header, {}, lambda done, of: None)


def ask(run: RunFolder, pile: Path) -> PileAnswer:
    return ask_pile(Worker(), run, pile, False, lambda done, of: None)


def pile_of(photos: Mapping[str, bytes], folder: Path) -> Path:
    for name, photo in photos.items():
        stage(folder, name, photo)
    return folder


@pytest.mark.parametrize(
    "question",
    [
        lambda run, photo, _folder: classify(run, [photo]),
        lambda run, photo, folder: ask(run, pile_of({"1/a.png": photo, "x.png": b"words"}, folder)),
        lambda run, _photo, _folder: examine_run(run),
        lambda run, _photo, _folder: make_reference(run),
    ],
    ids=["a photo", "a pile", "an exam", "what training looked like"],
)
def test_it_is_said_in_words(
    home: Home, run: RunFolder, tmp_path: Path, question: Callable[[RunFolder, bytes, Path], object]
) -> None:
    photo = as_png(np.asarray(open_dataset(home, "digits").images[0]))
    with np.errstate(all="ignore"), pytest.raises(StudioError, match="answers are no numbers"):
        question(run, photo, tmp_path / "pile")
    assert read_exam(run) is None


def test_a_photo_without_a_number_is_a_row_of_its_pile_with_the_reason(touchy: RunFolder, tmp_path: Path) -> None:
    """It refused the whole pile, as if the model had no answer at all."""
    photos = {"a.png": BLACK, "b.png": WHITE, "c.png": b"words", "d.png": BLACK}
    with np.errstate(all="ignore"):
        answer = ask(touchy, pile_of(photos, tmp_path / "pile"))
    assert answer.readable.tolist() == [0, 3]
    assert "answer is no number" in answer.errors[1]
    assert "Expected a picture" in answer.errors[2]
    assert np.isnan(answer.probabilities[[1, 2]]).all()
    np.testing.assert_allclose(answer.probabilities[[0, 3]].sum(axis=1), 1, rtol=1e-6)
    assert np.isfinite(answer.features[[0, 3]]).all()


def test_of_a_few_photos_each_is_answered_that_can_be(touchy: RunFolder) -> None:
    with np.errstate(all="ignore"):
        black, white = classify(touchy, [BLACK, WHITE])
    assert black.probabilities is not None
    assert white.probabilities is None
    assert "answer is no number" in white.error


@pytest.mark.parametrize("answers", [[[0.0, np.nan]], [[np.inf, 0.0]], [[np.nan]]])
def test_one_answer_that_is_no_number_is_enough(answers: list[list[float]]) -> None:
    with pytest.raises(StudioError, match="answers are no numbers"):
        class_probabilities(np.array([[0.5] * len(answers[0]), *answers], np.float32))


def test_numbers_pass() -> None:
    assert class_probabilities(np.array([[0.25]], np.float32)).tolist() == [[0.75, 0.25]]
    assert class_probabilities(np.empty((0, 3), np.float32)).shape == (0, 3)
