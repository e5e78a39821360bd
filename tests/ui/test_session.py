"""What changes settings keeps those that a lesson keeps, whoever asks for the change."""

from __future__ import annotations

import pytest
from streamlit.runtime.state.query_params import QueryParams
from streamlit.testing.v1 import AppTest

from core.architecture.transfer import Transfer
from core.lesson import Lesson, lesson_to_query
from core.spec import RunSpec, TrainingSpec, to_query

WAYS = {
    "change": "session.change('training', epochs=3)",
    "set_spec": "session.set_spec(session.spec().model_copy(update={'training': TrainingSpec(epochs=3)}))",
    "clone": "session.clone(RunSpec(training=TrainingSpec(epochs=3)))",
    "use_dataset": "session.use_dataset(draw_shapes(ShapesSpec(train_per_class=10, test_per_class=10)))",
    "switch": "switch('transfer')",
}
SCRIPT = """
import streamlit as st
from core.datasets.shapes import ShapesSpec, draw_shapes
from core.spec import RunSpec, TrainingSpec
from ui import session
from ui.transfer.choice import switch

session.begin()
{way}
st.session_state["told"] = bool(session.recall(session.KEPT))
session.end(False)
"""


def after(way: str, lesson: Lesson | None, spec: RunSpec) -> tuple[RunSpec, bool]:
    """The settings after a change, and whether it was told that some were kept."""
    page = AppTest.from_string(SCRIPT.format(way=WAYS[way]), default_timeout=30)
    page.query_params["spec"] = to_query(spec)
    if lesson:
        page.query_params["lesson"] = lesson_to_query(lesson)
    page.run()
    assert not page.exception
    return page.session_state["studio.spec"], page.session_state["told"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("field", ["locked", "hidden"])
def test_what_a_lesson_keeps_stays(way: str, field: str) -> None:
    lesson = Lesson.model_validate({field: ("data", "architecture", "training")})
    spec = RunSpec(training=TrainingSpec(epochs=7, batch_size=16))
    assert after(way, lesson, spec) == (spec, True)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("lesson", [None, Lesson(locked=("augmentation",))])
def test_what_it_leaves_free_changes_without_a_word(way: str, lesson: Lesson | None) -> None:
    spec = RunSpec(training=TrainingSpec(epochs=7, batch_size=16))
    changed, told = after(way, lesson, spec)
    assert not told
    if way == "switch":
        assert changed == spec.model_copy(update={"architecture": Transfer()})
    elif way == "use_dataset":
        assert changed.data.dataset.startswith("shapes")
    else:
        assert changed.training.epochs == 3


def test_a_set_keeps_its_locked_size() -> None:
    changed, told = after("use_dataset", Lesson(locked=("data.image_size",)), RunSpec())
    assert changed.data.dataset.startswith("shapes")
    assert (changed.data.image_size, told) == (8, True)


def test_the_address_is_written_once_and_not_at_all_where_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each write is a step of the browser's Back button."""
    writes = list[str]()
    monkeypatch.setattr(QueryParams, "_send_query_param_msg", lambda params: writes.append(str(params)))
    after("change", Lesson(title="T"), RunSpec(training=TrainingSpec(epochs=7)))
    assert len(writes) == 1
    writes.clear()
    after("change", Lesson(title="T"), RunSpec(training=TrainingSpec(epochs=3)))
    assert not writes
