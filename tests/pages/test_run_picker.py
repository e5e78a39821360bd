"""A page that is about a run: the one that its address names is never replaced in silence."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.access import owner_of
from core.home import PROJECT
from core.inference import Inference
from core.runs import submit
from core.runs.folder import RunFolder, State
from core.runs.notes import change_about
from core.runs.trash import discard
from tests.pages.turns import query
from ui import run_picker
from ui.services import Studio

Make = Callable[..., RunFolder]
PAGES = {"evaluate": "understand/evaluate.py", "classify": "use/classify.py", "export": "use/export.py"}
each_page = pytest.mark.parametrize("file", PAGES.values(), ids=PAGES)


@pytest.fixture(autouse=True)
def no_worker(studio_without_spare: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = iter(f"r20261122-0930{number:02d}-000000" for number in range(60))
    monkeypatch.setattr(submit, "new_run_id", lambda: next(ids))
    monkeypatch.setattr(Inference, "warm", lambda _self: None)


def opened(file: str, run_id: str = "") -> AppTest:
    page = AppTest.from_file(str(PROJECT / "ui" / "shell.py"), default_timeout=30)
    if run_id:
        page.query_params["run"] = run_id
    page.switch_page(str(PROJECT / "pages" / file)).run()
    assert not page.exception
    return page


def road(page: AppTest) -> str:
    return "\n".join(one.proto.body for one in page.get("html") if "studio-choice" in one.proto.body)


def warnings(page: AppTest) -> str:
    return "\n".join(one.value for one in page.warning)


def is_about_a_run(page: AppTest) -> bool:
    """Whether its accuracy is told, in the headline of an exam or beside the photos, or it is offered to take away."""
    told = "".join(element.proto.body for kind in ("html", "markdown") for element in page.get(kind))
    return "99.4" in told or any(str(button.key).startswith("export.make") for button in page.button)


@each_page
def test_a_run_of_the_address_is_shown_however_many_are_newer(
    made_run: Make, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_picker, "RECENT", 2)
    first, *_newer = [made_run(name) for name in ("First", "Second", "Third", "Fourth")]
    change_about(first, name="The first of all")
    page = opened(file, first.id)
    assert page.selectbox(key="run-picker").value == first.id
    assert len(page.selectbox(key="run-picker").options) == 3
    assert "The first of all" in road(page)
    assert query(page, "run") == first.id


@each_page
def test_a_run_that_is_gone_is_replaced_by_nobody_but_a_person(
    made_run: Make, studio_without_spare: Studio, file: str
) -> None:
    run, other = made_run("Gone"), made_run("Other")
    page = opened(file, run.id)
    assert is_about_a_run(page)
    discard(studio_without_spare.home, run)
    for _again in range(3):
        page.run()
        assert "There is no run" in warnings(page)
        assert not is_about_a_run(page)
        assert query(page, "run") == run.id
    page.selectbox(key="run-picker-another").set_value(other.id).run()
    assert not page.exception
    assert not page.warning
    assert page.selectbox(key="run-picker").value == other.id
    assert query(page, "run") == other.id


@each_page
def test_a_run_of_the_address_that_turns_private_keeps_its_sentence(
    made_run: Make, file: str, look_as: Callable[..., None]
) -> None:
    run, _other = made_run("Hers", owner=owner_of("a" * 32)), made_run("Other")
    change_about(run, published=True)
    page = opened(file, run.id)
    assert page.selectbox(key="run-picker").value == run.id
    change_about(run, published=False)
    for _again in range(2):
        page.run()
        assert "private to the browser that made it" in warnings(page)
        assert not is_about_a_run(page)


@pytest.mark.parametrize("file", ["use/classify.py", "use/export.py"])
def test_a_run_without_a_model_is_not_replaced_by_one_that_has_one(made_run: Make, file: str) -> None:
    made_run("Other")
    new = made_run("Just begun", state=State.QUEUED, exam=False, checkpoint=False)
    page = opened(file, new.id)
    assert "Just begun has no model" in warnings(page)
    assert not is_about_a_run(page)
    assert "Just begun" in road(page)


@each_page
def test_without_a_choice_it_is_the_newest_and_the_road_names_it(made_run: Make, file: str) -> None:
    made_run("Older")
    run = made_run("Newest")
    page = opened(file)
    assert query(page, "run") == run.id
    assert "Newest" in road(page)
    assert "not yet" not in road(page)


def test_ids_of_strangers_lead_to_a_sentence(made_run: Make) -> None:
    made_run()
    assert "There is no run “../../etc”" in warnings(opened("use/export.py", "../../etc")).replace("\\", "")
