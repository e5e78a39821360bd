"""A table of runs: to tick, to star, to open and to sort, each with the small curve of its validation accuracy."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal, TypedDict, cast

from core.i18n import _
from ui.components.mount import OnClick, as_callback, register
from ui.palette import VALIDATION, WRONG

_mount = register("run_table", '<div class="runs" data-testid="studio-run-table"></div>', shared_styles=("run_cards",))


class RunClick(TypedDict):
    """What was pressed: a box, a star or a name, `on` being the run's id, or a head, `on` being its column."""

    do: Literal["pick", "star", "open", "sort"]
    on: str


@dataclass(frozen=True)
class RunRow:
    """One run. Strangers' texts are safe here.

    Attributes:
        id: What a click returns.
        note: What is shown with the name under the pointer; it also puts a small sign behind the name.
        colour: Of its box while it is ticked, else empty.
        curve: Validation accuracies, 0 to 1, of epochs evenly apart.
        cells: Column → text, of the other columns.
        failed: Whether its state is one to worry about.
        mark: A word behind its name, such as whose it is.
        can_star: Whether it may be given a star.
    """

    id: str
    name: str
    note: str
    starred: bool
    colour: str
    curve: Sequence[float | None]
    cells: Mapping[str, str]
    failed: bool = False
    mark: str = ""
    can_star: bool = True


def run_table(
    rows: Sequence[RunRow],
    heads: Mapping[str, str],
    *,
    sort: str,
    upwards: bool,
    can_pick: bool,
    key: str,
    on_click: OnClick = None,
) -> RunClick | None:
    """Show the runs and return what was just pressed, if anything.

    Args:
        heads: Column → title, in order; "starred", "name" and "best" are those of star, name and curve.
        sort, upwards: The column that the rows are sorted by, and the way.
        can_pick: Whether more runs may be ticked; ticks can always be taken away.
        on_click: See `OnClick`.
    """
    table = {
        "rows": [asdict(row) for row in rows],
        "heads": list(heads.items()),
        "sort": sort,
        "upwards": upwards,
        "can_pick": can_pick,
        "words": {
            "pick": _("Compare {run}"),
            "star": _("Star {run}"),
            "curve": _("Validation accuracy, epoch by epoch; the dot is its best"),
            "full": _("No more can be compared at a time. Untick one first."),
            "sort": _("Sort by"),
            "note": _("has a note"),
        },
    }
    # As one text, since Streamlit would walk through all its parts.
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"))
    data = {"table": text, "curve": VALIDATION, "wrong": WRONG}
    result = _mount(key=key, data=data, on_click_change=as_callback(on_click))
    return cast("RunClick | None", result.get("click"))
