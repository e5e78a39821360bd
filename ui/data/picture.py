"""One picture of a set, large, with what is known about it and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.datasets.dataset import Dataset, clean_class_name
from core.datasets.split import Split
from core.datasets.store import origins_of
from core.i18n import _
from ui import format, session
from ui.components import Tile, gallery
from ui.data.marks import DROP, is_for_looking, mark, marks_of, toggle_mark
from ui.html import facts
from ui.services import studio

SIDE = 300  # px
OPEN = "data.open"


def picture_dialog(dataset: Dataset, split: Split | None, names: Sequence[str]) -> None:
    """A window with the picture that was opened, if one of this set was; it stays when the page runs again."""
    dataset_id, number = session.recall(OPEN, ("", 0))
    if dataset_id != dataset.meta.id:
        return
    title = _("Picture {number}").format(number=format.count(number))
    st.dialog(title, on_dismiss=_close)(_content)(dataset, number, split, names)


def clicked(dataset: Dataset, number: int) -> None:
    """What a click on a picture does, as `click_means` has it: open it, or mark it."""
    if not 0 <= number < len(dataset):  # it comes from a browser
        return
    if is_for_looking():
        session.remember(OPEN, (dataset.meta.id, number))
    else:
        toggle_mark(dataset, number)


def _close() -> None:
    session.remember(OPEN, ("", 0))


def _content(dataset: Dataset, number: int, split: Split | None, names: Sequence[str]) -> None:
    gallery([Tile(str(number), dataset.images[number], alt=names[dataset.labels[number]])], key="data-large", size=SIDE)
    facts(_facts(dataset, number, split, names))
    wanted = marks_of(dataset).get(number)
    with st.container(horizontal=True):
        if wanted is None:
            drop = st.button(_("Mark to be dropped"), icon=":material/delete:")
            if drop:
                mark(dataset, [number], DROP)
        elif st.button(_("Take the mark away"), icon=":material/undo:"):
            mark(dataset, [number], None)
            drop = True
        else:
            drop = False
    if drop:
        _close()
        st.rerun()
    others = [name for name in dataset.meta.classes if name != dataset.meta.classes[dataset.labels[number]]]
    target = st.selectbox(
        _("Move it to"), others, index=None, placeholder=_("Choose a class, or type a new one"), accept_new_options=True
    )
    if target and target.strip():
        mark(dataset, [number], clean_class_name(target))
        _close()
        st.rerun()


def _facts(dataset: Dataset, number: int, split: Split | None, names: Sequence[str]) -> list[tuple[str, str]]:
    origins = origins_of(studio().home, dataset)
    rows = [(_("Class"), names[dataset.labels[number]])]
    if split:
        rows.append((_("Used for"), _part_of(split, number)))
    if origins and origins.names[number]:
        rows.append((_("File"), origins.names[number]))
    if origins and origins.sizes[number].all():
        width, height = origins.sizes[number].tolist()
        rows.append((_("Size it had"), f"{width}×{height} px"))
    return rows


def _part_of(split: Split, number: int) -> str:
    parts = ((_("training"), split.train), (_("validation"), split.validation), (_("the exam"), split.test))
    return next((name for name, indices in parts if np.isin(number, indices)), "")
