"""What a page keeps is the default of the widget that shows it, not only written through the widget's key.

A slow browser draws a widget before it reads what was written, and sends the default with whatever is pressed until
then: a slider would jump to its end, a choice to none (seen in Chromium at a sixth of its speed).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from core.architecture.transfer import Transfer
from core.augmentation.spec import AugmentSpec
from core.home import PROJECT
from core.spec import DataSpec, RunSpec, TrainingSpec, to_query
from tests.pages.turns import run
from ui.navigation import PAGES

pytestmark = pytest.mark.usefixtures("studio_without_spare")
DATA = DataSpec(image_size=16, colour_mode="rgb", validation_fraction=0.1, test_fraction=0.3, split_seed=5)
TRAINING = TrainingSpec(epochs=7, batch_size=64, optimizer="sgd", learning_rate=0.02, early_stopping=True)
OWN = RunSpec(data=DATA, augmentation=AugmentSpec(rotation=20, zoom=0.2, fill_mode="wrap"), training=TRAINING)
TAKEN_OVER = OWN.model_copy(update={"architecture": Transfer(weights="random", hidden=(20,))})


def widgets(block: Block) -> Iterator[tuple[str, Any]]:
    """Key and message of each widget that was given a value through its key."""
    for child in block.children.values():
        if isinstance(child, Block):
            yield from widgets(child)
        elif getattr(getattr(child, "proto", None), "set_value", False):
            yield str(child.key), child.proto


def default_and_value(proto: Any) -> tuple[list[Any], list[Any]]:
    """What the widget shows by itself, and what was written; of a choice the options' names."""
    options, written = list(getattr(proto, "options", ())), in_list(getattr(proto, "raw_value", ""))
    if options:
        return [options[int(place)] for place in in_list(proto.default)], written
    return in_list(proto.default), in_list(proto.value)


def in_list(value: Any) -> list[Any]:
    return [value] if isinstance(value, str | int | float) else list(value)


@pytest.mark.parametrize("spec", [OWN, TAKEN_OVER], ids=["own", "taken over"])
@pytest.mark.parametrize("name", ["data", "augment", "model", "train", "share"])
def test_the_value_of_every_widget_is_its_default(name: str, spec: RunSpec) -> None:
    page = AppTest.from_file(str(PROJECT / "ui" / "shell.py"), default_timeout=60)
    page.query_params["spec"] = to_query(spec)
    run(page.switch_page(str(PROJECT / "pages" / PAGES[name].file)))
    found = {key: default_and_value(proto) for key, proto in widgets(page._tree)}
    assert found
    assert {key: default for key, (default, _value) in found.items()} == {
        key: value for key, (_default, value) in found.items()
    }


def test_a_choice_that_something_else_changed_is_another_widget() -> None:
    """A browser that still sends what the old one showed is then not taken for a person who chose that again."""

    def script() -> None:
        import streamlit as st

        from ui import session
        from ui.choice import choice

        if st.button("Change"):
            session.remember("kept", "b")
        kept = session.recall("kept", "a")
        choice("Which", {"a": "A", "b": "B"}, kept, lambda one: session.remember("kept", one), key="which")
        st.text(session.recall("kept"))

    page = run(AppTest.from_function(script))
    assert [row.key for row in page.button_group] == ["which"]
    page.button_group(key="which").set_value("b")
    assert [row.key for row in run(page).button_group] == ["which"], "one's own choice leaves the widget"
    page.button_group(key="which").set_value("a")
    run(page)
    page.button[0].click()
    assert [(row.key, row.value) for row in run(page).button_group] == [("which-1", "b")]
