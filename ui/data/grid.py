"""The pictures, a page at a time, as the network sees them: one row a class, or those that a check has found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Literal

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.datasets.dataset import Dataset
from core.datasets.inspecting.inspect import sample_indices
from core.datasets.split import Indices, Split
from core.i18n import N_, _
from core.spec import DataSpec
from ui import format, session
from ui.choice import choice
from ui.components import Tile, gallery, gallery_rows
from ui.data.class_names import page_of_classes
from ui.data.marks import DROP, click_means, marks_of
from ui.data.picture import clicked
from ui.datasets import small_pictures

PARTS = {"train": N_("Training"), "validation": N_("Validation"), "test": N_("Test")}
GRID, FOUND = "data-grid", "data-found"
FEW = 4  # classes up to which pictures are shown larger
PER_CLASS = {True: 12, False: 8}  # pictures of a class on a page: where there are few classes, and where there are more
IN_A_ROW = {True: 6, False: 8}  # of these side by side, likewise
PER_PAGE = 48  # pictures that a check has found, on a page
SIDE = {True: 76, False: 44}  # px of a picture, likewise


def data_grid(
    dataset: Dataset, data: DataSpec, split: Split | None, names: Sequence[str], found: Indices | None = None
) -> None:
    """Show pictures with their pager; a click does what `click_means` says.

    Args:
        split: Without one, all pictures are shown together.
        names: Of the classes, for the reader.
        found: Only these, in this order, whatever their class and part.
    """
    if found is None:
        _by_class(dataset, data, split, names)
    else:
        _found(dataset, data, names, found)


def _clicked(dataset: Dataset, gallery: str) -> None:
    number = session.clicked_number(gallery)
    if number is not None:
        clicked(dataset, number)


def _by_class(dataset: Dataset, data: DataSpec, split: Split | None, names: Sequence[str]) -> None:
    """One row a class."""
    few = len(names) <= FEW
    with _pager():
        mine = _part(split, len(dataset))
        classes = list(page_of_classes("data.classes", len(names)))
        labels = dataset.labels[mine]
        page = _page(int(np.bincount(labels, minlength=len(names))[classes].max()), PER_CLASS[few])
    click_means(dataset)
    rows = [mine[sample_indices(labels, label, page, PER_CLASS[few])] for label in classes]
    tiles = iter(_tiles(dataset, data, np.concatenate(rows), names, SIDE[few], captions=False))
    gallery_rows(
        [(names[label], [next(tiles) for _number in row]) for label, row in zip(classes, rows, strict=True)],
        key=GRID,
        size=SIDE[few],
        columns=IN_A_ROW[few],
        on_click=partial(_clicked, dataset, GRID),
    )


def _found(dataset: Dataset, data: DataSpec, names: Sequence[str], found: Indices) -> None:
    """What a check has found."""
    with _pager():
        page = _page(len(found), PER_PAGE)
    click_means(dataset)
    shown = found[page * PER_PAGE : (page + 1) * PER_PAGE]
    tiles = _tiles(dataset, data, shown, names, SIDE[True], captions=True)
    gallery(tiles, key=FOUND, size=SIDE[True], on_click=partial(_clicked, dataset, FOUND))


def _tiles(
    dataset: Dataset, data: DataSpec, shown: Indices, names: Sequence[str], side: int, *, captions: bool
) -> list[Tile]:
    marks = marks_of(dataset)
    numbers = tuple(shown.tolist())
    pictures = small_pictures(dataset, data, numbers, side)
    return [
        _tile(number, picture, names[dataset.labels[number]], marks, captions)
        for number, picture in zip(numbers, pictures, strict=True)
    ]


def _tile(number: int, picture: NDArray[np.uint8], name: str, marks: Mapping[int, str], captions: bool) -> Tile:
    wanted = marks.get(number)
    mark: Literal["", "drop", "move"] = "" if wanted is None else "drop" if wanted == DROP else "move"
    return Tile(
        str(number),
        picture,
        caption=name if captions else "",
        note=f"→ {wanted}" if mark == "move" else "",
        mark=mark,
        alt=_("{name}, picture {number}").format(name=name, number=number),  # its place in the set
    )


def _pager() -> st.delta_generator.DeltaGenerator:
    return st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="data-pager"
    )


def _part(split: Split | None, count: int) -> Indices:
    """The pictures of the part that was picked, by a control for picking another."""
    if split is None:
        return np.arange(count)
    part = session.recall("data.part", "train")
    choice(
        _("Look at these pictures"),
        {name: _(words) for name, words in PARTS.items()},
        part,
        _pick_part,
        key="data.parts",
        label_visibility="collapsed",
    )
    indices: Indices = getattr(split, part)
    return indices


def _pick_part(part: str) -> None:
    session.remember("data.part", part)
    session.remember("data.page", 0)


def _page(most: int, per_page: int) -> int:
    """The page of pictures, by buttons for the one before and after; `most` is how many there are at most."""
    pages = max(1, -(-most // per_page))
    if pages == 1:
        return 0
    page: int = min(session.recall("data.page", 0), pages - 1)
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", width="content", key="data-turn"):
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
