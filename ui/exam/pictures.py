"""Pictures of an exam, a page at a time; a click opens one large."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.evaluation import of_hundred
from core.i18n import _
from ui import session
from ui.components import Tile, gallery
from ui.components.gallery import Mark
from ui.exam.marks import signs, toggle
from ui.exam.shown import Shown
from ui.html import plain
from ui.pager import pager

SHORT_NAME = 5  # characters; longer class names need wider tiles


def pictures(
    shown: Shown,
    positions: NDArray[np.int64],
    key: str,
    a_page: int,
    click: str = "open",
    with_loss: bool = False,
) -> None:
    """Show the pictures at these places of the exam, the first ones first.

    Args:
        key: Of the widgets; the page that is turned to is kept under it.
        a_page: Pictures on a page.
        click: What a click does: "open" one large, or mark it, as `ui.exam.marks.CLICKS` has it.
        with_loss: Whether each tells its loss and not how sure the model was.
    """
    if shown.pictures is None:
        st.info(plain(shown.missing), icon=":material/hide_image:")
        return
    pages = -(-len(positions) // a_page)
    page = min(int(session.recall(key, 0)), pages - 1)
    here = positions[page * a_page : (page + 1) * a_page]
    size = 72 if max(map(len, shown.info.classes)) <= SHORT_NAME else 112
    marked = signs(shown)
    tiles = [_tile(shown, int(position), marked, with_loss) for position in here]

    def mark() -> None:
        number = session.clicked_number(f"tiles-{key}")
        if click != "open" and number is not None:
            toggle(shown, number, click)

    clicked = gallery(tiles, key=f"tiles-{key}", size=size, on_click=mark)
    if click == "open" and clicked in {tile.id for tile in tiles}:  # it comes from a browser
        session.set_view(shown.run.id, "photo", str(clicked))
        st.rerun()  # the page opens it
    pager(key, page, pages)


def _tile(shown: Shown, position: int, marked: Mapping[int, Mark], with_loss: bool) -> Tile:
    exam = shown.exam
    true, said = int(exam.labels[position]), int(exam.said[position])
    number = int(exam.indices[position])
    assert shown.pictures is not None
    caption = shown.name(true)
    if true != said:
        caption = _("{true}, called {said}").format(true=caption, said=shown.name(said))
    sure = f"{of_hundred(float(exam.confidences[position]))}\N{NO-BREAK SPACE}%"
    return Tile(
        id=str(number),
        image=np.asarray(shown.pictures[number]),
        caption=caption,
        note=_("loss {loss}").format(loss=f"{exam.losses[position]:.2f}") if with_loss else sure,
        mark=marked.get(number, "right" if true == said else "wrong"),
    )
