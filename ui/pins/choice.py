"""Photos to watch: which pictures a run will be asked about after each epoch, chosen beside Start."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.datasets.dataset import Dataset
from core.datasets.inspecting.inspect import sample_indices
from core.datasets.split import Indices
from core.i18n import _, ngettext
from core.pins import MOST
from core.spec import DataSpec
from ui import session
from ui.components import Tile, gallery
from ui.datasets import chosen_split, class_labels, dealing, small_pictures
from ui.pager import pager

ROW, PAGE = "pins-row", "pins-page"
SIDE = 44  # px of a tile
A_PAGE = 12  # pictures of a class on a page

Pins = tuple[int, ...]


def usual_pins(dataset: Dataset, data: DataSpec) -> Pins:
    """Numbers of the first validation picture of each of the first six classes. Raises DataError as `chosen_split`."""
    validation = chosen_split(dataset, data).validation
    _classes, first = np.unique(dataset.labels[validation], return_index=True)
    return tuple(validation[first[:MOST]].tolist())


def my_pins(dataset: Dataset, data: DataSpec) -> Pins:
    """Those that this browser has chosen for this set and this split, else the usual ones. Raises as `usual_pins`."""
    kept: Pins | None = session.recall(_key(dataset, data))
    return usual_pins(dataset, data) if kept is None else kept


def watch_form(dataset: Dataset, data: DataSpec) -> None:
    """The photos that the next run will watch, and below, folded, others to choose. Raises as `usual_pins`."""
    pinned, names = my_pins(dataset, data), class_labels(dataset.meta)
    with st.container(gap="small", key="pins-form"):
        st.markdown(
            _("Photos to watch"),
            help=_(
                "After each epoch the network is asked about them, so that you see how its answers and what it looks "
                "at change. They are validation pictures: it does not learn from them."
            ),
        )
        if pinned:
            tiles = _tiles(dataset, data, names, pinned)
            gallery(tiles, key=ROW, size=SIDE, columns=MOST, on_click=lambda: _clicked(dataset, data, ROW))
        else:
            st.caption(_("None. The curves alone will tell."))
        with st.expander(_("Change"), icon=":material/push_pin:", key="pins-change"):
            _chooser(dataset, data, names, pinned)


def _chooser(dataset: Dataset, data: DataSpec, names: Sequence[str], pinned: Pins) -> None:
    """The validation pictures of a class, a page at a time; a click pins one or lets it go."""
    validation = chosen_split(dataset, data).validation
    labels = dataset.labels[validation]
    number = st.selectbox(
        _("Class"), np.unique(labels).tolist(), format_func=lambda number: names[number], key="pins-class"
    )
    pages = -(-int((labels == number).sum()) // A_PAGE)
    page = min(int(session.recall(_page_key(number), 0)), pages - 1)
    here = validation[sample_indices(labels, number, page, A_PAGE)].tolist()
    tiles = _tiles(dataset, data, names, here, pinned)
    gallery(tiles, key=PAGE, size=SIDE, columns=MOST, on_click=lambda: _clicked(dataset, data, PAGE))
    pager(_page_key(number), page, pages)
    st.caption(_told(len(pinned)))
    with st.container(horizontal=True):
        for name, label, choice in (("none", _("None"), ()), ("usual", _("The usual ones"), None)):
            st.button(label, on_click=session.remember, args=(_key(dataset, data), choice), key=f"pins-to-{name}")


def _told(count: int) -> str:
    if count == MOST:
        return _("{count} chosen, as many as can be. Click one of them to make room.").format(count=count)
    text = ngettext("{count} chosen. Click a picture to pin it.", "{count} chosen. Click to pin or let go.", count)
    return text.format(count=count)


def _tiles(
    dataset: Dataset, data: DataSpec, names: Sequence[str], numbers: Sequence[int], chosen: Pins = ()
) -> list[Tile]:
    pictures = small_pictures(dataset, data, numbers, SIDE)
    return [
        Tile(
            str(number),
            picture,
            mark="chosen" if number in chosen else "",
            alt=_("{name}, picture {number}").format(name=names[dataset.labels[number]], number=number),
        )
        for number, picture in zip(numbers, pictures, strict=True)
    ]


def toggled(pinned: Pins, number: int | None, among: Indices) -> Pins:
    """`pinned` without `number`, or with it where there is room; what is not `among` the pictures changes nothing."""
    if number in pinned:
        return tuple(pin for pin in pinned if pin != number)
    if number is None or number not in among.tolist() or len(pinned) >= MOST:
        return pinned
    return (*pinned, number)


def _clicked(dataset: Dataset, data: DataSpec, gallery: str) -> None:
    among = chosen_split(dataset, data).validation  # what was clicked comes from a browser
    new = toggled(my_pins(dataset, data), session.clicked_number(gallery), among)
    session.remember(_key(dataset, data), new)


def _key(dataset: Dataset, data: DataSpec) -> str:
    """The choice is of a set as it is dealt out: with another one the usual photos come again."""
    return f"pins.{dataset.meta.content_hash}.{dealing(data)}"


def _page_key(number: int) -> str:
    return f"pins.page.{number}"
