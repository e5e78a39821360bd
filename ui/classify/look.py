"""Where the model looks in a photo: Grad-CAM over what the network saw, when somebody wants it."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.explaining import HeatMap, Subject
from core.i18n import _
from core.runs.folder import RunFolder, RunInfo
from ui import session
from ui.asking import answer_to
from ui.components import HeatPanel, heat_overlay
from ui.explain.heat import cam_question
from ui.explain.heat_pictures import glow, glow_legend
from ui.format import brief
from ui.html import plain
from ui.services import studio

SIZE = 300  # px
OFFERED = 3  # likeliest classes that can be looked for
SHOWN = "classify.look"


def look_toggle() -> bool:
    """Whether the heat maps are wanted, for all photos."""
    shown = bool(session.recall(SHOWN, False))
    session.show_value("look-toggle", shown)
    with st.container(key="look-line"):
        st.toggle(
            _("Where it looks"),
            value=shown,
            key="look-toggle",
            help=_("Grad-CAM: bright where the maps of the last convolution raise the score of a class."),
            on_change=lambda: session.remember(SHOWN, session.widget_value("look-toggle")),
        )
    return shown


def where_it_looked(
    run: RunFolder, info: RunInfo, seen: NDArray[np.uint8], probabilities: NDArray[np.float32], key: str
) -> None:
    """The heat map of one photo, for one of its likeliest classes.

    Args:
        key: Of the answer on the page.
    """
    order = [int(one) for one in np.argsort(-probabilities, kind="stable")[:OFFERED]]
    chosen = st.pills(
        _("Looks for"),
        order,
        default=order[0],
        required=True,
        format_func=lambda one: plain(brief(info.classes[one])),
        key=f"look-class-{key}-{'-'.join(map(str, order))}",
    )
    subject = Subject(run, seen)
    cam: HeatMap | None = answer_to(studio().quick, *cam_question(subject, int(chosen)), f"look-{key}")
    if cam is None:
        return
    name = info.classes[cam.class_number]
    speaks = bool(cam.heat.any())
    alt = _("The picture; bright where it speaks for {name}.").format(name=name) if speaks else _("The picture.")
    panel = HeatPanel("", seen, glow(cam.heat) if speaks else None, alt, glow_legend() if speaks else None)
    heat_overlay([panel], key=f"look-heat-{key}", size=SIZE)
    if not speaks:
        text = _("Nothing in {layer} speaks for {name}.")
        st.caption(text.format(layer=plain(cam.layer), name=plain(brief(name))))
