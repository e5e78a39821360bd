"""One picture of an exam, large: what it is, where the model looks, and how sure it is of each class."""

from __future__ import annotations

import streamlit as st

from core.i18n import _
from ui import session
from ui.asking import answer_in_place
from ui.charts import probability_bars
from ui.components import chart, heat_overlay
from ui.exam.marks import mark_buttons
from ui.exam.shown import Shown, recheck_shown
from ui.exam.tabs import open_tab
from ui.explain.choice import KEPT, subject_of, viewed_position
from ui.explain.heat import cam_panel, cam_question, class_choice, silence
from ui.explain.view import come_here, verdict
from ui.format import brief
from ui.html import plain
from ui.services import studio

SIZE = 480  # px of the picture
BARS = 200  # px, their height
HEAT = "photo.heat"  # whether this browser wants the heat map


def photo_dialog(shown: Shown) -> None:
    """Open the picture that the page's address names, if it is one of this exam."""
    position = viewed_position(shown, "photo")
    if position is None or shown.pictures is None:
        return
    true, said = (shown.name(int(part[position])) for part in (shown.exam.labels, shown.exam.said))
    title = _("{true}, called {said}") if true != said else _("{true}, named right")
    show = st.dialog(
        title.format(true=plain(brief(true)), said=plain(brief(said))),
        width="large",
        on_dismiss=lambda: session.set_view(shown.run.id, "photo", ""),
    )(_photo)
    show(shown, position)


def _photo(shown: Shown, position: int) -> None:
    recheck_shown(shown)
    left, right = st.columns(2, gap="large")
    with right:
        st.markdown(verdict(shown, position))
        figure = probability_bars(shown.exam.probabilities[position], shown.info.classes)
        chart(figure, key=f"photo-bars-{position}", height=BARS, alt=_("The most probable classes."))
        wants_heat = _heat_switch()
        class_number = class_choice(shown, position, "photo-class") if wants_heat else None
        number = int(shown.exam.indices[position])
        mark_buttons(shown, number)
        if st.button(_("Look inside"), type="primary", icon=":material/manage_search:", key="look-inside"):
            _look_inside(shown, number)
    with left:
        _picture(shown, position, class_number)


def _heat_switch() -> bool:
    shown: bool = session.recall(HEAT, True)
    session.show_value("photo-heat", shown)
    return st.toggle(
        _("Heat map: where it looks"),
        value=shown,
        key="photo-heat",
        persist_state=KEPT,
        on_change=lambda: session.remember(HEAT, session.widget_value("photo-heat")),
        help=_("Grad-CAM: bright where the last convolution's maps raise the score of the class."),
    )


def _picture(shown: Shown, position: int, class_number: int | None) -> None:
    """The picture, with the heat map of a class over it as soon as there is one."""
    subject, cam = subject_of(shown, position), None
    picture, words = st.container(), st.container(key="photo-words")
    with words:
        if class_number is not None:
            cam = answer_in_place(studio().quick, *cam_question(subject, class_number), "photo")
        if cam and silence(shown, cam):
            st.caption(silence(shown, cam))
    with picture:
        heat_overlay([cam_panel(shown, subject, cam, "")], key="photo-picture", size=SIZE)


def _look_inside(shown: Shown, number: int) -> None:
    session.set_view(shown.run.id, "photo", "")
    come_here(shown, number)
    open_tab(shown.run.id, "explain")
    st.rerun()
