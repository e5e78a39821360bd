"""The tab "Explain a photo": which picture, and three ways to look into the model with it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from core.i18n import N_, _
from ui import format, session
from ui.choice import choice
from ui.components import Tile, gallery, reveal
from ui.exam.shown import Shown, recheck_shown
from ui.explain.choice import KEPT, candidates, explain_next, explained, lead_here, times_led_here
from ui.explain.heat import where_it_looks
from ui.explain.layers import what_each_layer_sees
from ui.explain.one_number import how_one_number_is_made
from ui.format import brief
from ui.html import plain

OFFERED = 12  # pictures to choose from
SIZE = 56  # px of each

LOOKS: dict[str, tuple[str, Callable[[Shown, int], None]]] = {
    "heat": (N_("Where it looks"), where_it_looks),
    "layers": (N_("What each layer sees"), what_each_layer_sees),
    "number": (N_("How one number is made"), how_one_number_is_made),
}


@st.fragment
def explain(shown: Shown) -> None:
    """Choose a picture and see why the model says of it what it says."""
    recheck_shown(shown)
    reveal(times_led_here(), key="explain-place")
    if shown.pictures is None:
        st.info(plain(shown.missing), icon=":material/hide_image:")
        return
    position = explained(shown)
    _head(shown, position)
    _offer(shown, position)
    LOOKS[_look(shown)][1](shown, position)


def come_here(shown: Shown, number: int) -> None:
    """Explain the picture with this number in the data set, and scroll there when the page is drawn next."""
    explain_next(shown, number)
    lead_here()


def verdict(shown: Shown, position: int) -> str:
    """What the picture is, what it was called and how surely, with ✓ or ✗, in Markdown."""
    exam = shown.exam
    true, said = (plain(brief(shown.name(int(part[position])))) for part in (exam.labels, exam.said))
    sure = format.percent(float(exam.confidences[position]))
    if exam.labels[position] == exam.said[position]:
        return _("✓ **{true}**, and called {said} with {sure}").format(true=true, said=said, sure=sure)
    return _("✗ **{true}**, but called **{said}** with {sure}").format(true=true, said=said, sure=sure)


def _head(shown: Shown, position: int) -> None:
    st.markdown(verdict(shown, position))


def _offer(shown: Shown, position: int) -> None:
    numbers = {str(shown.exam.indices[place]): int(place) for place in candidates(shown, position, OFFERED)}
    tiles = [_tile(shown, number, place, place == position) for number, place in numbers.items()]

    def choose() -> None:
        number = session.clicked_number("explain-offer")
        if str(number) in numbers:
            explain_next(shown, int(str(number)))

    gallery(tiles, key="explain-offer", size=SIZE, on_click=choose)
    st.caption(_("Mistakes first. For any other picture: click it further up, then “Look inside”."))


def _tile(shown: Shown, number: str, position: int, is_chosen: bool) -> Tile:
    assert shown.pictures is not None
    exam = shown.exam
    true, said = (shown.name(int(part[position])) for part in (exam.labels, exam.said))
    return Tile(
        id=number,
        image=np.asarray(shown.pictures[exam.indices[position]]),
        mark="chosen" if is_chosen else "right" if true == said else "wrong",
        alt=_("{true}, called {said}").format(true=true, said=said),
    )


def _look(shown: Shown) -> str:
    wanted = session.view(shown.run.id, "look")
    look = wanted if wanted in LOOKS else next(iter(LOOKS))
    choice(
        _("Look"),
        {name: _(title) for name, (title, *_rest) in LOOKS.items()},
        look,
        lambda name: session.set_view(shown.run.id, "look", name),
        key="explain-look",
        persist_state=KEPT,
        label_visibility="collapsed",
    )
    return look
