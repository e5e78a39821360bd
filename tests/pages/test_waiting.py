"""A browser whose line of waiting runs is full starts no more, and never half of what belongs together."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.access import owner_of
from core.home import PROJECT, Home
from core.runs import submit
from core.runs.folder import RunFolder, State
from core.runs.index import index_of
from core.runs.store import list_runs
from core.weights.find import FoundWeights
from tests.pages.turns import press

ME = "f" * 32  # as `look_as` in conftest.py
Make = Callable[..., RunFolder]


def fill_line(home: Home, make: Make, count: int) -> list[RunFolder]:
    """Have as many runs of this browser wait."""
    waiting = [make(f"Waits {number}", State.QUEUED, False, False, owner=owner_of(ME)) for number in range(count)]
    index_of(home).look(now=True)  # pages look once a second
    return waiting


def opened(file: str, address: dict[str, str] | None = None) -> AppTest:
    page = AppTest.from_file(str(PROJECT / "ui" / "shell.py"), default_timeout=30)
    for name, value in (address or {}).items():
        page.query_params[name] = value
    page.switch_page(str(PROJECT / "pages" / file)).run()
    assert not page.exception
    return page


def refusals(page: AppTest) -> list[str]:
    return [box.value.replace("\\", "").partition(";")[2].partition(".")[0] for box in page.error]


def test_the_press_on_start_and_the_one_on_resume_say_why_nothing_happens(home: Home, made_run: Make) -> None:
    paused = made_run("Paused", State.PAUSED, exam=False, owner=owner_of(ME))
    fill_line(home, made_run, 19)
    press(opened("build/train.py"), "Start training")
    index_of(home).look(now=True)
    assert len(list_runs(home)) == 21
    why = " 20 wait already, and you asked for 1 more"
    assert refusals(press(opened("build/train.py"), "Start training")) == [why]
    assert refusals(press(opened("build/train.py", {"run": paused.id}), "Resume")) == [why]
    assert len(list_runs(home)) == 21 and paused.status().state == State.PAUSED


def test_a_teacher_s_line_has_no_end(home: Home, made_run: Make, look_as: Callable[..., None]) -> None:
    fill_line(home, made_run, 20)
    look_as(ME, is_teacher=True)
    assert not press(opened("build/train.py"), "Start training").error
    assert len(list_runs(home)) == 21


def test_all_four_routes_are_queued_or_none(home: Home, made_run: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submit, "weights_problem", lambda *_asked: "")
    monkeypatch.setattr(submit, "find_weights", lambda *_asked: FoundWeights(None, "random", "0" * 64))
    waiting = fill_line(home, made_run, 17)
    page = opened("understand/routes.py")
    page.button(key="race").click().run()
    assert refusals(page) == [" 17 wait already, and you asked for 4 more"]
    assert len(list_runs(home)) == 17
    waiting[0].update_status(state=State.STOPPED)
    index_of(home).look(now=True)
    page.button(key="race").click().run()
    assert not page.error and len(list_runs(home)) == 21


def test_both_sides_of_the_proof_are_queued_or_none(home: Home, made_run: Make) -> None:
    def script() -> None:
        from ui.augment.proof import shapes_proof

        shapes_proof(True)

    fill_line(home, made_run, 19)
    page = AppTest.from_function(script, default_timeout=30).run()
    page.button(key="proof-train").click().run()
    assert refusals(page) == [" 19 wait already, and you asked for 2 more"]
    assert len(list_runs(home)) == 19
