"""Predict before you train, and see after the exam how right that was."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.datasets.shapes import ShapesSpec, shapes_id
from core.errors import StudioError
from core.guess import Guess
from core.home import PROJECT
from core.runs.folder import RunFolder
from core.runs.store import list_runs
from core.runs.submit import submit_run
from core.spec import DataSpec, RunSpec
from ui.services import Studio

pytestmark = pytest.mark.usefixtures("studio_without_spare")


def opened(file: str, run: RunFolder | None = None) -> AppTest:
    page = AppTest.from_file(str(PROJECT / "ui" / "shell.py"), default_timeout=30)
    if run:
        page.query_params["run"] = run.id
    page.switch_page(str(PROJECT / "pages" / file)).run()
    assert not page.exception
    return page


def start(page: AppTest) -> None:
    next(button for button in page.button if button.label == "Start training").click().run()
    assert not page.exception


def newest(studio: Studio) -> RunFolder:
    return list_runs(studio.home)[0]


def test_a_prediction_is_handed_over_with_the_run_and_then_forgotten(studio_without_spare: Studio) -> None:
    page = opened("build/train.py")
    page.toggle(key="guess-on").set_value(True).run()
    page.slider(key="guess-accuracy").set_value(80).run()
    page.multiselect(key="guess-pair").set_value([8]).run()
    assert page.multiselect(key="guess-pair").value == [8], "the first of two stays until the second comes"
    page.multiselect(key="guess-pair").set_value([8, 3]).run()
    start(page)
    assert newest(studio_without_spare).info().guess == Guess(accuracy=0.8, pair=(3, 8))
    page.query_params.clear()
    page.session_state["studio.run"] = None
    page.run()
    assert page.toggle(key="guess-on").value is False


def test_a_prediction_for_other_pictures_does_not_count(studio_without_spare: Studio) -> None:
    page = opened("build/train.py")
    page.toggle(key="guess-on").set_value(True).run()
    page.multiselect(key="guess-pair").set_value([8, 9]).run()
    page.session_state["studio.spec"] = RunSpec(
        data=DataSpec(dataset=shapes_id(ShapesSpec(train_per_class=10, test_per_class=10)), image_size=16)
    )
    page.run()
    assert page.toggle(key="guess-on").value is False
    start(page)
    assert newest(studio_without_spare).info().guess is None


def test_a_prediction_that_names_classes_which_are_not_there_is_refused(studio_without_spare: Studio) -> None:
    with pytest.raises(StudioError, match="names classes that these pictures do not have"):
        submit_run(studio_without_spare.home, RunSpec(), guess=Guess(accuracy=0.5, pair=(3, 10)))


def test_without_a_prediction_none_is_handed_over(studio_without_spare: Studio) -> None:
    page = opened("build/train.py")
    page.toggle(key="guess-on").set_value(True).run()
    page.toggle(key="guess-on").set_value(False).run()
    start(page)
    assert newest(studio_without_spare).info().guess is None


@pytest.mark.parametrize("file", ["build/train.py", "understand/evaluate.py"])
def test_after_the_exam_both_pages_hold_it_against_what_came(made_run: Callable[..., RunFolder], file: str) -> None:
    run = made_run(guess=Guess(accuracy=0.5))
    text = " ".join(element.value for element in opened(file, run).markdown)
    assert "You predicted **50.0" in text
    assert "49.4 points better than you thought" in text
