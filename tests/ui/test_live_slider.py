"""What a browser sends as the slider's value, as Python takes it; tests/browser/test_live_slider.py drags its thumb."""

from __future__ import annotations

import importlib
import math
from typing import Any

import pytest

from ui.components.live_slider import live_slider, on_grid

module = importlib.import_module("ui.components.live_slider")  # the name in ui.components is the function
GARBAGE = [None, "x", "1", True, [1.0], {"value": 1.0}, math.nan, math.inf, -math.inf]


@pytest.mark.parametrize(
    ("sent", "value"),
    [(0.3, 0.3), (0, 0.0), (0.304, 0.3), (0.306, 0.31), (-7, 0.0), (7, 0.5), (10**400, 0.5), (-(10**400), 0.0)],
)
def test_a_value_is_put_on_the_grid_and_into_the_range(sent: float, value: float) -> None:
    found = on_grid(sent, 0.0, 0.5, 0.01)
    assert found == value
    assert type(found) is float


def test_the_grid_starts_at_the_lowest_value_and_ends_at_the_highest() -> None:
    assert [on_grid(sent, 1.0, 8.0, 3.0) for sent in (2, 3, 6.9, 8)] == [1.0, 4.0, 7.0, 7.0]
    assert on_grid(9, 0.0, 9.0, 2.5) == 9.0  # an end that no step reaches
    assert [on_grid(tenth / 10, 0.0, 1.0, 0.1) for tenth in range(11)] == [tenth / 10 for tenth in range(11)]


@pytest.mark.parametrize("sent", GARBAGE)
def test_anything_but_a_finite_number_is_no_value(sent: Any) -> None:
    assert on_grid(sent, 0.0, 0.5, 0.01) is None


class Page:
    """Streamlit's part: one browser's memory, and the state that calls the function before the script runs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.memory: dict[str, Any] = {}
        self.sent: Any = None
        self.data: dict[str, Any] = {}
        self.calls: list[float] = []
        self._moved: Any = None
        monkeypatch.setattr(module.session, "recall", lambda key, default=None: self.memory.get(key, default))
        monkeypatch.setattr(module.session, "remember", self.memory.__setitem__)
        monkeypatch.setattr(module.session, "widget_value", lambda _key: {"moved": self.sent})
        monkeypatch.setattr(module, "_mount", self._mount)

    def _mount(self, *, key: str, data: dict[str, Any], on_moved_change: Any) -> None:
        self.data, self._moved = data, on_moved_change

    def run(self, key: str = "rotation", value: float = 30.0, disabled: bool = False) -> dict[str, Any]:
        options: dict[str, Any] = {"value": value, "key": key, "help": "<b>Turned</b>", "disabled": disabled}
        live_slider("Rotation", 0.0, 180.0, 1.0, on_change=self.calls.append, **options)
        return self.data

    def send(self, sent: Any) -> None:
        self.sent = sent
        self._moved()


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Page:
    return Page(monkeypatch)


def test_the_script_gets_all_that_it_draws(page: Page) -> None:
    assert page.run() == {
        "label": "Rotation",
        "help": "<b>Turned</b>",  # written as text, so escaping it here would show the escapes
        "about": "Help for Rotation",
        "low": 0.0,
        "high": 180.0,
        "step": 1.0,
        "value": 30.0,
        "received": 0,
        "disabled": False,
    }


def test_a_move_calls_once_and_its_number_goes_back(page: Page) -> None:
    page.run()
    page.send({"number": 1, "value": 44.7})
    assert page.calls == [45.0]
    assert page.run()["received"] == 1
    assert page.calls == [45.0]
    assert page.run(key="shear")["received"] == 0


def test_the_value_shown_is_the_apps_and_not_the_browsers(page: Page) -> None:
    page.run()
    page.send({"number": 1, "value": 45})
    assert page.run(value=10.0)["value"] == 10.0


def test_a_disabled_slider_moves_nothing(page: Page) -> None:
    assert page.run(disabled=True)["disabled"]
    page.send({"number": 1, "value": 44.7})
    assert page.calls == []


@pytest.mark.parametrize(
    "sent", [None, 45.0, "x", [1, 45.0], {}, *({"number": 1, "value": value} for value in GARBAGE)]
)
def test_garbage_calls_nothing(page: Page, sent: Any) -> None:
    page.run()
    page.send(sent)
    assert page.calls == []


@pytest.mark.parametrize("number", [None, "7", 7.5, True, [7]])
def test_a_damaged_number_is_not_sent_back(page: Page, number: Any) -> None:
    page.run()
    page.send({"number": number, "value": 45.0})
    assert page.run()["received"] == 0
