"""Start: one button to a trained model; in a lesson, the way into it."""

import streamlit as st

from core.datasets.shapes import ShapesSpec, draw_shapes
from core.i18n import _
from ui import session
from ui.first_run import first_cnn_button, promise
from ui.navigation import go, next_step
from ui.run_list import run_list


def start_from(card: str) -> None:
    """Shapes are there to show what augmentation does; all else begins with its pictures."""
    if card == "shapes":
        session.use_dataset(draw_shapes(ShapesSpec()))
        go("augment")
    else:
        session.remember("built_in", card)
        go("data")


def ways_in() -> None:
    """The shortest way, then data sets to start from."""
    with st.container(horizontal=True, vertical_alignment="center"):
        first_cnn_button()
        promise()
    st.space("medium")
    st.caption(_("or start from"))
    starts = {
        "mnist": (_("Handwritten digits (MNIST)"), ":material/pin:", _("70,000 digits, the course's own set")),
        "shapes": (_("Shapes"), ":material/category:", _("learnt upright, tested turned: what augmentation is for")),
        "own": (_("My own pictures"), ":material/upload:", _("photos, a ZIP of class folders, arrays or the camera")),
    }
    for column, (name, (label, icon, help)) in zip(st.columns(len(starts)), starts.items(), strict=True):
        with column, st.container(border=True, height="stretch"):
            if st.button(label, icon=icon, type="tertiary", key=f"start-{name}"):
                start_from(name)
            st.caption(help)


st.title("CNN Studio")
st.markdown(_("##### Teach a network to see. Watch it learn. Find out when it is wrong."))
st.space("small")
if session.lesson():
    next_step("data", _("Begin"))
else:
    ways_in()
run_list(limit=5, title=_("Recent runs"))
