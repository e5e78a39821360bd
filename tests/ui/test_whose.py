"""Whose a thing is, in words; and where it may be said that there is more than is seen."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from core.access import Access, Viewer
from ui import session, whose

ME, OTHER = "1" * 32, "3f2a" + "0" * 28


@pytest.mark.parametrize(
    ("is_teacher", "access", "mark"),
    [
        (False, Access(owners=(ME,)), ""),
        (False, Access(owners=(ME,), published=True), ""),
        (False, Access(published=True), ""),
        (False, Access(owners=(OTHER,), published=True), "published"),
        (True, Access(owners=(OTHER,)), "browser 3f2a"),
        (True, Access(owners=(OTHER,), published=True), "browser 3f2a"),
        (True, Access(owners=(ME,)), ""),
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
    whose.hidden_line("2 runs are private.")
    assert bool(said) is is_said
