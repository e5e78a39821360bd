"""What the layers of a network make of a picture: a row a layer, all maps of a row in one sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.i18n import _
from ui.components.mount import OnClick, as_callback, register
from ui.components.sprite import sprite_sheet

AT_FIRST = 16  # maps of a row before it is unfolded
SHEET_BYTES = 60_000  # beyond them a row's sheet is a JPEG

_mount = register("map_gallery", '<div class="maps" data-testid="studio-maps"></div>')


@dataclass(frozen=True)
class MapRow:
    """The maps of a layer.

    Attributes:
        id: What a click on one of them sends, with its number.
        title, words: The layer's name and, quieter, what it is.
        maps: (n, s, s) uint8, or (n, s, s, 3) in colour.
        quiet: Numbers of the maps that are the same everywhere.
        clickable: Whether a click on a map means something.
        chosen: Number of the map with a frame.
    """

    id: str
    title: str
    words: str
    maps: NDArray[np.uint8]
    quiet: tuple[int, ...] = ()
    clickable: bool = False
    chosen: int | None = None


def map_gallery(rows: Sequence[MapRow], *, key: str, on_click: OnClick = None) -> None:
    """Show the rows; of a long one the first maps, the others unfold.

    Args:
        on_click: See `OnClick`; read the map with `clicked_map`.
    """
    data = {
        "rows": [_payload(row) for row in rows],
        "first": AT_FIRST,
        "words": {
            "all": _("all {count}"),
            "fewer": _("fewer"),
            "map": _("map {number}"),
            "quiet": _("silent here: the same number everywhere"),
        },
    }
    _mount(key=key, data=data, on_click_change=as_callback(on_click))


def clicked_map(state: Any, counts: dict[str, int]) -> tuple[str, int] | None:
    """The row's id and the number of the map (0-based) that a browser sent, if there is one like it.

    Args:
        state: Of the component, as `session.widget_value` gives it.
        counts: Id → how many maps can be clicked there.
    """
    sent = state.get("click")
    if not isinstance(sent, dict):
        return None
    row, number = sent.get("row"), sent.get("map")
    if isinstance(row, str) and row in counts and type(number) is int and 0 <= number < counts[row]:
        return row, number
    return None


def _payload(row: MapRow) -> dict[str, Any]:
    pictures = row.maps if row.maps.ndim == 4 else row.maps[..., None]
    sheet = sprite_sheet(pictures, pixelated=True, most_bytes=SHEET_BYTES)
    return {
        "id": row.id,
        "title": row.title,
        "words": row.words,
        "sheet": asdict(sheet),
        "count": len(row.maps),
        "quiet": list(row.quiet),
        "clickable": row.clickable,
        "chosen": row.chosen,
    }
