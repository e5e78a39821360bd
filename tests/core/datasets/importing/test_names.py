from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.datasets.importing.names import clean_name, is_junk, split_name
from core.datasets.limits import LIMITS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cats/1.jpg", ("cats", "1.jpg")),
        ("cats\\sub/1.jpg", ("cats", "sub", "1.jpg")),
        ("C:\\x\\1.jpg", ("C:", "x", "1.jpg")),
        ("/../a/./b/../1.jpg", ("a", "b", "1.jpg")),
        (" two  words /\u202e1.jpg\n", ("two words", "1.jpg")),
        ("", ("unnamed",)),
        ("../..", ("unnamed",)),
        ("\udcff/1\udcfe.jpg", ("unnamed", "1.jpg")),
    ],
)
def test_a_name_is_split_and_cleaned(text: str, expected: tuple[str, ...]) -> None:
    assert split_name(text) == expected


def test_a_long_file_name_keeps_its_extension() -> None:
    assert split_name("x" * 300 + ".jpeg") == ("x" * 64 + ".jpeg",)


def test_of_a_folder_only_the_start_is_looked_at() -> None:
    """What was found is kept in memory: names of 65,535 characters filled it with 270 MB."""
    assert split_name("cat" + " " * 60_000 + "s/1.jpg") == ("cat", "1.jpg")


def test_a_long_path_keeps_its_first_folders_and_its_extension() -> None:
    name = clean_name("/".join([letter * 60 for letter in "abcd"]) + "/1.jpg")
    assert len(name) == LIMITS.file_name
    assert name.startswith("a" * 60 + "/" + "b" * 60 + "/")
    assert name.endswith(".jpg")


@pytest.mark.parametrize(
    "name",
    ["a/.DS_Store", "Thumbs.db", "a/DESKTOP.INI", "__MACOSX/a/1.jpg", "a/._1.jpg", ".git/1.jpg", "a\\@eaDir\\1.jpg"],
)
def test_junk(name: str) -> None:
    assert is_junk(split_name(name))


@pytest.mark.parametrize("name", ["a/1.jpg", "../a/1.jpg", "./1.jpg", "macosx/1.jpg"])
def test_no_junk(name: str) -> None:
    assert not is_junk(split_name(name))


@settings(deadline=None)
@given(st.text(st.characters()))
def test_any_text_gives_a_name_that_can_be_shown(text: str) -> None:
    name = clean_name(text)
    assert 0 < len(name) <= LIMITS.file_name
    assert name.isprintable() or any(sign in "\u200c\u200d" for sign in name)
    assert not {"", ".", ".."} & set(name.split("/"))
