"""The left side of the Data page: where the pictures come from, and the settings that belong to them."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Any

import streamlit as st

from core.datasets.catalog import BUILT_IN
from core.datasets.dataset import CHANNELS, Dataset
from core.datasets.limits import LIMITS
from core.datasets.shapes import ShapesSpec, draw_shapes, is_shapes_id, shapes_id, shapes_spec_of
from core.datasets.store import list_datasets, open_dataset
from core.errors import DataError, StudioError
from core.i18n import _
from core.knobs import knob_of
from core.spec import DataSpec
from ui import session
from ui.data_panels import file_waits
from ui.data_upload import upload_own
from ui.services import studio
from ui.widgets import knob_widget, spec_widgets

OWN = "own"  # beside the names in BUILT_IN
SIZES = (4, 8, 12, 16, 20, 24, 28, 32, 40, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512)  # px
SHAPES_FIRST = ("size", "rotation", "background", "noise", "train_per_class")
SHAPES_FOLDED = ("test_per_class", "seed")
SEEN_IN = {"rotation": "test", "test_per_class": "test"}  # the part of the set in which a change shows, else training


def source_of(dataset_id: str) -> str:
    """The entry of the list of sources that a data set belongs to."""
    if is_shapes_id(dataset_id):
        return "shapes"
    return dataset_id if dataset_id in BUILT_IN else OWN


def shown_source() -> str:
    """The source that the page shows: the one pressed last, until a set is chosen in another way.

    It is not that of the chosen set while a set is still to be fetched or uploaded.
    """
    pressed, chosen_then = session.recall("data.source", ("", ""))
    chosen = session.spec().data.dataset
    return str(pressed) if pressed and chosen_then == chosen else source_of(chosen)


def choose(source: str) -> None:
    """Show `source`, and choose its data set if it has one on this computer."""
    if source not in (source_of(session.spec().data.dataset), OWN):
        with suppress(DataError):  # not here yet: the page then offers to fetch it
            session.use_dataset(_built_in(source))
    session.remember("data.source", (source, session.spec().data.dataset))
    session.remember("data.page", 0)
    session.remember("data.classes", 0)


def take_start_card() -> None:
    """Show the source whose card was pressed on the Start page, once."""
    card = session.recall("built_in")
    if card:
        session.remember("built_in", None)
        choose(card)


def data_source(dataset: Dataset | None) -> None:
    """The list of sources, what belongs to the shown one, and how its pictures are used.

    Args:
        dataset: The chosen data set, if it is the one shown.
    """
    st.subheader(_("Pictures"))
    _sources()
    source = shown_source()
    if source == OWN:
        _own_sets()
        upload_own(primary=dataset is None)
    if dataset:
        if source == "shapes":
            _shapes_widgets(SHAPES_FIRST)
        else:
            _size_widget(dataset)
            spec_widgets("data", ["colour_mode"])
        _split_widgets(dataset)


def _built_in(source: str) -> Dataset:
    if source == "shapes":
        return draw_shapes(session.recall("data.shapes", ShapesSpec()))
    return open_dataset(studio().home, source)


def _sources() -> None:
    names = [*BUILT_IN, OWN]
    session.show_value("data.sources", shown_source())
    st.radio(
        _("Pictures"),
        names,
        format_func=lambda name: _(BUILT_IN[name].title) if name in BUILT_IN else _("My own pictures"),
        captions=[_to_fetch(name) for name in names],
        key="data.sources",
        label_visibility="collapsed",
        on_change=lambda: choose(session.widget_value("data.sources")),
    )


def _to_fetch(name: str) -> str:
    """What is still to be done before a source can be used, for the line below it."""
    home = studio().home
    if name == OWN or not BUILT_IN[name].files or (home.datasets / name).is_dir():
        return ""
    if file_waits(home, name):
        return _("to be read in")
    return _("{size} MB to fetch").format(size=BUILT_IN[name].size_mb)


def _own_sets() -> None:
    """The sets that were imported earlier."""
    titles = {meta.id: meta.title for meta in list_datasets(studio().home) if meta.id not in BUILT_IN}
    if not titles:
        return
    chosen = session.spec().data.dataset
    session.show_value("data.own", chosen if chosen in titles else None)
    st.selectbox(
        _("Your sets"),
        list(titles),
        format_func=lambda dataset_id: titles.get(dataset_id, dataset_id),
        key="data.own",
        placeholder=_("Choose a set"),
        on_change=_use_own,
    )


def _use_own() -> None:
    with suppress(StudioError):  # a set that was removed meanwhile is gone from the list at this rerun
        session.use_dataset(open_dataset(studio().home, session.widget_value("data.own")))
        choose(OWN)


def _shapes_widgets(names: tuple[str, ...]) -> None:
    spec = shapes_spec_of(session.spec().data.dataset)
    for name in names:
        knob_widget(spec, name, f"shapes.{name}", partial(_draw_anew, spec))


def _draw_anew(spec: ShapesSpec, name: str, value: Any) -> None:
    """Take another drawing; the network sees it at its own size, in the colours that were chosen."""
    changed = ShapesSpec.model_validate({**dict(spec), name: value})
    session.change("data", dataset=shapes_id(changed), image_size=changed.size)
    session.remember("data.shapes", changed)
    session.remember("data.part", SEEN_IN.get(name, "train"))


def _size_widget(dataset: Dataset) -> None:
    """The picture size as a slider over usual sizes; those whose copy on disk would be too large are left out."""
    data, stored = session.spec().data, dataset.meta.size
    pixels = len(dataset) * CHANNELS[data.colour_mode]
    fitting = {side for side in SIZES if pixels * side**2 <= LIMITS.model_input_bytes}
    knob = knob_of(DataSpec, "image_size")
    session.show_value("data.image_size", data.image_size)
    st.select_slider(
        _(knob.title),
        sorted(fitting | {stored, data.image_size}),
        format_func=lambda side: f"{side} px",
        key="data.image_size",
        help=_("{help} This set keeps {side}×{side} pixels.").format(help=_(knob.help), side=stored),
        on_change=lambda: session.change("data", image_size=session.widget_value("data.image_size")),
    )


def _split_widgets(dataset: Dataset) -> None:
    if dataset.meta.given_test:
        st.caption(_("This set brings its own test pictures."))
    else:
        spec_widgets("data", ["test_fraction"])
    with st.expander(_("Advanced")):
        if is_shapes_id(dataset.meta.id):
            _shapes_widgets(SHAPES_FOLDED)
            spec_widgets("data", ["colour_mode"])
        spec_widgets("data", ["validation_fraction", "split_seed"])
