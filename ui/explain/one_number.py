"""How one number of a feature map is made: which map and pixel, and what goes into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from core.explaining import LayerMaps, PatchProduct, Subject, patch_product
from core.i18n import _
from ui import session
from ui.asking import answer_in_place
from ui.components import PixelMap, clicked_pixel, pixel_map
from ui.exam.shown import Shown
from ui.explain.choice import KEPT, number_of, subject_of
from ui.explain.layers import maps_of
from ui.explain.product import show_product
from ui.explain.sources import inputs_of
from ui.explain.sums import digits_for, rounded, text
from ui.html import plain
from ui.services import studio

SIZE = 320  # px of a map

_SHEET = Path(__file__).with_name("explain.css").read_text(encoding="utf-8")


@dataclass(frozen=True, eq=False)
class Spot:
    """A pixel of a map, 0-based."""

    layer: LayerMaps
    filter: int
    row: int
    column: int


def how_one_number_is_made(shown: Shown, position: int) -> None:
    """A map of a convolution, of which a pixel is chosen, and how its number comes about."""
    st.html(f"<style>{_SHEET}</style>")
    subject = subject_of(shown, position)
    maps = maps_of(subject)
    if maps is None:
        return
    convolutions = [layer for layer in maps if layer.kind == "conv"]
    if not convolutions:
        st.info(_("This network has no convolution, so no kernel. Choose a run of a network that has one."))
        return
    spot = _spot(shown, convolutions)
    with st.container(key="wide-number"):
        left, right = st.columns([3, 5], gap="medium")
    with left:
        _choose_map(shown, convolutions, spot)
        _map(shown, spot)
    with right, st.container(key="one-number"):
        product = _product(subject, spot)
        if product:
            show_product(subject, product, inputs_of(shown.info.spec.architecture, maps, product))


def spot_of(maps: LayerMaps, wanted_map: str, wanted_pixel: str) -> Spot:
    """The map and the pixel that the address names; else the first map that is not quiet, and its brightest pixel."""
    number = number_of(wanted_map, len(maps.maps))
    if number is None:
        number = int(np.argmin(maps.quiet))
    rows, columns, _channels = maps.shape
    first, _dash, second = wanted_pixel.partition("-")
    row, column = number_of(first, rows), number_of(second, columns)
    if row is not None and column is not None:
        return Spot(maps, number, row, column)
    small = maps.maps[number]
    row, column = (int(place) for place in np.unravel_index(small.argmax(), small.shape))
    height, width = small.shape  # of the map as it is shown, which may be a smaller one
    return Spot(maps, number, int((row + 0.5) * rows / height), int((column + 0.5) * columns / width))


def _spot(shown: Shown, convolutions: Sequence[LayerMaps]) -> Spot:
    layer, number, pixel = (session.view(shown.run.id, name) for name in ("layer", "map", "pixel"))
    found = next((each for each in convolutions if each.layer == layer), None)
    return spot_of(found, number, pixel) if found else spot_of(convolutions[0], "", "")


def _choose_map(shown: Shown, convolutions: Sequence[LayerMaps], spot: Spot) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key="number-choice"):
        names = [layer.layer for layer in convolutions]
        session.show_value("number-layer", spot.layer.layer)
        st.selectbox(
            _("Convolution"),
            names,
            names.index(spot.layer.layer),
            key="number-layer",
            persist_state=KEPT,
            width=190,
            on_change=lambda: _view(shown, layer=str(session.widget_value("number-layer")), map="", pixel=""),
        )
        session.show_value("number-map", spot.filter + 1)
        st.number_input(
            _("Map, 1 to {count}").format(count=len(spot.layer.maps)),
            min_value=1,
            max_value=len(spot.layer.maps),
            value=spot.filter + 1,
            key="number-map",
            persist_state=KEPT,
            width=130,
            on_change=lambda: _view(
                shown, layer=spot.layer.layer, map=str(session.widget_value("number-map") - 1), pixel=""
            ),
        )


def _view(shown: Shown, **views: str) -> None:
    for name, value in views.items():
        session.set_view(shown.run.id, name, value)


def _map(shown: Shown, spot: Spot) -> None:
    rows, columns, _channels = spot.layer.shape

    def choose() -> None:
        pixel = clicked_pixel(session.widget_value("number-pixel"), rows, columns)
        if pixel:
            _view(shown, layer=spot.layer.layer, map=str(spot.filter), pixel=f"{pixel[0]}-{pixel[1]}")

    words = _("Map {map} of {layer}. Row {row}, column {column} is chosen; the arrow keys choose another.").format(
        map=spot.filter + 1, layer=spot.layer.layer, row=spot.row + 1, column=spot.column + 1
    )
    box = (spot.row, spot.column, spot.row + 1, spot.column + 1)
    image = spot.layer.maps[spot.filter]
    pixel_map(PixelMap(image, rows, columns, box, words), key="number-pixel", size=SIZE, on_click=choose)
    st.caption(_scale(spot) + " " + _("Click a pixel; then the arrow keys go on from there."))


def _scale(spot: Spot) -> str:
    """What black and white stand for, and that a large map is drawn smaller."""
    ends = [float(part[spot.filter]) for part in (spot.layer.low, spot.layer.high)]
    digits = digits_for(ends, 3)
    low, high = (plain(text(rounded(end, digits), digits)) for end in ends)
    rows, columns, _channels = spot.layer.shape
    if spot.layer.quiet[spot.filter]:
        return _("This map is silent: {low} everywhere.").format(low=low)
    scale = _("{width} × {height} px, black is {low}, white {high}.")
    scale = scale.format(width=columns, height=rows, low=low, high=high)
    return scale if len(spot.layer.maps[0]) == rows else scale + " " + _("Drawn smaller, as means of areas.")


def _product(subject: Subject, spot: Spot) -> PatchProduct | None:
    place = spot.layer.layer, spot.filter, spot.row, spot.column
    answer: PatchProduct | None = answer_in_place(
        studio().quick,
        ("patch", subject.key, place),
        lambda inference, _tell: patch_product(inference, subject, *place),
        _("Your model is asked for this number …"),
        "patch",
    )
    return answer
