"""The Share page: links to settings, and lessons made on the form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.access import owner_of
from core.architecture.transfer import Transfer
from core.datasets.dataset import About, Original
from core.datasets.store import save_dataset
from core.home import PROJECT
from core.lesson import CONTROLS, LONGEST_TEXT, Lesson, lesson_from_query, lesson_to_query
from core.spec import DataSpec, RunSpec, TrainingSpec, from_query, to_query
from tests.pages.turns import query, row, run
from ui.navigation import PAGES
from ui.services import Studio
from ui.share import address, restores
from ui.share.draft import GROUPS

pytestmark = pytest.mark.usefixtures("studio_without_spare")
TOKEN = "f" * 32  # of the browser that makes lessons
SPEC = RunSpec(data=DataSpec(validation_fraction=0.1), architecture=Transfer(), training=TrainingSpec(epochs=7))


def opened(spec: RunSpec | None = None, lesson: Lesson | None = None) -> AppTest:
    page = AppTest.from_file(str(PROJECT / "ui" / "shell.py"), default_timeout=30)
    if spec:
        page.query_params["spec"] = to_query(spec)
    if lesson:
        page.query_params["lesson"] = lesson_to_query(lesson)
    page.switch_page(str(PROJECT / "pages" / "use" / "share.py"))
    return run(page)


def links(page: AppTest) -> tuple[str, str]:
    """The address of the settings and that of the lesson."""
    settings, lesson = (block.value for block in page.code)
    return settings, lesson


def asked(link: str, name: str) -> str:
    return parse_qs(urlsplit(link).query).get(name, [""])[0]


def lesson_of(page: AppTest) -> Lesson:
    return lesson_from_query(asked(links(page)[1], "lesson"))


def press(page: AppTest, key: str, value: Any) -> AppTest:
    row(page, key).set_value(value)
    return run(page)


def test_the_first_link_is_to_the_settings_alone() -> None:
    link = links(opened(SPEC, Lesson(title="T")))[0]
    assert from_query(asked(link, "spec")) == SPEC
    assert not asked(link, "lesson")
    assert urlsplit(link).path == "/train"


def test_the_second_brings_the_lesson_too() -> None:
    link = links(opened(SPEC))[1]
    assert from_query(asked(link, "spec")) == SPEC
    assert lesson_from_query(asked(link, "lesson")) == Lesson()
    assert urlsplit(link).path == "/data"


def test_what_is_restored_is_listed_in_full() -> None:
    page = opened(SPEC)
    listed = " ".join(block.proto.body for block in page.get("html"))
    for words in ("Handwritten digits", "8 px", "VGG16", "head only", "<dd>7 epochs</dd>", "stratified"):
        assert words in listed


def test_the_form_makes_the_lesson_and_its_link_at_once() -> None:
    page = opened(SPEC)
    page.text_input(key="share.title").set_value("  What does   rotation do?")
    page.text_area(key="share.text").set_value("1. Turn.\n2. Train.\n")
    run(page)
    press(page, "share.pages", ["augment", "train"])
    press(page, "share.free", "augmentation")
    lesson = lesson_of(page)
    assert (lesson.title, lesson.text) == ("What does rotation do?", "1. Turn.\n2. Train.")
    assert set(PAGES) - set(lesson.pages) == {"augment", "train"}
    assert (lesson.locked, lesson.hidden) == (("data", "architecture", "training"), ())
    assert urlsplit(links(page)[1]).path == "/augment", "the first page that it has"
    assert page.get("link_button")[0].proto.url == links(page)[1]


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("mode", ["locked", "hidden"])
def test_a_group_is_set_as_a_whole(group: str, mode: str) -> None:
    page = press(opened(), f"share.group.{group}", mode)
    modes = {control: lesson_of(page).mode(control) for control in CONTROLS}
    assert {control for control in CONTROLS if modes[control] == mode} == set(GROUPS[group].controls)
    assert row(page, "share.free").value is None
    press(page, f"share.group.{group}", "free")
    assert lesson_of(page) == Lesson()
    assert row(page, "share.free").value == "all"


def test_settings_can_be_set_one_by_one() -> None:
    page = press(opened(), "share.group.training", "locked")
    press(page, "share.group.training", "each")
    assert lesson_of(page).locked == ("training",), "nothing changes by looking"
    press(page, "share.control.training.epochs", "free")
    press(page, "share.control.training.seed", "hidden")
    lesson = lesson_of(page)
    assert (lesson.mode("training.epochs"), lesson.mode("training.seed")) == ("free", "hidden")
    assert lesson.mode("training.batch_size") == "locked"
    assert row(page, "share.group.training").value == "each"
    press(page, "share.group.training", "free")
    assert lesson_of(page) == Lesson()
    assert "share.control.training.epochs" not in [group.key for group in page.button_group]


def test_every_setting_is_in_one_group_and_has_a_name() -> None:
    assert sorted(control for group in GROUPS.values() for control in group.controls) == sorted(CONTROLS)
    page = opened()
    for group in set(GROUPS) - {"network"}:
        press(page, f"share.group.{group}", "each")
    names = [said.value for said in page.markdown]
    assert {"Data set", "Picture size", "Split seed", "Rotation", "Fill mode", "Network", "Epochs"} <= set(names)
    keys = {group.key for group in page.button_group}
    assert keys >= {f"share.control.{control}" for control in CONTROLS if control != "architecture"}


def test_a_lesson_needs_a_page() -> None:
    page = press(opened(), "share.pages", [])
    assert "A lesson needs one page at least." in [said.value for said in page.warning]
    press(page, "share.pages", ["train"])
    assert not page.warning


def test_the_lesson_that_is_on_can_be_changed_on_the_form() -> None:
    lesson = Lesson(title="T", text="Words", pages=("routes",), locked=("data",), hidden=("training.seed",))
    page = opened(SPEC, lesson)
    assert lesson_of(page) == lesson
    assert page.text_area(key="share.text").value == "Words"
    press(page, "share.group.pictures", "free")
    assert lesson_of(page).mode("data.dataset") == "free"
    assert lesson_of(page).title == "T"
    assert query(page, "lesson") == lesson_to_query(lesson), "the one that is on stays"


def test_a_text_that_a_browser_sends_too_long_is_cut() -> None:
    page = opened()
    page.text_area(key="share.text").set_value("x" * (LONGEST_TEXT + 5))
    run(page)
    assert lesson_of(page).text == "x" * LONGEST_TEXT


def test_a_long_address_is_told_and_has_no_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.share.link.LONGEST", 50)
    monkeypatch.setattr("ui.share.link.MOST_IN_CODE", 50)
    page = opened(SPEC)
    assert len([said for said in page.warning if "cut those of more than 50" in said.value]) == 2
    assert len([said for said in page.caption if "Too long for a QR code" in said.value]) == 2


def test_where_links_open_is_told() -> None:
    (told,) = (said.value for said in opened().info)
    assert "on this computer only" in told
    assert "make run ADDRESS=0.0.0.0" in told


@pytest.mark.parametrize(
    ("link", "alone"),
    [
        ("http://localhost:8501", True),
        ("http://127.0.0.1:8501/share", True),
        ("http://127.1.2.3", True),
        ("http://[::1]:8501", True),
        ("http://192.168.1.5:8501", False),
        ("https://school.example/cnn", False),
        ("", False),
    ],
)
def test_which_addresses_mean_this_computer(link: str, alone: bool) -> None:
    assert address.is_this_computer_alone(link) == alone


@pytest.mark.parametrize(
    ("found", "base"),
    [
        ("http://school:8501/share", "http://school:8501"),
        ("http://school:8501/share/", "http://school:8501"),
        ("https://school/cnn/share", "https://school/cnn"),
        ("http://share", "http://share"),
        ("http://share/share", "http://share"),
    ],
)
def test_an_address_begins_where_the_browser_found_the_app(
    monkeypatch: pytest.MonkeyPatch, found: str, base: str
) -> None:
    monkeypatch.setattr(type(st.context), "url", found)
    assert address.base() == base


def test_what_a_link_does_not_bring_is_told(studio_without_spare: Studio, look_as: Callable[..., None]) -> None:
    """That nobody else sees the pictures is said loudly, with the switch that publishes them."""
    home = studio_without_spare.home
    about, images = (
        About(
            title="Mine",
            classes=("a", "b"),
            source="mine",
            licence="mine",
            original=Original(shape="(4, 8, 8)", dtype="uint8", range=(0, 0)),
        ),
        np.zeros((4, 8, 8, 1), np.uint8),
    )
    labels, parts = np.array([0, 1, 0, 1]), np.zeros(4, np.uint8)
    common = save_dataset(home, about, images, labels, parts).meta.id
    owned = save_dataset(home, about, images + 1, labels, parts, owner=owner_of(TOKEN)).meta.id
    assert restores.pictures_note("digits") == ""
    assert "does not bring them" in restores.pictures_note(common)
    assert "does not bring them" in restores.pictures_note(owned)
    assert any("does not bring them" in said.value for said in opened(RunSpec(data=DataSpec(dataset=common))).caption)
    look_as(TOKEN)
    private = "These pictures are private: whoever else opens a link has none, until you publish them."
    assert private not in [said.value for said in opened(RunSpec(data=DataSpec(dataset=common))).warning]
    page = opened(RunSpec(data=DataSpec(dataset=owned)))
    assert private in [said.value for said in page.warning]
    page.toggle(key=f"publish-{owned}").set_value(True)
    assert private not in [said.value for said in run(page).warning]
    assert page.toggle(key=f"publish-{owned}").value


def test_a_link_does_not_bring_weights_of_one_s_own() -> None:
    said = "does not bring it: give it to those who open the link"
    page = opened(RunSpec(architecture=Transfer(weights="mine.h5")))
    (note,) = [note.value.replace("\\", "") for note in page.caption if "mine" in note.value]
    assert said in note
    assert "mine.h5" in note
    assert not [note for note in opened(SPEC).caption if said in note.value]


def test_a_reload_keeps_the_lesson_that_is_being_made(look_as: Callable[..., None]) -> None:
    look_as(TOKEN)
    page = opened(SPEC)
    page.text_input(key="share.title").set_value("Turning")
    made = lesson_of(press(page, "share.group.training", "locked"))
    assert lesson_of(opened(SPEC)) == made
    look_as("e" * 32)
    assert lesson_of(opened(SPEC)) == Lesson(), "another browser has its own"
    look_as(TOKEN)
    on = Lesson(title="Another")
    assert lesson_of(opened(SPEC, on)) == on, "a lesson that is on is the one to be changed"
    page = opened(SPEC)
    next(found for found in page.button if found.label == "Start anew").click()
    assert lesson_of(run(page)) == Lesson()
    assert "Start anew" not in [found.label for found in page.button]
    assert lesson_of(opened(SPEC)) == Lesson()


def test_a_lesson_that_is_changed_and_left_is_kept(look_as: Callable[..., None]) -> None:
    look_as(TOKEN)
    page = opened(SPEC, Lesson(title="T", locked=("training",)))
    made = lesson_of(press(page, "share.group.training", "hidden"))
    assert lesson_of(opened(SPEC, Lesson(title="T", locked=("training",)))) == made
    page.button(key="lesson-leave").click()
    assert lesson_of(run(page)) == made
    assert lesson_of(opened(SPEC)) == made
