"""The drawing of a transfer network: a row of cells with locks, of which a click says where training begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal, cast

from core.i18n import _
from ui.components.mount import OnClick, as_callback, register

CellState = Literal["frozen", "trained", "fixed"]

_mount = register(
    "backbone",
    '<div class="backbone" data-testid="studio-backbone"><div class="tip"></div></div>',
    shared_styles=["tip"],
)


@dataclass(frozen=True)
class Cell:
    """A part of the network that is trained or frozen as a whole.

    Attributes:
        id: What a click on it sends.
        title: Such as "block5_conv3".
        detail: Lines of the tooltip, such as "7×7×512"; the last one says what a click does.
        state: Fixed: it holds nothing that could be trained.
        height, width: Of the cell, 0 to 1 of the most.
        text: A few characters written into it.
        is_begin: Whether training begins with it.
    """

    id: str
    title: str
    detail: tuple[str, ...]
    state: CellState
    height: float
    width: float
    text: str = ""
    is_begin: bool = False


@dataclass(frozen=True)
class CellGroup:
    """Cells that stand together, with what is written under them, such as "56×56"."""

    label: str
    cells: tuple[Cell, ...]


def backbone_drawing(groups: Sequence[CellGroup], *, key: str, on_select: OnClick = None) -> str | None:
    """Draw the groups from left to right, in rows where the page is narrow; return the id of the cell just clicked.

    Args:
        on_select: See `OnClick`; the drawing is one stop of the Tab key, arrow keys walk from cell to cell.
    """
    data = {
        "groups": [asdict(group) for group in groups],
        "alt": _("Drawing of the network: where training begins"),
        "words": {"frozen": _("frozen: stays as it came"), "trained": _("trained on your pictures")},
    }
    result = _mount(key=key, data=data, on_click_change=as_callback(on_select))
    return cast("str | None", result.get("click"))
