"""What each layer sees: all its maps of one picture, and the filters that look at the picture itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.explaining import Filters, LayerMaps, Subject, feature_maps, first_filters
from core.i18n import N_, _
from ui import format, session
from ui.asking import answer_in_place
from ui.components import MapRow, clicked_map, map_gallery
from ui.exam.shown import Shown
from ui.explain.choice import KEPT, lead_here, number_of, subject_of
from ui.services import studio

FILTERS = "filters"  # id of their row
MANY = 40  # layers beyond which those that compute nothing of their own are left out at first

KINDS = {
    "conv": N_("convolution"),
    "pool": N_("pooling"),
    "activation": N_("activation"),
    "normalisation": N_("batch normalisation"),
    "dropout": N_("dropout, which is off outside training"),
    "padding": N_("border of zeros"),
    "sum": N_("sum with the shortcut"),
    "product": N_("product of two paths"),
    "join": N_("paths laid behind each other"),
}


def what_each_layer_sees(shown: Shown, position: int) -> None:
    """The gallery; a click on a map of a convolution leads to how its numbers are made."""
    subject = subject_of(shown, position)
    maps = maps_of(subject)
    if maps is None:
        return
    filters = _filters_of(subject) if any(layer.kind == "conv" for layer in maps) else None
    st.caption(
        _(
            "From the picture down to the last map. Each map is stretched by itself: black is its least number, white "
            "its greatest. Click a map of a convolution to see how its numbers are made."
        )
    )
    counts = {layer.layer: len(layer.maps) for layer in maps if layer.kind == "conv"}
    if filters:
        counts[FILTERS] = min(filters.kernels.shape[-1], counts.get(filters.layer, 0))
    rows = [_row(shown, layer) for layer in _chosen(maps)]
    map_gallery(
        [_filter_row(filters, counts[FILTERS]), *rows] if filters else rows,
        key="layer-maps",
        on_click=lambda: _choose(shown, counts, filters),
    )


def maps_of(subject: Subject) -> tuple[LayerMaps, ...] | None:
    """The maps of all layers; None until they are there."""
    answer: tuple[LayerMaps, ...] | None = answer_in_place(
        studio().quick,
        ("feature_maps", subject.key),
        lambda inference, _tell: feature_maps(inference, subject),
        _("Your model looks at the picture, layer by layer …"),
        "maps",
    )
    return answer


def filter_pictures(kernels: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(n, s, s, 1 or 3) from (kh, kw, C, n): each filter stretched so that its least number is 0, its greatest 255.

    Filters of other channels than 1 or 3 are shown as the mean over them; one that is the same everywhere is grey.
    """
    tiles = np.moveaxis(kernels, -1, 0)
    if tiles.shape[-1] not in (1, 3):
        tiles = tiles.mean(axis=-1, keepdims=True)
    low, high = (part(tiles, axis=(1, 2, 3), keepdims=True) for part in (np.min, np.max))
    spread = np.where(high > low, high - low, 1)
    return np.asarray((255 * np.where(high > low, (tiles - low) / spread, 0.5)).round(), np.uint8)


def _filters_of(subject: Subject) -> Filters | None:
    run_id, stamp, _picture, epoch = subject.key
    answer: Filters | None = answer_in_place(
        studio().quick,
        ("first_filters", run_id, stamp, epoch),
        lambda inference, _tell: first_filters(inference, subject.run, epoch),
        _("The first filters are read …"),
        "filters",
    )
    return answer


def _chosen(maps: Sequence[LayerMaps]) -> list[LayerMaps]:
    """All layers; of a network with very many those that compute, unless the reader wants all."""
    if len(maps) <= MANY:
        return list(maps)
    shown = bool(session.recall("explain.all", False))
    session.show_value("all-layers", shown)
    everything = st.toggle(
        _("All {count} layers").format(count=len(maps)),
        value=shown,
        key="all-layers",
        persist_state=KEPT,
        on_change=lambda: session.remember("explain.all", session.widget_value("all-layers")),
        help=_("Without it: convolutions, poolings and sums."),
    )
    return [layer for layer in maps if everything or layer.kind in ("conv", "pool", "sum")]


def _row(shown: Shown, layer: LayerMaps) -> MapRow:
    is_conv = layer.kind == "conv"
    chosen = number_of(session.view(shown.run.id, "map"), len(layer.maps))
    return MapRow(
        id=layer.layer,
        title=layer.layer,
        words=_words(layer),
        maps=layer.maps,
        quiet=tuple(np.flatnonzero(layer.quiet).tolist()),
        clickable=is_conv,
        chosen=chosen if is_conv and session.view(shown.run.id, "layer") == layer.layer else None,
    )


def _words(layer: LayerMaps) -> str:
    height, width, channels = layer.shape
    kind = _(KINDS[layer.kind]) if layer.kind in KINDS else layer.kind
    text = _("{kind} · {width} × {height} px · {count} maps")
    words = text.format(kind=kind, width=width, height=height, count=format.count(channels))
    shown, quiet = len(layer.maps), int(layer.quiet.sum())
    if shown < channels:
        words += " · " + _("the first {count} are shown").format(count=shown)
    if quiet:
        words += " · " + _("{count} silent").format(count=quiet)
    return words


def _filter_row(filters: Filters, count: int) -> MapRow:
    height, width, channels, _all = filters.kernels.shape
    colours = _("in colour") if channels == 3 else _("in grey")
    words = _("what {layer} looks for in the picture: {width} × {height} px, {colours}")
    return MapRow(
        id=FILTERS,
        title=_("First filters"),
        words=words.format(layer=filters.layer, width=width, height=height, colours=colours),
        maps=filter_pictures(filters.kernels[..., :count]),
        clickable=True,
    )


def _choose(shown: Shown, counts: dict[str, int], filters: Filters | None) -> None:
    clicked = clicked_map(session.widget_value("layer-maps"), counts)
    if clicked is None:
        return
    row, number = clicked
    views = {"layer": filters.layer if filters and row == FILTERS else row, "map": str(number), "pixel": ""}
    for name, value in {**views, "look": "number"}.items():
        session.set_view(shown.run.id, name, value)
    lead_here()
