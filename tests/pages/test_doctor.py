"""The curve doctor's cards, and what their buttons do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.runs.folder import RunFolder
from tests.core.doctor.curves import HISTORIES
from ui.services import Studio


def _script(run_id: str, what: str) -> None:
    from typing import Any

    import streamlit as st

    from core.runs.store import open_run
    from ui import doctor as asked
    from ui import session
    from ui.services import studio

    doctor: Any = asked

    def go(page: str) -> None:
        architecture: Any = session.spec().architecture
        st.text(f"{page}: {architecture.layers[-1]} {session.run_id()}")

    doctor.go = go
    session.begin()
    getattr(doctor, what)(open_run(studio().home, run_id))


@pytest.fixture
def overfitting_run(made_run: Callable[..., RunFolder]) -> RunFolder:
    run = made_run()
    run.events.write_bytes((HISTORIES / "overfitting_digits.jsonl").read_bytes())
    return run


def page(run: RunFolder, what: str) -> AppTest:
    return AppTest.from_function(_script, args=(run.id, what), default_timeout=30).run()


def test_a_card_says_what_is_seen_and_its_button_clones_the_run_with_one_change(overfitting_run: RunFolder) -> None:
    shown = page(overfitting_run, "doctor")
    assert "Overfitting" in shown.markdown[0].value
    assert "the gap opened in epoch 4" in shown.markdown[1].value
    assert shown.button[0].label == "Try with dropout 0.3", "the run's own settings are those of the default network"
    shown.button[0].click().run()
    assert shown.text[0].value == "train: kind='dropout' rate=0.3 None"
    assert not shown.exception


def test_the_line_has_the_first_diagnosis_and_one_button(overfitting_run: RunFolder) -> None:
    shown = page(overfitting_run, "doctor_line")
    assert len(shown.markdown) == len(shown.button) == 1
    assert "Training accuracy is 100" in shown.markdown[0].value


def test_a_run_without_curves_says_so(studio_without_spare: Studio, made_run: Callable[..., RunFolder]) -> None:
    run = made_run()
    shown = page(run, "doctor")
    assert shown.caption[0].value == "Nothing stands out in these curves."
    assert not page(run, "doctor_line").markdown
