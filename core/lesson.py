"""A lesson: a text that stands on top of the pages, the pages it does without, and settings that it keeps as they are.

It travels in the URL beside the specification that it is made for. A setting is named as in the specification, such as
"training.epochs"; the name of a whole part, such as "augmentation", stands for all of it. An architecture is named as a
whole alone, because what it consists of depends on its kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from core.errors import StudioError
from core.i18n import _
from core.knobs import Frozen
from core.packed import packed, unpacked
from core.signs import visible
from core.spec import RunSpec

Mode = Literal["free", "locked", "hidden"]

LONGEST_TITLE, LONGEST_TEXT = 80, 2_000  # characters
MAX_LESSON = 16_000  # characters of a packed lesson: the longest text in any script, and every name


def _fields() -> dict[str, tuple[str, ...]]:
    """The settings of each part; none of a part that is set as a whole."""
    parts = {name: field.annotation for name, field in RunSpec.model_fields.items() if name != "version"}
    return {
        part: tuple(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else ()
        for part, model in parts.items()
    }


FIELDS = _fields()
CONTROLS = tuple(
    name for part, fields in FIELDS.items() for name in ([f"{part}.{field}" for field in fields] or [part])
)


def _known(name: str) -> str:
    if name not in CONTROLS and name not in FIELDS:
        raise ValueError(f"expected the name of a setting, got {name[:80]}")
    return name


def _lines(text: object) -> object:
    return visible(text.replace("\r\n", "\n"), but="\n").strip() if isinstance(text, str) else text


def _line(text: object) -> object:
    return " ".join(visible(text, but="\t\n\r").split()) if isinstance(text, str) else text


Control = Annotated[str, AfterValidator(_known)]
PageName = Annotated[str, Field(pattern=r"^[a-z]{1,20}$")]  # one that is not there is as good as hidden


class Lesson(Frozen):
    """What a teacher hands out beside the settings.

    Attributes:
        title, text: Of the teacher; one line, and lines.
        pages: Names of the pages that are hidden.
        locked: Settings that are shown and cannot be changed.
        hidden: Settings that are not shown, and cannot be changed either; they win over `locked`.
    """

    title: Annotated[str, BeforeValidator(_line)] = Field("", max_length=LONGEST_TITLE)
    text: Annotated[str, BeforeValidator(_lines)] = Field("", max_length=LONGEST_TEXT)
    pages: tuple[PageName, ...] = Field((), max_length=30)
    locked: tuple[Control, ...] = Field((), max_length=len(CONTROLS) + len(FIELDS))
    hidden: tuple[Control, ...] = Field((), max_length=len(CONTROLS) + len(FIELDS))

    def mode(self, control: str) -> Mode:
        """Whether a setting may be changed, is only shown, or is not even shown."""
        names = {control, control.partition(".")[0]}
        if names & set(self.hidden):
            return "hidden"
        return "locked" if names & set(self.locked) else "free"

    def kept(self, old: RunSpec, new: RunSpec) -> RunSpec:
        """`new` with every setting that the lesson keeps as it is in `old`."""
        for part, fields in FIELDS.items():
            before, after = getattr(old, part), getattr(new, part)
            held = {name: getattr(before, name) for name in fields if self.mode(f"{part}.{name}") != "free"}
            if not fields and self.mode(part) != "free":
                after = before
            new = new.model_copy(update={part: after.model_copy(update=held) if held else after})
        return new

    def without(self, pages: tuple[str, ...], controls: tuple[str, ...]) -> Lesson:
        """The same lesson with these pages shown and these settings free."""
        modes = {name: self.mode(name) for name in CONTROLS if name not in controls}
        free = lesson_of(modes, self.title, self.text)
        return free.model_copy(update={"pages": tuple(name for name in self.pages if name not in pages)})


def lesson_of(modes: Mapping[str, Mode], title: str = "", text: str = "", pages: tuple[str, ...] = ()) -> Lesson:
    """The lesson with these modes of `CONTROLS`, free where none is given; a part of one mode is named as a whole."""
    names: dict[Mode, list[str]] = {"free": [], "locked": [], "hidden": []}
    for part, fields in FIELDS.items():
        found: dict[str, Mode] = {f"{part}.{name}": modes.get(f"{part}.{name}", "free") for name in fields}
        found = found or {part: modes.get(part, "free")}
        same = set(found.values())
        for name, mode in {part: same.pop()}.items() if len(same) == 1 else found.items():
            names[mode].append(name)
    return Lesson(title=title, text=text, pages=pages, locked=tuple(names["locked"]), hidden=tuple(names["hidden"]))


def differing(one: RunSpec, other: RunSpec) -> tuple[str, ...]:
    """The names in `CONTROLS` of what two specifications set differently."""
    return tuple(name for name in CONTROLS if attrgetter(name)(one) != attrgetter(name)(other))


def lesson_to_query(lesson: Lesson) -> str:
    """Write a lesson as a short text for a URL; a lesson that changes nothing is written too."""
    return packed(lesson.model_dump(mode="json", exclude_defaults=True))


def lesson_from_query(text: str) -> Lesson:
    """Read what `lesson_to_query` wrote.

    Raises:
        StudioError: If the text was cut, changed or made for another version.
    """
    try:
        return Lesson.model_validate(unpacked(text, MAX_LESSON))
    except ValueError as error:
        raise StudioError(
            _("The lesson in this link cannot be read. Ask for the link again; the page is shown without it for now.")
        ) from error
