"""The lesson that is being made on the Share page, and the groups of settings that its form sets."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from core.errors import StudioError
from core.i18n import N_
from core.lesson import (
    CONTROLS,
    LONGEST_TEXT,
    LONGEST_TITLE,
    Lesson,
    Mode,
    lesson_from_query,
    lesson_of,
    lesson_to_query,
)
from ui import session
from ui.desk import my_desk

DRAFT, NONE = "share.draft", ""
MODES: dict[Mode, str] = {"free": N_("free"), "locked": N_("locked"), "hidden": N_("hidden")}
QUICK: dict[str, tuple[str, tuple[str, ...]]] = {  # the groups that stay free; all others are locked
    "all": (N_("Everything"), ("pictures", "split", "augmentation", "network", "training")),
    "augmentation": (N_("Augmentation"), ("augmentation",)),
    "network": (N_("Network"), ("network",)),
    "training": (N_("Training"), ("training",)),
}


@dataclass(frozen=True)
class Group:
    """Settings that the form sets together, unless they are set one by one."""

    title: str
    controls: tuple[str, ...]


def _groups() -> dict[str, Group]:
    def of(part: str) -> tuple[str, ...]:
        return tuple(name for name in CONTROLS if name.partition(".")[0] == part)

    split = tuple(name for name in of("data") if name not in session.PICTURES)
    return {
        "pictures": Group(N_("Pictures"), session.PICTURES),
        "split": Group(N_("Split"), split),
        "augmentation": Group(N_("Augmentation"), of("augmentation")),
        "network": Group(N_("Network"), of("architecture")),
        "training": Group(N_("Training"), of("training")),
    }


GROUPS = _groups()


def draft() -> Lesson:
    """The lesson as it was made so far; at first the one that is on, so that a lesson can be changed."""
    if session.recall(DRAFT) is None:  # the page was loaded anew
        session.remember(DRAFT, _of_desk() or NONE)
    kept: Lesson = session.recall(DRAFT) or _first()
    return kept


def start_anew() -> None:
    """Forget what was made on the form."""
    session.remember(DRAFT, NONE)
    my_desk().change(lesson="", made_of="")


def is_begun() -> bool:
    """Whether anything was made on the form."""
    return draft() != _first()


def _first() -> Lesson:
    return session.lesson() or Lesson()


def _of_desk() -> Lesson | None:
    """What this browser made before, unless a lesson is on that it was not made of: that one is to be changed then."""
    state, taught = my_desk().state(), session.lesson()
    if not state.lesson or (taught and state.made_of != lesson_to_query(taught)):
        return None
    with suppress(StudioError):  # of another version
        return lesson_from_query(state.lesson)
    return None


def _keep(made: Lesson) -> None:
    session.remember(DRAFT, made)
    my_desk().change(lesson=lesson_to_query(made), made_of=lesson_to_query(_first()))


def change_draft(**changes: Any) -> None:
    """Change the title, the text or the hidden pages; texts are cut where they are too long."""
    cut = {"title": LONGEST_TITLE, "text": LONGEST_TEXT}
    fitting = {name: value[: cut[name]] if name in cut else value for name, value in changes.items()}
    _keep(Lesson.model_validate({**dict(draft()), **fitting}))


def set_modes(changes: Mapping[str, Mode]) -> None:
    """Make settings free, locked or hidden; the others stay as they are."""
    made = draft()
    modes = {name: made.mode(name) for name in CONTROLS} | dict(changes)
    _keep(lesson_of(modes, made.title, made.text, made.pages))


def quick_modes(name: str) -> dict[str, Mode]:
    """The modes of a quick choice: its groups are free, all else is locked."""
    free = {control for group in QUICK[name][1] for control in GROUPS[group].controls}
    return {control: "free" if control in free else "locked" for control in CONTROLS}


def quick_of(lesson: Lesson) -> str | None:
    """The quick choice that a lesson is."""
    modes = {control: lesson.mode(control) for control in CONTROLS}
    return next((name for name in QUICK if quick_modes(name) == modes), None)


def group_mode(lesson: Lesson, group: str) -> Mode | None:
    """The mode of all settings of a group; None where they differ."""
    modes = {lesson.mode(control) for control in GROUPS[group].controls}
    return modes.pop() if len(modes) == 1 else None
