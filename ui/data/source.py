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
from core.errors import DataError
from core.i18n import _
from core.knobs import knob_of
from core.lesson import FIELDS
from core.spec import DataSpec
from ui import session
from ui.access import visible_dataset
from ui.choice import choice
from ui.data.add import add_pictures
from ui.data.outcome import say
from ui.data.own import choose_own, own_set
from ui.data.panels import file_waits
from ui.data.split import split_policy, split_slider
from ui.desk import is_preparing
from ui.held import are_hidden, held, is_held
from ui.services import studio
from ui.tasks import running_task
from ui.widgets import knob_widget, spec_widgets

SET = "data.dataset"
ALL = tuple(f"data.{name}" for name in FIELDS["data"])
OWN, READY = "own", "ready"  # OWN stands beside the names in BUILT_IN
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
    is_pressed = pressed and chosen_then == chosen and not is_held(SET)
    return str(pressed) if is_pressed else source_of(chosen)


def choose(source: str) -> None:
    """Show `source`, and choose its data set if it has one on this computer."""
    if source not in (source_of(session.spec().data.dataset), OWN):
        with suppress(DataError):  # not here yet: the page then offers to fetch it
            session.use_dataset(_built_in(source))
    if source != OWN:
        session.remember("data.ready_made", source)
    session.remember("data.source", (source, session.spec().data.dataset))
    say("")
    session.remember("data.page", 0)
    session.remember("data.classes", 0)
    session.remember("data.finding", None)


def take_start_card() -> None:
    """Show the source whose card was pressed on the Start page, once."""
    card = session.recall("built_in")
    if card:
        session.remember("built_in", None)
        if not is_held(SET):
            choose(card)


def take_preparation() -> None:
    """Show what lies on this browser's desk when the page is loaded anew."""
    if is_preparing() and not is_held(SET) and not session.recall("data.source"):
        session.remember("data.source", (OWN, session.spec().data.dataset))


def data_source(dataset: Dataset | None) -> None:
    """The list of sources, what belongs to the shown one, and how its pictures are used.

    Args:
        dataset: The chosen data set, if it is the one shown.
    """
    if not are_hidden(*ALL):
        st.subheader(_("Pictures"))
    source = shown_source()
    if not are_hidden(SET):
        _kinds()
        if source != OWN:
            _ready_made()
        elif not is_held(SET):
            _own(dataset)
    if dataset and not (source == OWN and (running_task() or is_preparing())):
        if source == OWN and not is_held(SET):
            own_set(dataset)
        if source == "shapes":
            _shapes_widgets(SHAPES_FIRST)
        else:
            _size_widget(dataset)
            spec_widgets("data", ["colour_mode"])
        split_slider(dataset)
        _advanced(dataset)


def _built_in(source: str) -> Dataset:
    if source == "shapes":
        return draw_shapes(session.recall("data.shapes", ShapesSpec()))
    return visible_dataset(source)


def _kinds() -> None:
    """Ready-made sets or one's own."""
    own = shown_source() == OWN
    choice(
        _("Pictures"),
        {READY: _("Ready-made"), OWN: _("My pictures")},
        OWN if own else READY,
        lambda kind: choose(OWN if kind == OWN else _last_ready_made()),
        key="data.kind",
        label_visibility="collapsed",
        width="stretch",
        **held(SET),
    )


def _take_ready_made() -> None:
    """Choose the ready-made set pressed; nothing where the list is no longer shown.

    A fragment's rerun that was under way when a person went to their own pictures still brings the list's value, and
    Streamlit, which has forgotten it by then, calls that a change.
    """
    if shown_source() != OWN:
        choose(session.widget_value("data.sources"))


def _last_ready_made() -> str:
    return str(session.recall("data.ready_made", "digits"))


def _ready_made() -> None:
    names = list(BUILT_IN)
    session.show_value("data.sources", shown_source())
    st.radio(
        _("Ready-made sets"),
        names,
        names.index(shown_source()),
        format_func=lambda name: _(BUILT_IN[name].title),
        captions=[_to_fetch(name) for name in names],
        key="data.sources",
        label_visibility="collapsed",
        on_change=_take_ready_made,
        **held(SET),
    )


def _to_fetch(name: str) -> str:
    """What is still to be done before a set can be used, for the line below it."""
    home = studio().home
    if not BUILT_IN[name].files or (home.datasets / name).is_dir():
        return ""
    if file_waits(home, name):
        return _("to be read in")
    return _("{size} MB to fetch").format(size=BUILT_IN[name].size_mb)


def _own(dataset: Dataset | None) -> None:
    """The own sets, and ways to add more: open where none is shown, else folded away.

    One thing at a time: another file would take the place of what is being prepared.
    """
    if running_task() or is_preparing():
        st.caption(_("More can be added when this is done."))
        return
    choose_own()
    with st.container() if dataset is None else st.expander(_("Add another set"), icon=":material/add:"):
        add_pictures()


def _shapes_widgets(names: tuple[str, ...]) -> None:
    spec = shapes_spec_of(session.spec().data.dataset)
    for name in names:
        knob_widget(spec, name, f"shapes.{name}", partial(_draw_anew, spec), control=SET)


def _draw_anew(spec: ShapesSpec, name: str, value: Any) -> None:
    """Take another drawing; the network sees it at its own size, in the colours that were chosen."""
    changed = ShapesSpec.model_validate({**dict(spec), name: value})
    session.change("data", dataset=shapes_id(changed), image_size=changed.size)
    session.remember("data.shapes", changed)
    session.remember("data.part", SEEN_IN.get(name, "train"))


def _size_widget(dataset: Dataset) -> None:
    """The picture size as a slider over usual sizes; those whose copy on disk would be too large are left out."""
    if are_hidden("data.image_size"):
        return
    data, stored = session.spec().data, dataset.meta.size
    pixels = len(dataset) * CHANNELS[data.colour_mode]
    fitting = {side for side in SIZES if pixels * side**2 <= LIMITS.model_input_bytes}
    knob = knob_of(DataSpec, "image_size")
    help = _("{help} This set keeps {side}×{side} pixels.")
    session.show_value("data.image_size", data.image_size)
    st.select_slider(
        _(knob.title),
        sorted(fitting | {stored, data.image_size}),
        data.image_size,
        format_func=lambda side: f"{side} px",
        key="data.image_size",
        on_change=lambda: session.change("data", image_size=session.widget_value("data.image_size")),
        **held("data.image_size", help=help.format(help=_(knob.help), side=stored)),
    )


def _advanced(dataset: Dataset) -> None:
    is_shapes, dealing = is_shapes_id(dataset.meta.id), ("data.split_policy", "data.split_seed")
    if are_hidden(*dealing, *((SET, "data.colour_mode") if is_shapes else ())):
        return
    with st.expander(_("Advanced")):
        if is_shapes:
            _shapes_widgets(SHAPES_FOLDED)
            spec_widgets("data", ["colour_mode"])
        split_policy(dataset.meta)
