"""The lesson that is being made on the Share page, and the groups of settings that its form sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.i18n import N_
from core.lesson import CONTROLS, LONGEST_TEXT, LONGEST_TITLE, Lesson, Mode, lesson_of
from ui import session

DRAFT = "share.draft"
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
    kept: Lesson = session.recall(DRAFT) or session.lesson() or Lesson()
    return kept


def change_draft(**changes: Any) -> None:
    """Change the title, the text or the hidden pages; texts are cut where they are too long."""
    cut = {"title": LONGEST_TITLE, "text": LONGEST_TEXT}
    fitting = {name: value[: cut[name]] if name in cut else value for name, value in changes.items()}
    session.remember(DRAFT, Lesson.model_validate({**dict(draft()), **fitting}))


def set_modes(changes: Mapping[str, Mode]) -> None:
    """Make settings free, locked or hidden; the others stay as they are."""
    made = draft()
    modes = {name: made.mode(name) for name in CONTROLS} | dict(changes)
    session.remember(DRAFT, lesson_of(modes, made.title, made.text, made.pages))


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
