"""The rows and columns of the table of a pile: plain lists, a row a photo."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.i18n import _
from core.novelty import Strangeness, is_sure
from core.pile_export import best_two
from core.piles import PileAnswer, labels_of


def pile_rows(
    answer: PileAnswer, classes: Sequence[str], places: Sequence[int], strange: Strangeness | None = None
) -> dict[str, list[object]]:
    """The table's columns; photos without an answer come with their reason. Columns without a cell are left out.

    Args:
        places: Which photos of the pile, in which order.
        strange: Of all photos of the pile, where it is known.
    """
    labels = labels_of(answer.names, classes)
    unlike = strange.is_unlike if strange else np.zeros(len(answer.names), np.bool_)
    rows = [_row(answer, classes, place, int(labels[place]), bool(unlike[place])) for place in places]
    columns = {name: [row.get(name) for row in rows] for name in columns_of_pile()}
    return {name: _cells(cells) for name, cells in columns.items() if any(cell is not None for cell in cells)}


def columns_of_pile() -> dict[str, Any]:
    """What each column is called and how it is drawn."""
    return {
        "picture": st.column_config.ImageColumn(_("Photo"), width=70),
        "right": st.column_config.TextColumn("✓ ✗", width=45, help=_("Whether the answer is what the folder says.")),
        "answer": st.column_config.TextColumn(_("Answer"), width=110),
        "share": st.column_config.ProgressColumn(
            _("Confidence"), format="%.1f %%", min_value=0, max_value=100, width=120
        ),
        "unlike": st.column_config.TextColumn(
            _("None of these?"),
            width=130,
            help=_(
                "Photos that do not look like anything in training, and photos that the model is not sure about: "
                "perhaps none of the classes is right."
            ),
        ),
        "name": st.column_config.TextColumn(_("Name"), width=160),
        "is": st.column_config.TextColumn(_("Folder"), width=90, help=_("The class that its folder is called as.")),
        "second": st.column_config.TextColumn(_("Second best"), width=90),
        "second_share": st.column_config.NumberColumn(_("its share"), format="%.1f %%", width=75),
        "reason": st.column_config.TextColumn(_("No answer"), width=260, help=_("Why a photo has no answer.")),
    }


def places_of(answer: PileAnswer, classes: Sequence[str], cell: tuple[int, int] | None) -> NDArray[np.int64]:
    """Places of all photos, or of those whose folder and answer are the two class numbers of a cell."""
    if cell is None:
        return np.arange(len(answer.names))
    said = np.full(len(answer.names), -1)
    said[answer.readable] = answer.probabilities[answer.readable].argmax(axis=1)
    return np.flatnonzero((labels_of(answer.names, classes) == cell[0]) & (said == cell[1]))


def _row(answer: PileAnswer, classes: Sequence[str], place: int, label: int, is_unlike: bool) -> dict[str, object]:
    row: dict[str, object] = {"name": answer.names[place]}
    if label >= 0:
        row["is"] = classes[label]
    if answer.errors[place]:
        return row | {"reason": answer.errors[place]}
    (best, share), *others = best_two(answer, place)
    if label >= 0:
        row["right"] = "✓" if best == label else "✗"
    doubts = [_("unlike training")] * is_unlike + [_("not sure")] * (not is_sure(answer.probabilities[[place]])[0])
    if doubts:
        row["unlike"] = "? " + ", ".join(doubts)
    code = base64.b64encode(answer.thumbnail(place)).decode()
    row |= {"picture": f"data:image/jpeg;base64,{code}", "answer": classes[best], "share": 100 * share}
    return row | {"second": classes[others[0][0]], "second_share": 100 * others[0][1]} if others else row


def _cells(cells: list[object]) -> list[object]:
    """Empty cells of texts as empty texts, which a table does not draw as "None"."""
    is_text = any(isinstance(cell, str) for cell in cells)
    return ["" if cell is None else cell for cell in cells] if is_text else cells
