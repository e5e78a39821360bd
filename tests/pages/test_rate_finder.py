"""The learning-rate finder of the Train page, with answers made up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.errors import StudioError
from core.rate_sweep import Sweep, rates_of, swept
from ui import rate_finder
from ui.services import Studio

RATES = rates_of(100)
SLOPE = [2.3 - 1.5 * min(max((rate + 4) / 3, 0.0), 1.0) for rate in np.log10(RATES)]


def _script() -> None:
    import streamlit as st

    from ui import session
    from ui.rate_finder import rate_finder

    session.begin()
    rate_finder()
    st.text(f"{session.spec().training.learning_rate:g}")


@pytest.fixture
def answers(studio_without_spare: Studio, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the next questions are answered with; an exception is raised."""
    given: list[Any] = []

    def sweep(inference: object, spec: object, tell: Callable[[int, int], None]) -> Sweep:
        answer = given.pop(0)
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, Sweep)
        return answer

    monkeypatch.setattr(rate_finder, "sweep", sweep)
    return given


def opened() -> AppTest:
    return AppTest.from_function(_script, default_timeout=30).run()


def asked() -> AppTest:
    """The page after the press, drawn again until there is an answer: AppTest runs no fragment on its own."""
    page = opened()
    page.button(key="rate-find").click().run()
    return answered(page)


def answered(page: AppTest) -> AppTest:
    for _attempt in range(100):
        if page.button or page.info:
            break
        page.run()
    return page


def test_nothing_is_swept_before_it_is_asked_for(answers: list[Any]) -> None:
    page = opened()
    assert [button.label for button in page.button] == ["Find a learning rate"]
    assert "from 0.000001 to 1" in page.caption[0].value


def test_a_rate_is_suggested_and_taken_over(answers: list[Any]) -> None:
    answers.append(swept(RATES, SLOPE, "end"))
    page = asked()
    button = page.button(key="rate-use")
    assert button.label == "Use 0.007"
    assert page.text[0].value == "0.001"
    button.click().run()
    assert page.text[0].value == "0.007"
    assert not page.button, "the curve stays, and nothing is asked again"
    assert "That is the learning rate that is set" in " ".join(caption.value for caption in page.caption)


def test_where_the_loss_never_fell_it_says_so(answers: list[Any]) -> None:
    answers.append(swept(RATES, [2.3] * 100, "end"))
    page = asked()
    assert "did not clearly fall" in page.info[0].value
    assert not page.button


def test_a_refusal_is_told_and_can_be_asked_again(answers: list[Any]) -> None:
    answers.extend([StudioError("No weights."), swept(RATES, SLOPE, "rose")])
    page = asked()
    assert page.error[0].value == "No weights\\."
    page.button(key="again-rate-finder").click().run()
    assert answered(page).button(key="rate-use")
