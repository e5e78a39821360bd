"""Lessons: what they keep, and their texts for a URL."""

from __future__ import annotations

import base64
import json
import random
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from core.architecture.layers import Flatten, OwnCNN
from core.architecture.transfer import Transfer
from core.augmentation.spec import PRESETS, AugmentSpec
from core.errors import StudioError
from core.lesson import (
    CONTROLS,
    FIELDS,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MAX_LESSON,
    Lesson,
    Mode,
    lesson_from_query,
    lesson_of,
    lesson_to_query,
)
from core.packed import packed
from core.spec import DataSpec, RunSpec, TrainingSpec

OLD = RunSpec()
NEW = RunSpec(
    data=DataSpec(dataset="mnist", image_size=28, split_seed=3),
    augmentation=PRESETS["strong"].spec,
    architecture=OwnCNN(layers=(Flatten(),)),
    training=TrainingSpec(epochs=3, learning_rate=0.1, optimizer="sgd"),
)
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]))
MODES = st.dictionaries(st.sampled_from(CONTROLS), st.sampled_from(["free", "locked", "hidden"]))
PAGES = st.lists(st.from_regex("[a-z]{1,20}", fullmatch=True), max_size=12).map(tuple)


def link_of(text):
    return base64.urlsafe_b64encode(zlib.compress(text.encode("utf-8", "surrogatepass"), 9)).decode().rstrip("=")


def test_every_setting_has_a_name_and_an_architecture_is_one():
    assert list(FIELDS) == [name for name in RunSpec.model_fields if name != "version"]
    assert {"data.dataset", "augmentation.rotation", "training.seed", "architecture"} <= set(CONTROLS)
    assert len(CONTROLS) == sum(len(model.model_fields) for model in (DataSpec, AugmentSpec, TrainingSpec)) + 1


@settings(deadline=None)
@given(modes=MODES, title=ANYTHING, text=ANYTHING, pages=PAGES)
def test_a_link_gives_the_lesson_back(modes, title, text, pages):
    lesson = lesson_of(modes, title[:LONGEST_TITLE], text[:LONGEST_TEXT], pages)
    assert lesson_from_query(lesson_to_query(lesson)) == lesson
    assert {control: lesson.mode(control) for control in CONTROLS} == dict.fromkeys(CONTROLS, "free") | modes


def test_the_longest_lesson_fits_in_any_script():
    """Characters of four bytes by lot: little can be packed."""
    lot = random.Random(1)
    text = "".join(chr(lot.randrange(0x20000, 0x2A6D0)) for _ in range(LONGEST_TEXT))
    modes: dict[str, Mode] = {name: lot.choice(["locked", "hidden"]) for name in CONTROLS}
    lesson = lesson_of(modes, text[:LONGEST_TITLE], text, tuple("abcdefghij"[:n] for n in range(1, 11)))
    assert len(lesson.text) == LONGEST_TEXT
    assert lesson_from_query(lesson_to_query(lesson)) == lesson


def test_a_lesson_that_changes_nothing_is_still_one():
    assert lesson_from_query(lesson_to_query(Lesson())) == Lesson()
    assert lesson_to_query(Lesson())


def test_a_part_of_one_mode_is_named_as_a_whole():
    modes: dict[str, Mode] = {name: "locked" for name in CONTROLS if not name.startswith("augmentation.")}
    lesson = lesson_of({**modes, "augmentation.zoom": "hidden"})
    assert (lesson.locked, lesson.hidden) == (("data", "architecture", "training"), ("augmentation.zoom",))


def test_hidden_wins_over_locked_and_a_part_over_its_settings():
    lesson = Lesson(locked=("training", "architecture"), hidden=("training.seed", "architecture"))
    names = ("training.epochs", "training.seed", "architecture", "architecture.dropout", "data.dataset")
    assert [lesson.mode(name) for name in names] == ["locked", "hidden", "hidden", "hidden", "free"]


def test_a_lesson_keeps_what_it_names_and_lets_the_rest_change():
    lesson = Lesson(locked=("data.dataset", "augmentation", "training.epochs"), hidden=("architecture",))
    kept = lesson.kept(OLD, NEW)
    assert kept == RunSpec(
        data=DataSpec(dataset="digits", image_size=28, split_seed=3),
        training=TrainingSpec(epochs=20, learning_rate=0.1, optimizer="sgd"),
    )
    assert Lesson().kept(OLD, NEW) == NEW
    assert Lesson(locked=tuple(FIELDS)).kept(OLD, NEW) == OLD


def test_an_architecture_of_another_kind_is_kept_as_a_whole():
    transfer = OLD.model_copy(update={"architecture": Transfer()})
    assert Lesson(locked=("architecture",)).kept(OLD, transfer) == OLD
    assert Lesson(locked=("training",)).kept(OLD, transfer) == transfer


@given(modes=MODES)
def test_what_is_kept_is_kept_for_good(modes):
    lesson = lesson_of(modes)
    assert lesson.kept(OLD, lesson.kept(OLD, NEW)) == lesson.kept(OLD, NEW)


def test_pages_and_settings_can_be_given_free():
    lesson = Lesson(title="A", text="B", pages=("data", "model"), locked=("data",), hidden=("training",))
    freed = lesson.without(("data",), ("data.dataset", "data.image_size"))
    assert (freed.title, freed.text, freed.pages) == ("A", "B", ("model",))
    assert (freed.mode("data.dataset"), freed.mode("data.split_seed")) == ("free", "locked")
    assert freed.mode("training.epochs") == "hidden"


def test_a_title_is_a_line_and_a_text_keeps_its_lines():
    lesson = Lesson(title=" Two\n lines\u202e ", text="\r\n1. One\r\n2. Two\x00\x1b[0m\n")
    assert (lesson.title, lesson.text) == ("Two lines", "1. One\n2. Two[0m")


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "x" * (LONGEST_TITLE + 1)},
        {"text": "x" * (LONGEST_TEXT + 1)},
        {"title": 5},
        {"text": ["x"]},
        {"pages": ("Data",)},
        {"pages": ("../etc",)},
        {"pages": ("a" * 21,)},
        {"pages": ("data",) * 31},
        {"pages": {"data": 1}},
        {"locked": ("training.epoch",)},
        {"locked": ("version",)},
        {"locked": ("architecture.layers",)},
        {"hidden": ("data",) * 100},
        {"hidden": "data"},
        {"teacher": True},
    ],
)
def test_what_is_no_lesson_is_refused(fields):
    with pytest.raises(ValidationError):
        Lesson.model_validate(fields)
    with pytest.raises(StudioError, match="lesson in this link cannot be read"):
        lesson_from_query(packed(fields))


@pytest.mark.parametrize(
    "link",
    {
        "no base64": "!",
        "other letters": "é한",
        "no object": link_of("[1]"),
        "nothing": link_of("null"),
        "deep": link_of("[" * 100_000),
        "deep objects": link_of('{"title":' * 20_000 + "0" + "}" * 20_000),
        "bomb": link_of(" " * 9_000_000 + "{}"),
        "many digits": link_of('{"title": ' + "9" * 100_000 + "}"),
    }.items(),
    ids=lambda item: item[0],
)
def test_a_link_that_cannot_be_read_says_so(link):
    assert len(link[1]) <= MAX_LESSON, "so that it is not refused for its length"
    with pytest.raises(StudioError, match="lesson in this link cannot be read"):
        lesson_from_query(link[1])


def test_an_escaped_half_of_a_sign_is_left_out():
    for half in ("\\ud800", "\ud800"):
        assert lesson_from_query(link_of(f'{{"title": "a{half}b"}}')) == Lesson(title="ab")


def test_a_link_that_is_cut_or_too_long_is_refused():
    link, refused = lesson_to_query(Lesson(title="Rotation", locked=("data", "training"))), 0
    for cut in range(len(link)):
        try:
            lesson_from_query(link[:cut])
        except StudioError:
            refused += 1
    assert refused >= len(link) - 8, "the last bytes are a checksum"
    with pytest.raises(StudioError):
        lesson_from_query("A" * (MAX_LESSON + 1))


def test_a_lesson_is_small():
    lesson = Lesson(title="What does rotation do?", text="Turn it up and train again.", locked=("data", "training"))
    assert len(lesson_to_query(lesson)) < 200
    assert json.loads(lesson.model_dump_json(exclude_defaults=True)) == {
        "title": "What does rotation do?",
        "text": "Turn it up and train again.",
        "locked": ["data", "training"],
    }
