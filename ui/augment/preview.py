"""What the settings do to one picture: copies, one knob from least to most, the four fill modes."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.augmentation.draws import UNITS, Draws, draw, units_of
from core.augmentation.levels import draws_at, levels_of
from core.augmentation.spec import FILL_MODES, PRESETS, AugmentSpec
from core.augmentation.warp import apply, augment
from core.datasets.decode import Pixels
from core.i18n import N_, _
from core.knobs import knob_of
from ui import session
from ui.augment.level_words import level
from ui.components import Tile, gallery
from ui.held import KEEPS, are_hidden, is_held
from ui.html import plain

COPIES = 12
LARGE, COPY, SMALL = 280, 128, 96  # px
STRENGTHS = {"least": N_("least"), "typical": N_("typical"), "most": N_("most")}
EXAMPLE = PRESETS["strong"].spec.model_copy(update={"vertical_flip": True})  # of what a knob that is off would do
TURNED = {"rotation": 30.0, "width_shift": 0.2}  # for the fill modes: something has to come into view
FILLS = "augment-fills"


def copies(picture: Pixels, number: int, seed: int, spec: AugmentSpec, name: str) -> None:
    """The picture as it is, large, and as the next twelve passes over the pictures will show it.

    Args:
        picture: (S, S, C) uint8 as the network would see it.
        number: Of the picture in its set.
        seed: Of training.
        name: Of its class.
    """
    first = session.recall("augment.view", 0)
    with st.container(key="augment-row"):
        left, right = st.columns([2, 5], gap="small")
    with left:
        original = Tile("original", picture, _("The original"), note=name, alt=name)
        gallery([original], key="augment-original", size=LARGE, columns=1)
    with right:
        units = units_of(seed, range(first, first + COPIES), number)
        varied = augment(np.repeat(picture[None], COPIES, axis=0), spec, units)
        tiles = [
            Tile(str(view), copy, alt=_("{name}, copy {number}").format(name=name, number=view + 1))
            for view, copy in enumerate(varied)
        ]
        gallery(tiles, key="augment-copies", size=COPY, columns=4)
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        st.caption(_drawn(spec), width="stretch")
        off = spec.is_off
        st.button(_("New draw"), icon=":material/casino:", on_click=_redraw, disabled=off, key="augment-redraw")


def _drawn(spec: AugmentSpec) -> str:
    """What the copies are."""
    if spec.is_off:
        return _("Nothing is varied yet. Choose a preset or move a slider.")
    once = _("One epoch shows each picture once, each time drawn anew; the copies are those of {count} epochs.")
    often = _("One epoch shows each picture {times} times, each time drawn anew; the copies are the next {count}.")
    return (once if spec.repeats == 1 else often).format(count=COPIES, times=spec.repeats)


def strip(picture: Pixels, spec: AugmentSpec, knob: str, name: str) -> None:
    """One knob alone, from the least to the most that it does; `name` is that of the picture's class."""
    words = _("{knob} alone")
    if knob not in spec.active:
        words, spec = _("{knob} is off; it would do this"), spec.model_copy(update={knob: getattr(EXAMPLE, knob)})
    st.caption(words.format(knob=plain(_(knob_of(AugmentSpec, knob).title))))
    draws, levels = draws_at(spec, knob), levels_of(knob)
    shown = apply(np.repeat(picture[None], len(levels), axis=0), spec.only(knob), draws)
    tiles = [
        Tile(str(place), copy, caption := level(knob, draws, place), _(STRENGTHS[strength]), alt=f"{name}, {caption}")
        for place, (copy, (strength, _unit)) in enumerate(zip(shown, levels, strict=True))
    ]
    gallery(tiles, key="augment-levels", size=SMALL, columns=len(tiles))


def fill_modes(picture: Pixels, spec: AugmentSpec) -> None:
    """The four fill modes on the turned picture; a click takes one, unless a lesson keeps or hides it."""
    control = "augmentation.fill_mode"
    if are_hidden(control):
        return
    what = _("Fill mode: what is seen where a turned picture has no pixels.")
    st.caption(f"{what} {_(KEEPS) if is_held(control) else _('Click one to take it.')}")
    tiles = [
        Tile(mode, _turned(picture, mode, spec.fill_colour), mode, mark="chosen" if mode == spec.fill_mode else "")
        for mode in FILL_MODES
    ]
    on_click = None if is_held(control) else _take_fill_mode
    gallery(tiles, key=FILLS, size=SMALL, columns=len(tiles), on_click=on_click)


def _turned(picture: Pixels, mode: str, colour: str) -> Pixels:
    spec = AugmentSpec.model_validate({**TURNED, "fill_mode": mode, "fill_colour": colour})
    most: Draws = draw(spec, np.ones((1, UNITS)))
    turned: Pixels = apply(picture[None], spec, most)[0]
    return turned


def _take_fill_mode() -> None:
    mode = session.widget_value(FILLS).get("click")
    if isinstance(mode, str) and mode in FILL_MODES:  # it comes from a browser
        session.change("augmentation", fill_mode=mode)


def _redraw() -> None:
    session.remember("augment.view", session.recall("augment.view", 0) + COPIES)
