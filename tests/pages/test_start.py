"""The Start page as a person uses it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.augmentation.proof import PROOF
from core.home import PROJECT
from core.runs.folder import RunFolder, State
from core.runs.store import list_runs
from core.spec import RunSpec, TrainingSpec, from_query, to_query
from tests.pages.turns import press, query
from ui.services import Studio

pytestmark = pytest.mark.usefixtures("studio_without_spare")
Make = Callable[..., RunFolder]


def opened(spec: RunSpec | None = None) -> AppTest:
    page = AppTest.from_file(str(PROJECT / "ui" / "shell.py"), default_timeout=30)
    if spec:
        page.query_params["spec"] = to_query(spec)
    page.switch_page(str(PROJECT / "pages" / "start" / "start.py")).run()
    assert not page.exception
    return page


def rows(page: AppTest) -> list[str]:
    return [button.label for button in page.button if (button.key or "").startswith("run-r")]


def test_one_press_queues_the_first_run_and_leads_to_it(studio_without_spare: Studio) -> None:
    page = opened()
    press(page, "Train my first CNN")
    (run,) = list_runs(studio_without_spare.home)
    assert (run.status().state, run.info().spec, run.info().name) == (State.QUEUED, RunSpec(), "My first CNN")
    assert query(page, "run") == run.id
    assert "Settings of this run" in [heading.value for heading in page.subheader]


def test_the_first_run_leaves_the_settings_being_made_as_they_were(studio_without_spare: Studio) -> None:
    mine = RunSpec(training=TrainingSpec(epochs=7, optimizer="sgd"))
    page = opened(mine)
    press(page, "Train my first CNN")
    (run,) = list_runs(studio_without_spare.home)
    assert run.info().spec == RunSpec()
    assert from_query(query(page, "spec")) == mine


def test_a_new_home_has_no_list_of_runs() -> None:
    page = opened()
    assert not page.subheader
    assert rows(page) == []


def test_the_last_five_runs_are_listed_and_a_press_shows_one(made_run: Make) -> None:
    runs = [made_run(f"Number {number}", exam=False, checkpoint=False) for number in range(6)]
    page = opened()
    assert [heading.value for heading in page.subheader] == ["Recent runs"]
    newest_first = sorted(runs, key=lambda run: run.id, reverse=True)
    assert rows(page) == [run.info().name for run in newest_first[:5]]
    press(page, newest_first[1].info().name)
    assert query(page, "run") == newest_first[1].id


def after_card(page: AppTest, card: str) -> RunSpec:
    """Press a card; return the settings then."""
    page.button(key=f"start-{card}").click().run()
    assert not page.exception
    assert not page.error
    assert "Train my first CNN" not in [button.label for button in page.button]
    return from_query(query(page, "spec")) if query(page, "spec") else RunSpec()


@pytest.mark.parametrize(("card", "kind"), [("own", "own"), ("mnist", "ready")])
def test_own_pictures_and_mnist_lead_to_the_data_page(card: str, kind: str) -> None:
    """What is not on this computer is only offered there, not chosen."""
    page = opened()
    assert after_card(page, card) == RunSpec()
    assert page.button_group(key="data.kind").value == kind


def test_shapes_lead_to_augmentation_with_the_shapes_chosen() -> None:
    page = opened(RunSpec(training=TrainingSpec(epochs=7)))
    spec = after_card(page, "shapes")
    assert spec.data == PROOF["with"].data
    assert spec.training == TrainingSpec(epochs=7)
    assert page.button_group(key="augment-preset").label == "Start from"
