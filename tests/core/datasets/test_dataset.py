from __future__ import annotations

import numpy as np
import pytest

from core.datasets.dataset import About, class_names, clean_class_name, make_dataset
from core.errors import DataError


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (" cat \n dog\t", "cat dog"),
        ("a\x00b\x1b[31m", "ab[31m"),
        ("evil\u202egnp.exe", "evilgnp.exe"),  # text turned right to left
        ("한국어", "한국어"),
        ("\u1112\u1161\u11ab", "한"),  # as macOS spells folder names
        ("👩‍🔬", "👩‍🔬"),
        ("<b>x</b>", "<b>x</b>"),  # left to the page, which never uses it as HTML
        ("x" * 100, "x" * 64),
        ("\x00 \x07", "unnamed"),
    ],
)
def test_a_class_name_is_one_short_line(text: str, cleaned: str) -> None:
    assert clean_class_name(text) == cleaned


def test_names_that_become_the_same_are_numbered() -> None:
    assert class_names(["cat", "cat\x00", " cat"]) == ("cat", "cat (2)", "cat (3)")
    assert len(set(class_names(["x" * 70] * 12))) == 12
    assert max(map(len, class_names(["x" * 70] * 12))) == 64


def test_the_id_follows_from_title_content_and_names(about: About) -> None:
    images, labels, parts = np.zeros((2, 4, 4, 1), np.uint8), np.array([0, 1]), np.zeros(2, np.uint8)
    same = [make_dataset(about, images, labels, parts).meta.id for _time in range(2)]
    assert same[0] == same[1]
    assert same[0].startswith("tiny-")
    renamed = about.model_copy(update={"classes": ("cat", "cow")})
    assert make_dataset(renamed, images, labels, parts).meta.id != same[0]
    assert make_dataset(about, images + 1, labels, parts).meta.id != same[0]
    korean = about.model_copy(update={"title": "동물"})
    assert make_dataset(korean, images, labels, parts).meta.id.startswith("set-")


@pytest.mark.parametrize(
    ("shape", "labels", "message"),
    [
        ((2, 4, 5, 1), [0, 1], "square uint8 pictures"),
        ((2, 4, 4, 2), [0, 1], "square uint8 pictures"),
        ((2, 4, 4, 1), [0, 1, 1], "one label a picture, got 2 pictures and 3 labels"),
        ((2, 4, 4, 1), [0, 2], "labels from 0 to 1, got 0 to 2"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(
    about: About, shape: tuple[int, ...], labels: list[int], message: str
) -> None:
    with pytest.raises(DataError, match=message):
        make_dataset(about, np.zeros(shape, np.uint8), np.array(labels), np.zeros(len(labels), np.uint8))


def test_one_class_is_no_classification(about: About) -> None:
    alone = about.model_copy(update={"classes": ("cat",)})
    with pytest.raises(DataError, match="Expected 2 to 1,000 classes, got 1"):
        make_dataset(alone, np.zeros((1, 4, 4, 1), np.uint8), np.zeros(1, np.int32), np.zeros(1, np.uint8))
