"""Whose a thing is, in words; and where it may be said that there is more than is seen."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from core.access import NOBODY, Access, Viewer
from ui import session, whose

ME, OTHER = "1" * 32, "3f2a" + "0" * 28


@pytest.mark.parametrize(
    ("is_teacher", "access", "mark"),
    [
        (False, Access(owners=(ME,)), ""),
        (False, Access(owners=(ME,), published_by=(ME,)), ""),
        (False, Access(published_by=("",)), ""),
        (False, Access(owners=(OTHER,), published_by=(OTHER,)), "published"),
        (True, Access(owners=(OTHER,)), "browser 3f2a"),
        (True, Access(owners=(OTHER,), published_by=(OTHER,)), "browser 3f2a"),
        (True, Access(owners=(ME,)), ""),
        (True, NOBODY, "owner unknown"),
    ],
)
def test_what_is_of_others_is_marked(
    monkeypatch: pytest.MonkeyPatch, is_teacher: bool, access: Access, mark: str
) -> None:
    monkeypatch.setattr(session, "viewer", lambda: Viewer(ME, is_teacher))
    assert whose.mark_of(access) == mark
    assert whose.marked("Run 1", access) == (f"Run 1 · {mark}" if mark else "Run 1")


def test_owners_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "viewer", lambda: Viewer(ME))
    assert [whose.browser_name(owner) for owner in (ME, OTHER, "")] == ["you", "browser 3f2a", "everybody"]


@pytest.mark.parametrize(
    ("address", "url", "is_said"),
    [
        ("127.0.0.1", "http://127.0.0.1:8501/compare", True),
        ("localhost", "http://localhost:8501/", True),
        ("::1", "http://[::1]:8501/", True),
        ("127.0.0.1", "https://cnn.school.example/compare", False),  # a proxy stands before it
        ("0.0.0.0", "http://127.0.0.1:8501/", False),
        ("192.168.1.7", "http://192.168.1.7:8501/", False),
        (None, "http://localhost:8501/", False),  # every address
    ],
)
def test_the_way_to_the_rest_is_told_on_one_s_own_computer_alone(
    monkeypatch: pytest.MonkeyPatch, address: str | None, url: str, is_said: bool
) -> None:
    said: list[str] = []
    stand_in = SimpleNamespace(
        get_option=lambda _name: address, context=SimpleNamespace(url=url), caption=lambda text: said.append(text)
    )
    monkeypatch.setattr(whose, "st", stand_in)
    asked: list[str] = []

    def words() -> str:
        asked.append("")
        return "2 runs are private."

    whose.hidden_line(words)
    assert bool(asked) is is_said, "nothing is counted for nobody"
    assert bool(said) is is_said


@pytest.mark.parametrize(
    ("is_own", "is_teacher", "is_said"), [(False, False, True), (True, False, False), (True, True, True)]
)
def test_a_browser_knows_its_own_name_where_others_may_speak_of_it(
    monkeypatch: pytest.MonkeyPatch, is_own: bool, is_teacher: bool, is_said: bool
) -> None:
    monkeypatch.setattr(whose, "_is_own_computer", lambda: is_own)
    monkeypatch.setattr(session, "viewer", lambda: Viewer(OTHER, is_teacher))
    assert whose.own_mark() == ("You are browser 3f2a." if is_said else "")
    assert ("stay here" in whose.where_pictures_stay()) == is_own
