"""What of a picture is looked at. It stands in the page's address, so everything is checked here."""

from __future__ import annotations

import re
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.explaining import Subject
from ui import session
from ui.exam.shown import Shown

# Of all widgets here: a page drawn again before the browser has drawn a widget, as when an answer comes quickly,
# would otherwise not tell it again what it shows.
KEPT: Literal["page"] = "page"
LED = "explain.led"
OF_ONE_PICTURE = ("class", "pixel")  # views that another picture begins anew


def number_of(text: str, below: int | None = None) -> int | None:
    """The number that `text` is; None where it is none, or not below `below`."""
    if not re.fullmatch(r"[0-9]{1,9}", text, re.ASCII):
        return None
    number = int(text)
    return number if below is None or number < below else None


def viewed_position(shown: Shown, view: str) -> int | None:
    """Place in the exam of the picture whose number stands in the address under `view`; None where there is none."""
    number = number_of(session.view(shown.run.id, view))
    return None if number is None else shown.position_of(number)


def explained(shown: Shown) -> int:
    """Place in the exam of the picture to explain: the one chosen, else the surest mistake, else the first."""
    position = viewed_position(shown, "explain")
    if position is not None:
        return position
    mistakes = shown.exam.mistakes()
    return int(mistakes[0]) if len(mistakes) else 0


def explain_next(shown: Shown, number: int) -> None:
    """Choose the picture with this number in the data set."""
    session.set_view(shown.run.id, "explain", str(number))
    for name in OF_ONE_PICTURE:
        session.set_view(shown.run.id, name, "")


def lead_here() -> None:
    """Have the page scroll to the tab when it is drawn next."""
    session.remember(LED, times_led_here() + 1)


def times_led_here() -> int:
    """How often this browser was led to the tab."""
    return int(session.recall(LED, 0))


def candidates(shown: Shown, position: int, count: int) -> NDArray[np.int64]:
    """`count` places of the exam to choose from: the surest mistakes, then the least sure rights; `position` is one."""
    found = np.concatenate([shown.exam.mistakes(), shown.exam.unsure_rights()])[:count]
    return found if position in found else np.concatenate([[position], found[: count - 1]])


def chosen_class(shown: Shown, position: int) -> int:
    """Number of the class that is looked for: the one chosen, else the one named."""
    number = number_of(session.view(shown.run.id, "class"), len(shown.info.classes))
    return int(shown.exam.said[position]) if number is None else number


def subject_of(shown: Shown, position: int) -> Subject:
    """The picture at this place of the exam, and the model that sat it; there must be pictures."""
    assert shown.pictures is not None
    seen = np.ascontiguousarray(shown.pictures[shown.exam.indices[position]])
    return Subject(shown.run, seen, shown.sitting.epoch)
