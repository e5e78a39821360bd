"""The map on a page; what the browser makes of it is looked at in tests/browser/."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.datasets.store import open_dataset
from core.model_maps import MapAnswer, MapOrder
from core.runs import submit
from core.runs.folder import RunFolder, State
from tests.pages.turns import run
from ui import session
from ui.data import map as data_map

POINTS = np.arange(3000, dtype=np.float32).reshape(1500, 2)


class Maps:
    """Answers as a test wants, and keeps what was asked."""

    def __init__(self) -> None:
        self.answer = MapAnswer(seconds=3.0)
        self.orders: list[MapOrder] = []
        self.retried = 0

    def ask(self, order: MapOrder) -> MapAnswer:
        self.orders.append(order)
        return self.answer

    def try_again(self, order: MapOrder) -> None:
        self.retried += 1
        self.answer = MapAnswer(POINTS)


@pytest.fixture
def maps(monkeypatch: pytest.MonkeyPatch) -> Maps:
    made = Maps()
    monkeypatch.setattr(data_map, "_maps", lambda cache: made)
    return made


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What was handed to the chart last."""
    handed: dict[str, Any] = {}
    monkeypatch.setattr(data_map, "chart", lambda figure, **options: handed.update(figure=figure, **options))
    return handed


def page() -> AppTest:
    def script() -> None:
        from core.datasets.store import open_dataset
        from core.spec import DataSpec
        from ui import session
        from ui.data.map import data_map
        from ui.services import studio

        digits = open_dataset(studio().home, "digits")
        data_map(digits, DataSpec(), digits.meta.classes, lambda number: session.remember("picked", number), {})

    return run(AppTest.from_function(script, default_timeout=30))


def choose(page: AppTest, by: str) -> AppTest:
    page.button_group[0].set_value(by)
    return run(page)


@pytest.mark.usefixtures("studio_without_spare", "maps")
def test_without_a_model_the_pixels_are_compared(shown: dict[str, Any]) -> None:
    opened = page()
    assert not opened.button_group
    assert opened.markdown[0].value == "Pictures whose small pixels look alike lie close together."
    assert "1,500 of 1,797 pictures" in opened.caption[0].value
    assert "28.6\N{NO-BREAK SPACE}% of the variance" in opened.caption[0].value
    assert sum(len(trace["x"]) for trace in shown["figure"]["data"]) == 1500
    assert shown["hover_pictures"].pixelated


def test_every_dot_shows_its_own_picture(shown: dict[str, Any], studio_without_spare: Any) -> None:
    from tests.ui.test_sprite import tile_of

    page()
    digits = open_dataset(studio_without_spare.home, "digits")
    for trace in shown["figure"]["data"][::4]:
        number, place, name = trace["customdata"][-1]
        np.testing.assert_array_equal(tile_of(shown["hover_pictures"], place), digits.images[number, ..., 0])
        assert name == digits.meta.classes[digits.labels[number]]


def test_the_newest_finished_run_on_these_pictures_is_offered(
    made_run: Callable[..., RunFolder], maps: Maps, shown: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = (f"r20261122-09301{second}-000000" for second in range(3))  # as if a second apart
    monkeypatch.setattr(submit, "new_run_id", lambda: next(ids))
    made_run("Older")
    newest = made_run("Newest")
    made_run("Half done", state=State.PAUSED)
    maps.answer = MapAnswer(POINTS)
    opened = page()
    assert [option.content for option in opened.button_group[0].proto.options] == ["Pixels", "What Newest sees"]
    assert not maps.orders, "nothing is begun before it is asked for"
    by_pixels = shown["figure"]["layout"]["uirevision"]
    choose(opened, newest.id)
    assert maps.orders[0].run.id == newest.id
    assert opened.markdown[0].value == "Pictures that your model finds alike lie close together."
    assert "t-SNE" in opened.caption[0].value
    assert {x for trace in shown["figure"]["data"] for x in trace["x"]} == set(POINTS[:, 0].tolist())
    assert shown["figure"]["layout"]["uirevision"] != by_pixels


def test_while_a_map_is_made_the_page_says_so(made_run: Callable[..., RunFolder], maps: Maps) -> None:
    run_id = made_run().id
    opened = choose(page(), run_id)
    assert "Your model looks at 1,500 pictures … 3 s so far" in opened.status[0].label
    maps.answer = MapAnswer()
    assert "Another map is being made" in run(opened).status[0].label


def test_a_map_that_failed_says_why_and_can_be_tried_again(
    made_run: Callable[..., RunFolder], maps: Maps, shown: dict[str, Any]
) -> None:
    run_id = made_run().id
    maps.answer = MapAnswer(error="It sees no difference.")
    opened = choose(page(), run_id)
    assert opened.error[0].value == r"It sees no difference\."
    shown.clear()
    opened.button[0].click()
    run(opened)
    assert (maps.retried, len(opened.error)) == (1, 0)
    assert shown["figure"]


@pytest.mark.usefixtures("studio_without_spare")
def test_a_click_gives_the_number_of_a_picture_on_the_map_and_nothing_else(
    shown: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    page()
    picked: list[int] = []
    monkeypatch.setattr(session, "remember", lambda key, value: picked.append(value))
    number = shown["figure"]["data"][3]["customdata"][0][0]
    for click in (None, {"customdata": [number, 0, "x"]}, {"customdata": [99_999, 0, "x"]}):
        monkeypatch.setattr(session, "widget_value", lambda key, click=click: {"click": click})
        shown["on_click"]()
    assert picked == [number]
    json.dumps(picked)
