"""What a browser hands over to be asked about: kept on its desk, packed where it is many files."""

import io
import os
import zipfile

import pytest

from core.asked import asked_of, clear_asked, keep_photos, keep_pile, photos_of
from core.datasets.importing.sources import open_source
from core.datasets.limits import LIMITS, Limits
from core.desk import desk_of, new_token
from core.errors import DataError


@pytest.fixture
def desk(home):
    return desk_of(home, new_token())


def file(name, content=b"photo"):
    return name, len(content), io.BytesIO(content)


def test_what_is_asked_about_lies_on_the_desk_until_it_is_cleared(desk):
    """One tab's photos took the place of another's."""
    first = keep_pile(desk, [file("cat/1.png"), file("2.png")])
    second = keep_pile(desk, [file("3.zip")])
    assert second.read_bytes() == b"photo"
    third = keep_photos(desk, [("a.png", b"1"), ("a.png", b"2")])
    assert photos_of(third) == [("a.png", b"1"), ("a.png", b"2")]
    for when, path in enumerate((second, third, first)):
        os.utime(path, (when, when))
    assert asked_of(desk) == [first, third, second]
    clear_asked(third)
    assert asked_of(desk) == [first, second]
    clear_asked(first)
    assert asked_of(desk) == [second]


def test_files_dropped_together_are_all_packed_also_a_zip_and_what_looks_hidden(desk):
    """Of a .zip and photos beside it one .zip was left, without a word."""
    pile = keep_pile(desk, [file("a.zip"), file("b.zip", b"other"), file("c.png"), file(".d.png")])
    with zipfile.ZipFile(pile) as archive:
        assert archive.namelist() == ["a.zip", "b.zip", "c.png", "d.png"]
        assert archive.read("b.zip") == b"other"


def test_names_that_come_twice_get_numbers_that_are_free(desk):
    """The numbered name was not looked for among the others."""
    pile = keep_pile(
        desk, [file("a (3).png"), file("x/a.png"), file("a.png"), file("a.png"), file("a (5).png"), file("a.png")]
    )
    with zipfile.ZipFile(pile) as archive:
        names = archive.namelist()
    assert names == ["a (3).png", "x/a.png", "a.png", "a (4).png", "a (5).png", "a (6).png"]
    again = keep_pile(desk, [file("a (3).png"), file("a.png"), file("a.png")])
    with zipfile.ZipFile(again) as archive:
        assert archive.namelist() == ["a (3).png", "a.png", "a (4).png"]


def test_long_names_stay_whole(desk):
    """They were cut at 64 characters, and those that came twice at 40; so they were in the table of the answers."""
    name = f"{'photo ' * 20}1.png"
    pile = keep_pile(desk, [file(f"cats/{name}"), file(f"cats/{name}")])
    with open_source(pile) as source:
        assert [entry.name for entry in source.entries] == [f"cats/{name[:-4]} (2).png", f"cats/{name}"]


def test_what_is_over_the_quota_is_not_kept(desk, monkeypatch):
    monkeypatch.setattr("core.desk.LIMITS", Limits(upload_bytes=9))
    assert LIMITS.upload_bytes > 9
    with pytest.raises(DataError, match="cannot be handed over"):
        keep_pile(desk, [file("1.png"), file("2.png")])
    with pytest.raises(DataError, match="cannot be handed over"):
        keep_photos(desk, [("1.png", b"1234567890")])
    assert asked_of(desk) == []
