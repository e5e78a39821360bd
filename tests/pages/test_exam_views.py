"""What of a run is looked at on the Evaluate page: part, epoch, cell, photo, tab; from its address, and by controls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.datasets.editing.edit import Edits
from core.datasets.store import open_dataset
from core.exams import Part, exam_file, read_exam, write_exam
from core.home import PROJECT
from core.inference import Inference
from core.questions import Questions
from core.runs.folder import RunFolder
from core.spec import RunSpec, TrainingSpec
from ui import services
from ui.desk import my_desk
from ui.exam.marks import toggle
from ui.exam.shown import Shown, show_exam
from ui.exam.sitting import Sitting
from ui.services import Studio

pytestmark = pytest.mark.usefixtures("studio_without_spare")
Make = Callable[..., RunFolder]


@pytest.fixture
def run(made_run: Make) -> RunFolder:
    """A run with the weights of epochs 1, 2 and 4, and exams on the test pictures of epochs 1 and 2."""
    made = made_run()
    made.epochs.mkdir()
    for epoch in (0, 1, 3):
        made.snapshot(epoch).write_bytes(b"weights")
    for epoch, right in ((0, 0.5), (1, 0.75)):
        _keep(made, "test", epoch, right)
    return made


def _keep(run: RunFolder, part: Part, epoch: int | None, right: float) -> None:
    """An exam in which this share of the pictures is named right, and all others are called one class too high."""
    exam = read_exam(run)
    assert exam is not None
    said = exam.labels.copy()
    said[round(right * len(said)) :] += 1
    write_exam(run, replace(exam, probabilities=np.eye(10, dtype=np.float32)[said % 10]), part, epoch)


def opened(run: RunFolder, **views: str) -> AppTest:
    page = AppTest.from_file(str(PROJECT / "ui" / "shell.py"), default_timeout=30)
    for name, value in {"run": run.id, **views}.items():
        page.query_params[name] = value
    page.switch_page(str(PROJECT / "pages" / "understand" / "evaluate.py")).run()
    assert not page.exception
    return page


def query(page: AppTest) -> dict[str, str]:
    return {name: value[0] if isinstance(value, list) else value for name, value in page.query_params.items()}


def words(page: AppTest) -> str:
    return "\n".join(element.value for element in (*page.subheader, *page.markdown, *page.caption, *page.error))


def test_the_slider_shows_the_exam_of_an_epoch_and_the_address_names_it(run: RunFolder) -> None:
    page = opened(run)
    slider = page.select_slider(key="exam-epoch")
    assert list(slider.options) == ["epoch 1", "epoch 2", "epoch 4", "end"]
    slider.set_value(1).run()
    assert page.subheader[0].value.startswith("Your model names 75 of 100 pictures right.")
    assert query(page)["epoch"] == "2"
    page.select_slider(key="exam-epoch").set_value(-1).run()
    assert page.subheader[0].value.startswith("Your model names 99 of 100")
    assert "epoch" not in query(page)


def test_a_link_opens_part_epoch_cell_and_tab(run: RunFolder) -> None:
    _keep(run, "validation", 0, 0.25)
    page = opened(run, part="validation", epoch="1", cell="8-9", tab="mistakes")
    assert page.subheader[0].value.startswith("Your model names 25 of 100 pictures right.")
    assert "8, called 9: " in words(page)
    assert page.segmented_control(key="losses-kind").value == "mistakes"
    assert query(page) == {"run": run.id, "part": "validation", "epoch": "1", "cell": "8-9", "tab": "mistakes"}


@pytest.mark.parametrize(
    "views",
    [
        {"part": "train", "epoch": "3", "cell": "10-0", "photo": "99999", "tab": "gone"},
        {"part": "", "epoch": "-1", "cell": "1-", "photo": "-1", "tab": "<b>"},
        {"part": "../..", "epoch": "²", "cell": "٣-٤", "photo": "9" * 5_000, "tab": "1"},
        {"epoch": "9" * 5_000, "cell": f"{'9' * 5_000}-1", "explain": "9" * 5_000},
    ],
    ids=["not there", "malformed", "hostile", "endless"],
)
def test_a_link_that_does_not_fit_shows_the_final_exam(run: RunFolder, views: dict[str, str]) -> None:
    page = opened(run, **views)
    assert page.subheader[0].value.startswith("Your model names 99 of 100")
    assert "All mistakes: 2 pictures" in words(page)


def test_another_run_does_not_take_over_what_was_looked_at_in_this_one(run: RunFolder, made_run: Make) -> None:
    other = made_run("Other")
    page = opened(run, cell="8-9")
    assert "8, called 9" in words(page)
    page.selectbox(key="run-picker").set_value(other.id).run()
    assert "All mistakes" in words(page)
    assert "cell" not in query(page)
    page.selectbox(key="run-picker").set_value(run.id).run()
    assert "8, called 9" in words(page)


def test_an_exam_that_was_never_taken_is_asked_for(
    run: RunFolder, studio_without_spare: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Examiner(Inference):
        def ask(self, do: str, header: dict[str, Any], *_: Any, **__: Any) -> Any:
            assert (do, header["part"], header["epoch"]) == ("exam", "validation", 3)
            _keep(run, "validation", 3, 0.5)
            return {}, {}

    long = Questions(Examiner(lambda: pytest.fail("no worker is wanted")), 1)
    studio = replace(studio_without_spare, long=long)
    monkeypatch.setitem(services._studios, studio.home.root.resolve(), studio)
    page = opened(run, part="validation", epoch="4")
    page.run()
    assert page.subheader[0].value.startswith("Your model names 50 of 100")


def test_a_damaged_exam_of_an_epoch_is_taken_again(
    run: RunFolder, studio_without_spare: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Examiner(Inference):
        def ask(self, *_: Any, **__: Any) -> Any:
            _keep(run, "test", 1, 0.25)
            return {}, {}

    exam_file(run, "test", 1).write_bytes(b"torn")
    studio = replace(studio_without_spare, long=Questions(Examiner(lambda: pytest.fail("no worker is wanted")), 1))
    monkeypatch.setitem(services._studios, studio.home.root.resolve(), studio)
    page = opened(run, epoch="2")
    page.run()
    assert page.subheader[0].value.startswith("Your model names 25 of 100")


def test_with_early_stopping_the_last_model_is_the_one_that_was_kept(run: RunFolder, made_run: Make) -> None:
    assert opened(run).select_slider(key="exam-epoch").options[-1] == "end"
    stopping = made_run(spec=RunSpec(training=TrainingSpec(early_stopping=2)))
    run.epochs.rename(stopping.epochs)
    assert opened(stopping).select_slider(key="exam-epoch").options[-1] == "kept"


def test_a_pair_in_words_chooses_its_cell_and_lets_it_go(run: RunFolder) -> None:
    page = opened(run, epoch="1")
    pair = next(button for button in page.button if button.key and button.key.startswith("pair-"))
    key = str(pair.key)
    true, said = key.split("-")[1:]
    pair.click().run()
    assert query(page)["cell"] == f"{true}-{said}"
    assert f"{true}, called {said}: " in words(page)
    page.button(key=key).click().run()
    assert "cell" not in query(page)


def test_the_worst_mistakes_of_one_class(run: RunFolder) -> None:
    page = opened(run, tab="mistakes", epoch="1")
    exam = read_exam(run, "test", 0)
    assert exam is not None
    page.selectbox(key=f"losses-class-{run.id}").set_value(3).run()
    of_three = int(((exam.labels == 3) & (exam.said != 3)).sum())
    assert f"{of_three} mistakes, the highest loss first" in words(page)
    page.segmented_control(key="losses-kind").set_value("rights").run()
    assert f"{int((exam.labels == 3).sum()) - of_three} right answers" in words(page)


def _shown(run: RunFolder) -> Shown:
    exam = read_exam(run)
    assert exam is not None
    return show_exam(run, exam, Sitting())


def test_marks_reach_the_set_of_the_run_and_lead_to_its_page(run: RunFolder, studio_without_spare: Studio) -> None:
    shown = _shown(run)
    wrong, right = int(shown.exam.indices[0]), int(shown.exam.indices[5])
    toggle(shown, wrong, "label")
    toggle(shown, right, "drop")
    named = shown.name(int(shown.exam.said[0]))
    assert my_desk().marks("digits") == Edits(drop=frozenset({right}), move={wrong: named})
    page = opened(run, tab="mistakes")
    assert "Marked: 1 picture dropped, 1 moved" in words(page).replace("\\", "")
    next(button for button in page.button if button.label == "Save on the Data page").click().run()
    assert any(button.label == "Save as a new version" for button in page.button)
    toggle(shown, wrong, "label")
    toggle(shown, right, "drop")
    assert my_desk().marks("digits").is_empty


def test_a_picture_of_another_part_is_not_marked(run: RunFolder, studio_without_spare: Studio) -> None:
    shown = _shown(run)
    others = set(range(len(open_dataset(studio_without_spare.home, "digits")))) - set(shown.exam.indices.tolist())
    toggle(shown, min(others), "drop")
    assert my_desk().marks("digits").is_empty
