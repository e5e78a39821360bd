"""The Evaluate page as a person uses it; matrix and galleries themselves are looked at in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.errors import DataError
from core.evaluation import Exam
from core.frames import Arrays
from core.home import PROJECT
from core.inference import Inference
from core.questions import Questions
from core.runs.events import EventKind, EventWriter
from core.runs.folder import RunFolder, State
from ui import run_pictures, services
from ui.charts import confusion_matrix
from ui.exam.headline import headline_text
from ui.services import Studio

pytestmark = pytest.mark.usefixtures("studio_without_spare")
Make = Callable[..., RunFolder]


def opened(run: RunFolder | None = None) -> AppTest:
    page = AppTest.from_file(str(PROJECT / "ui" / "shell.py"), default_timeout=30)
    if run:
        page.query_params["run"] = run.id
    page.switch_page(str(PROJECT / "pages" / "understand" / "evaluate.py")).run()
    assert not page.exception
    return page


def words(page: AppTest) -> str:
    elements = (*page.subheader, *page.markdown, *page.error, *page.info, *page.caption)
    return "\n".join(element.value for element in elements)


def test_without_runs_it_leads_to_the_first_one(studio_without_spare: Studio) -> None:
    page = opened()
    assert page.subheader[0].value == "No model to judge yet"
    next(button for button in page.button if button.label == "Train my first CNN").click().run()
    assert not page.exception
    assert len(list(studio_without_spare.home.runs.glob("r*"))) == 1


def test_an_exam_has_its_headline_and_numbers(made_run: Make) -> None:
    page = opened(made_run())
    assert page.subheader[0].value.startswith("Your model names 99 of 100 pictures right. It confuses ")
    assert "All mistakes: 2 pictures" in words(page)
    assert [tab.label for tab in page.tabs] == [
        "Report",
        "Worst mistakes",
        "How sure it is",
        "Explain a photo",
        "Through time",
        "Curves",
    ]


def test_another_run_is_chosen_and_stays_chosen(made_run: Make) -> None:
    first, second = made_run("First"), made_run("Second", exam=False, state=State.STOPPED)
    page = opened(first)
    page.selectbox(key="run-picker").set_value(second.id).run()
    assert page.subheader[0].value == "No final exam yet"
    assert page.query_params["run"] in (second.id, [second.id])
    page.run()
    assert page.selectbox(key="run-picker").value == second.id


@pytest.fixture
def examiner(
    made_run: Make, studio_without_spare: Studio, monkeypatch: pytest.MonkeyPatch
) -> Callable[[RunFolder], AppTest]:
    """Open a run whose exam is taken, on a press, by copying that of another run."""
    donor = made_run("Donor")

    class Examiner(Inference):
        def ask(self, do: str, header: dict[str, Any], *_: Any, **__: Any) -> tuple[dict[str, Any], Arrays]:
            assert (do, header["part"], header["epoch"]) == ("exam", "test", None)
            for kept in (donor.evaluation, donor.report):
                (RunFolder(Path(header["run"])).path / kept.name).write_bytes(kept.read_bytes())
            return {}, {}

    def take(run: RunFolder) -> AppTest:
        long = Questions(Examiner(lambda: pytest.fail("no worker is wanted")), 1)
        studio = replace(studio_without_spare, long=long)
        monkeypatch.setitem(services._studios, studio.home.root.resolve(), studio)
        page = opened(run)
        next(button for button in page.button if button.label == "Take the final exam now").click().run()
        page.run()
        assert not page.exception
        return page

    return take


def test_a_stopped_run_takes_its_exam_on_a_press(made_run: Make, examiner: Callable[[RunFolder], AppTest]) -> None:
    page = examiner(made_run("Stopped", exam=False, state=State.STOPPED))
    assert page.subheader[0].value.startswith("Your model names 99 of 100")
    assert "99.4\N{NO-BREAK SPACE}% (stopped)" in " ".join(page.selectbox(key="run-picker").options)


def test_a_run_that_goes_on_says_so(made_run: Make) -> None:
    run = made_run("Busy", exam=False, state=State.QUEUED)
    with EventWriter(run.events) as events:
        events.write(EventKind.STARTED, epochs=20, steps=10, batch_size=32, epoch=6, batch=5)
    page = opened(run)
    assert "Busy is still learning" in words(page)
    assert any(button.label == "Watch it learn" for button in page.button)


def test_a_failed_run_says_why(made_run: Make) -> None:
    run = made_run(exam=False, checkpoint=False, state=State.FAILED)
    run.update_status(message="Expected *two* classes, got 1.")
    assert "Expected \\*two\\* classes, got 1\\." in words(opened(run))


def test_a_run_without_an_epoch_leads_back_to_training(made_run: Make) -> None:
    page = opened(made_run(exam=False, checkpoint=False, state=State.PAUSED))
    assert page.subheader[0].value == "Nothing learnt yet"


def test_without_its_pictures_the_numbers_stay(made_run: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_name: str) -> None:
        raise DataError("gone")

    monkeypatch.setattr(run_pictures, "visible_dataset", gone)
    page = opened(made_run())
    assert "no longer on this computer" in words(page)
    assert "What the numbers mean" in words(page)


def test_a_damaged_exam_can_be_taken_again(made_run: Make, examiner: Callable[[RunFolder], AppTest]) -> None:
    run = made_run()
    run.evaluation.write_bytes(b"")
    assert "damaged" in words(opened(run))
    assert examiner(run).subheader[0].value.startswith("Your model names 99 of 100")


def _exam() -> Exam:
    """Two of three a named right, one b of one."""
    labels = np.array([0, 0, 0, 1])
    probabilities = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], np.float32)
    a = {"precision": 1.0, "recall": 2 / 3, "f1-score": 0.8, "support": 3.0}
    b = {"precision": 0.5, "recall": 1.0, "f1-score": 2 / 3, "support": 1.0}
    macro, weighted = a | {"f1-score": 11 / 15}, a | {"f1-score": 23 / 30}
    report = {"0": a, "1": b, "accuracy": 0.75, "macro avg": macro, "weighted avg": weighted}
    return Exam(np.arange(4), labels, probabilities, 0.1, report)


def test_the_headline_keeps_a_hostile_name_as_text() -> None:
    text = headline_text(_exam(), ("<b>*cat*</b>", "dog"))
    cat = "\\<b\\>\\*cat\\*\\</b\\>"
    assert text == (
        f"Your model names 75 of 100 pictures right. It confuses {cat} with dog most: 1 of the 3 pictures of {cat}."
    )


def test_a_perfect_exam_confuses_nothing() -> None:
    exam = replace(_exam(), probabilities=np.array([[1, 0], [1, 0], [1, 0], [0, 1]], np.float32))
    assert headline_text(exam, ("a", "b")) == "Your model names all 4 pictures right."


def test_the_matrix_shows_only_what_occurred() -> None:
    figure = confusion_matrix(np.array([[2, 1], [0, 1]]), ("a", "<b>"), chosen=(0, 1))
    heat, texts = figure["data"]
    assert heat["z"] == [[0.6667, -0.5774], [0.0, 1.0]]
    assert (texts["x"], texts["y"], texts["text"]) == ([0, 1, 1], [0, 0, 1], ["2", "1", "1"])
    assert heat["customdata"][0][1] == [1, "a", "&lt;b&gt;"]
    frame = figure["layout"]["shapes"][0]
    assert (frame["x0"], frame["y0"]) == (0.5, -0.5)


def test_a_hundred_classes_have_few_labels_and_no_numbers() -> None:
    figure = confusion_matrix(np.eye(100, dtype=np.int64), [f"class {number}" for number in range(100)], "rows")
    assert len(figure["data"]) == 1
    assert figure["layout"]["xaxis"]["tickvals"] == list(range(0, 100, 5))
