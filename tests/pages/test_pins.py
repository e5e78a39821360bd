"""Photos to watch: chosen beside Start, handed over, and shown while it trains and afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.datasets.store import open_dataset
from core.errors import DataError
from core.home import PROJECT
from core.pins import START, Frame, write_pins
from core.runs.folder import RunFolder, State
from core.runs.store import list_runs
from core.runs.submit import split_of
from core.spec import DataSpec, RunSpec, to_query
from tests.pages.turns import press
from ui.services import Studio

pytestmark = pytest.mark.usefixtures("studio_without_spare")
Make = Callable[..., RunFolder]


def opened(file: str, **query: str) -> AppTest:
    page = AppTest.from_file(str(PROJECT / "ui" / "shell.py"), default_timeout=30)
    for name, value in query.items():
        page.query_params[name] = value
    page.switch_page(str(PROJECT / "pages" / file)).run()
    assert not page.exception
    return page


def pinned(studio: Studio) -> tuple[int, ...]:
    """Of the newest run."""
    return max((run.info() for run in list_runs(studio.home)), key=lambda info: info.created_at).pinned


def first_six(studio: Studio, data: DataSpec) -> tuple[int, ...]:
    """Of the validation pictures the first 0, the first 1 ... the first 5."""
    digits = open_dataset(studio.home, "digits")
    validation = split_of(digits, data).validation.tolist()
    return tuple(next(number for number in validation if digits.labels[number] == label) for label in range(6))


def film_of(run: RunFolder, *epochs: int) -> None:
    """Its two photos are a 0, named right, and a 1, called 7."""
    probabilities = np.full((2, 10), 0.02, np.float32)
    probabilities[0, 0] = probabilities[1, 7] = 0.82
    for epoch in epochs:
        heats = np.full((2, 4, 4), 100, np.uint8)
        write_pins(run, epoch, Frame(np.array(run.info().pinned), np.array([0, 1]), probabilities, heats))


def texts(page: AppTest) -> str:
    elements: list[Any] = [*page.markdown, *page.caption, *page.subheader, *page.info]
    return " ".join(str(element.value) for element in elements)


def test_without_a_click_the_first_of_six_classes_are_watched(studio_without_spare: Studio) -> None:
    press(opened("build/train.py"), "Start training")
    usual = first_six(studio_without_spare, DataSpec())
    assert pinned(studio_without_spare) == usual
    press(opened("start/start.py"), "Train my first CNN")
    assert pinned(studio_without_spare) == usual


def test_none_are_watched_where_none_are_wanted_and_the_usual_ones_come_back(studio_without_spare: Studio) -> None:
    page = opened("build/train.py")
    page.button(key="pins-to-none").click().run()
    assert "None. The curves alone will tell." in texts(page)
    press(page, "Start training")
    assert pinned(studio_without_spare) == ()
    page = opened("build/train.py")
    page.button(key="pins-to-none").click().run()
    page.button(key="pins-to-usual").click().run()
    press(page, "Start training")
    assert len(pinned(studio_without_spare)) == 6


def test_a_choice_is_of_one_split_and_another_split_has_the_usual_ones(studio_without_spare: Studio) -> None:
    page = opened("build/train.py")
    page.button(key="pins-to-none").click().run()
    page.slider(key="data.validation_fraction").set_value(0.3).run()
    press(page, "Start training")
    assert pinned(studio_without_spare) == first_six(studio_without_spare, DataSpec(validation_fraction=0.3))


def test_a_set_that_cannot_be_split_has_none_to_choose() -> None:
    page = opened("build/train.py", spec=to_query(RunSpec(data=DataSpec(dataset="gone"))))
    assert "Photos to watch" not in texts(page)


def test_the_train_page_says_what_the_last_answers_are_of(made_run: Make) -> None:
    run = made_run(state=State.RUNNING, exam=False, pinned=(4, 2))
    assert "Watched photos: not asked yet" in texts(opened("build/train.py", run=run.id))
    film_of(run, START)
    assert "Watched photos: before training" in texts(opened("build/train.py", run=run.id))
    film_of(run, 0, 1)
    assert "Watched photos: epoch 2" in texts(opened("build/train.py", run=run.id))
    assert "Watched photos" not in texts(opened("build/train.py", run=made_run(pinned=()).id))


def test_a_run_that_watched_none_says_how_to_and_leads_there_with_its_settings(made_run: Make) -> None:
    page = opened("understand/evaluate.py", run=made_run().id, tab="time")
    assert "No photos were watched" in texts(page)
    press(page, "Choose photos for the next run")
    assert "Photos to watch" in texts(page)
    assert [button.label for button in page.button if button.label == "Start training"]


def test_the_film_is_shown_with_what_it_means(made_run: Make) -> None:
    run = made_run(pinned=(4, 2))
    film_of(run, START, 0, 1)
    page = opened("understand/evaluate.py", run=run.id, tab="time")
    assert "Bright on a photo" in texts(page)
    assert "No photos were watched" not in texts(page)


def test_a_photo_whose_set_is_gone_still_has_its_answers(made_run: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(info: Any) -> None:
        raise DataError("The set is gone.")

    run = made_run(pinned=(4, 2))
    film_of(run, 0)
    monkeypatch.setattr("ui.pins.live.dataset_of", gone)
    monkeypatch.setattr("ui.exam.shown.dataset_of", gone)
    assert "Watched photos: epoch 1" in texts(opened("build/train.py", run=run.id))
    page = opened("understand/evaluate.py", run=run.id, tab="time")
    assert "set is gone" in texts(page)
    assert "Bright on a photo" in texts(page)


def test_a_pinned_number_beyond_the_set_is_no_photo(made_run: Make) -> None:
    run = made_run(state=State.RUNNING, exam=False, pinned=(4, 10**6))
    assert "Watched photos: not asked yet" in texts(opened("build/train.py", run=run.id))
