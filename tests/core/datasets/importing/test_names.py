from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.datasets.importing.names import clean_name, is_junk, numbered, split_name
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


def test_a_file_keeps_its_whole_name() -> None:
    """It was cut at 64 characters as a class name is, also in tables to take along."""
    name = f"{'photo ' * 20}1.jpeg"
    assert clean_name(f"cats/{name}") == f"cats/{name}"
    assert clean_name("x" * 300 + ".jpeg") == "x" * (LIMITS.file_name - 5) + ".jpeg"
    assert clean_name("cats/1." + "x" * 300).startswith("cats/1.xxx"), "that is no extension"
    assert split_name("c" * 100 + "/1.jpg")[0] == "c" * LIMITS.class_name


def test_a_second_file_of_a_name_gets_a_number_however_long_it_is() -> None:
    assert numbered("cats/1.jpg", 2) == "cats/1 (2).jpg"
    assert numbered("a", 10) == "a (10)"
    longest = clean_name("cats/" + "x" * 300 + ".jpg")
    assert len(numbered(longest, 2)) == LIMITS.file_name
    assert numbered(longest, 2).endswith("xx (2).jpg")
    assert clean_name(numbered(longest, 2)) == numbered(longest, 2)


def test_of_a_folder_only_the_start_is_looked_at() -> None:
    """What was found is kept in memory: names of 65,535 characters filled it with 270 MB."""
    assert split_name("cat" + " " * 60_000 + "s/1.jpg") == ("cat", "1.jpg")


def test_a_long_path_keeps_its_first_folders_and_its_extension() -> None:
    name = clean_name("/".join([letter * 60 for letter in "abcde"]) + "/1.jpg")
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
