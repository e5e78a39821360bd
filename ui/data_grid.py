"""Sample pictures, one row a class, a page at a time, as the network sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.datasets.dataset import Dataset
from core.datasets.inspect import sample_indices
from core.datasets.pixels import path_of, resize
from core.datasets.split import Indices, Split
from core.i18n import N_, _
from core.spec import DataSpec
from ui import format, session
from ui.components import Tile, gallery_rows

PARTS = {"train": N_("Training"), "validation": N_("Validation"), "test": N_("Test")}
ROWS = 10  # classes on a page
FEW = 4  # classes up to which pictures are shown larger
PER_ROW = {True: 12, False: 8}  # pictures of a class on a page: where there are few classes, and where there are more
TURNER = 240  # px of the buttons for turning pages, which stay together
SIDE = {True: 76, False: 44}  # px of a picture, likewise


def data_grid(dataset: Dataset, data: DataSpec, split: Split | None, names: Sequence[str]) -> None:
    """Show rows of pictures with their pager.

    Args:
        split: Without one, all pictures are shown together.
        names: Of the classes, for the reader.
    """
    few = len(names) <= FEW
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="data-pager"
    ):
        mine = _part(split, len(dataset))
        classes = _classes(len(names))
        labels = dataset.labels[mine]
        page = _page(int(np.bincount(labels, minlength=len(names))[classes].max()), PER_ROW[few])
    rows = [mine[sample_indices(labels, label, page, PER_ROW[few])] for label in classes]
    shown = tuple(np.concatenate(rows).tolist())
    pictures = iter(_pictures(dataset.meta.content_hash, shown, data.image_size, data.colour_mode, SIDE[few], dataset))
    gallery_rows(
        [
            (names[label], [Tile(str(i), next(pictures), alt=_alt(names[label], i)) for i in row])
            for label, row in zip(classes, rows, strict=True)
        ],
        key="data-grid",
        size=SIDE[few],
    )


def _alt(name: str, number: int) -> str:
    """What a picture is called where it cannot be seen; `number` is its place in the set."""
    return _("{name}, picture {number}").format(name=name, number=number)


@st.cache_data(max_entries=32, show_spinner=False)
def _pictures(
    content_hash: str, indices: tuple[int, ...], image_size: int, colour_mode: str, side: int, _dataset: Dataset
) -> NDArray[np.uint8]:
    """The pictures at `indices` on the network's pixel path, large ones then shrunk to what the screen shows.

    Only these are converted: a copy of a whole large set takes seconds, and training makes it when it is needed.
    """
    path = path_of(_dataset.meta, image_size, "grey" if colour_mode == "grey" else "rgb")
    seen = path.stored(_dataset.images[list(indices)])
    return seen if image_size <= 2 * side else np.stack([resize(image, 2 * side) for image in seen])


def _part(split: Split | None, count: int) -> Indices:
    """The pictures of the part that was picked, by a control for picking another."""
    if split is None:
        return np.arange(count)
    part = session.recall("data.part", "train")
    session.show_value("data.parts", part)
    st.segmented_control(
        _("Look at these pictures"),
        list(PARTS),
        format_func=lambda name: _(PARTS[name]),
        key="data.parts",
        required=True,
        label_visibility="collapsed",
        on_change=_pick_part,
    )
    indices: Indices = getattr(split, part)
    return indices


def _pick_part() -> None:
    session.remember("data.part", session.widget_value("data.parts"))
    session.remember("data.page", 0)


def _classes(count: int) -> list[int]:
    """The classes on this page, by a control for another page where there are many."""
    if count <= ROWS:
        return list(range(count))
    pages = -(-count // ROWS)
    page = min(session.recall("data.classes", 0), pages - 1)
    session.show_value("data.class_page", page)
    st.selectbox(
        _("Classes"),
        range(pages),
        format_func=lambda page: _classes_on(page, count),
        key="data.class_page",
        label_visibility="collapsed",
        on_change=lambda: session.remember("data.classes", session.widget_value("data.class_page")),
        width=210,
    )
    return list(range(page * ROWS, min((page + 1) * ROWS, count)))


def _classes_on(page: int, count: int) -> str:
    return _("classes {first}–{last} of {count}").format(
        first=page * ROWS + 1, last=min((page + 1) * ROWS, count), count=format.count(count)
    )


def _page(most: int, per_row: int) -> int:
    """The page of pictures, by buttons for the one before and after; `most` is the count of the largest class."""
    pages = max(1, -(-most // per_row))
    page: int = min(session.recall("data.page", 0), pages - 1)
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", width=TURNER, key="data-turn"):
        _turn(_("Previous"), ":material/chevron_left:", "left", page - 1, page > 0)
        st.markdown(f"{page + 1} / {format.count(pages)}", width="content")
        _turn(_("Next"), ":material/chevron_right:", "right", page + 1, page < pages - 1)
    return page


def _turn(label: str, icon: str, side: Literal["left", "right"], page: int, enabled: bool) -> None:
    st.button(
        label,
        icon=icon,
        icon_position=side,
        type="tertiary",
        disabled=not enabled,
        on_click=session.remember,
        args=("data.page", page),
    )
