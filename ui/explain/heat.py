"""Where the model looks: Grad-CAM beside the covering of parts, which knows nothing of the model's inside."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import streamlit as st

from core.explaining import HeatMap, Occlusion, Subject, grad_cam, occlusion
from core.i18n import _
from core.questions import Put
from ui import format, session
from ui.asking import answer_in_place
from ui.components import HeatPanel, heat_overlay
from ui.exam.shown import Shown
from ui.explain.choice import KEPT, chosen_class, subject_of
from ui.explain.heat_pictures import agreement, glow, glow_legend, on_pixels, tide, tide_legend
from ui.format import brief
from ui.html import plain
from ui.services import studio

SIZE = 340  # px of a picture
AGREES, PARTLY = 0.5, 0.2  # rank correlations from which two maps say the same, and something alike
MATTERS = 0.01  # change of a probability below which a square changes nothing worth telling


def where_it_looks(shown: Shown, position: int) -> None:
    """Both maps of one class, with what they show and whether they agree."""
    subject = subject_of(shown, position)
    with st.container(horizontal=True, vertical_alignment="bottom", key="heat-choice"):
        class_number = class_choice(shown, position, "heat-class")
        layer_place = st.container(width=260)
    panels, words = st.container(), st.container(key="heat-words")
    with words:
        cam = _cam(shown, subject, class_number)
        covered = (
            answer_in_place(studio().long, *occlusion_question(subject, class_number), "occlusion") if cam else None
        )
    with layer_place:
        _layer_choice(shown, cam)
    with panels:
        _panels(shown, subject, cam, covered, plain_name(shown, class_number))
    with words:
        if cam:
            _words(shown, subject, cam, covered)


def class_choice(shown: Shown, position: int, key: str) -> int:
    """The select for the class that is looked for; it stands in the page's address."""
    said, true = int(shown.exam.said[position]), int(shown.exam.labels[position])
    others = [number for number in range(len(shown.info.classes)) if number not in (said, true)]
    options = list(dict.fromkeys((said, true, *others)))
    signs = {said: _("{name}, what it said"), true: _("{name}, what it is")}
    if said == true:
        signs = {said: _("{name}, what it said and what it is")}
    session.show_value(key, chosen_class(shown, position))
    st.selectbox(
        _("Heat map for"),
        options,
        options.index(chosen_class(shown, position)),
        key=key,
        persist_state=KEPT,
        width=260,
        format_func=lambda number: signs.get(number, "{name}").format(name=shown.name(number)),
        on_change=lambda: session.set_view(shown.run.id, "class", str(session.widget_value(key))),
    )
    return chosen_class(shown, position)


def cam_question(subject: Subject, class_number: int, layer: str = "") -> tuple[Hashable, Put, str]:
    """Grad-CAM of a class at a layer, as `ui.asking` wants it."""
    key = ("grad_cam", subject.key, class_number, layer)
    words = _("Your model is asked what speaks for this class …")
    return key, lambda inference, _tell: grad_cam(inference, subject, class_number, layer), words


def occlusion_question(subject: Subject, class_number: int) -> tuple[Hashable, Put, str]:
    """The covering test of a class, as `ui.asking` wants it."""
    key = ("occlusion", subject.key, class_number)
    words = _("Your model looks at the picture with one part covered at a time …")
    return key, lambda inference, tell: occlusion(inference, subject, class_number, tell), words


def cam_panel(shown: Shown, subject: Subject, cam: HeatMap | None, title: str) -> HeatPanel:
    """The picture with the Grad-CAM over it; without it where there is none yet, or nothing speaks for the class."""
    speaks = cam is not None and bool(cam.heat.any())
    name = shown.name(cam.class_number) if cam else ""
    return HeatPanel(
        title,
        subject.seen,
        glow(cam.heat) if cam and speaks else None,
        _("The picture; bright where it speaks for {name}.").format(name=name) if speaks else _("The picture."),
        glow_legend() if speaks else None,
    )


def silence(shown: Shown, cam: HeatMap) -> str:
    """What to say of a Grad-CAM in which nothing speaks for the class; empty where something does."""
    if cam.heat.any():
        return ""
    text = _("Nothing in {layer} speaks for {name}.")
    return text.format(layer=plain(cam.layer), name=plain_name(shown, cam.class_number))


def plain_name(shown: Shown, class_number: int) -> str:
    """The class's name for a sentence in Markdown."""
    return plain(brief(shown.name(class_number)))


def _cam(shown: Shown, subject: Subject, class_number: int) -> HeatMap | None:
    """Asked for the last layer first, which says what layers there are; the address may name any."""
    cam: HeatMap | None = answer_in_place(studio().quick, *cam_question(subject, class_number), "cam")
    wanted = session.view(shown.run.id, "cam")
    if cam and wanted != cam.layer and wanted in cam.layers:
        other: HeatMap | None = answer_in_place(studio().quick, *cam_question(subject, class_number, wanted), "cam")
        return other
    return cam


def _layer_choice(shown: Shown, cam: HeatMap | None) -> None:
    layers = list(reversed(cam.layers)) if cam else []
    session.show_value("heat-layer", cam.layer if cam else None)
    st.selectbox(
        _("Grad-CAM at"),
        layers,
        layers.index(cam.layer) if cam else None,
        key="heat-layer",
        persist_state=KEPT,
        disabled=not layers,
        placeholder="…",
        on_change=lambda: session.set_view(shown.run.id, "cam", str(session.widget_value("heat-layer"))),
        help=_("Early layers see fine detail, late ones see what it means. Usually the last one tells the most."),
    )


def _panels(shown: Shown, subject: Subject, cam: HeatMap | None, covered: Occlusion | None, name: str) -> None:
    second = HeatPanel(_("Parts covered"), subject.seen, None, _("The picture."))
    if covered:
        change = on_pixels(covered, len(subject.seen))
        most = max(float(np.abs(change).max()), MATTERS)
        alt = _("The picture; orange where covering it makes {name} less likely, blue where more likely.")
        second = HeatPanel(second.title, subject.seen, tide(change, most), alt.format(name=name), tide_legend(most))
    heat_overlay([cam_panel(shown, subject, cam, "Grad-CAM"), second], key="heat", size=SIZE)


def _words(shown: Shown, subject: Subject, cam: HeatMap, covered: Occlusion | None) -> None:
    name, (height, width) = plain_name(shown, cam.class_number), cam.heat.shape
    text = _(
        "**Grad-CAM** is bright where the maps of {layer} raise the score of {name}. It is as coarse as these maps, "
        "{width} × {height}, and says nothing of what other layers do with them."
    )
    silent = silence(shown, cam)
    st.markdown(silent or text.format(layer=plain(cam.layer), name=name, width=width, height=height))
    if not covered:
        return
    text = _(
        "**Parts covered** is the check that knows nothing of the model's inside: a square of {side} px in the "
        "picture's mean colour covers each place in turn. Orange: {name}, at {before}, becomes less likely. Blue: more "
        "likely."
    )
    st.markdown(text.format(side=covered.patch, name=name, before=format.percent(covered.before)))
    verdict = _verdict(cam, covered, len(subject.seen))
    if verdict:
        st.markdown(verdict)


def _verdict(cam: HeatMap, covered: Occlusion, side: int) -> str:
    """Whether the two maps say the same, in one sentence; empty where that cannot be told."""
    most = float(np.abs(covered.drop).max())
    if most < MATTERS:
        text = _("No single square changes the probability by more than {points} points, so no place decides alone.")
        return text.format(points=f"{100 * most:.2g}")
    correlation = agreement(cam.heat, covered, side)
    if correlation is None:
        return ""
    number = f"{correlation:.2f}".replace("-", "−")
    if correlation >= AGREES:
        return _("The two agree here: rank correlation {number}, where 1 is the same order.").format(number=number)
    if correlation >= PARTLY:
        return _("The two agree in part: rank correlation {number}, where 1 is the same order.").format(number=number)
    return _(
        "**The two do not agree here** (rank correlation {number}). Believe the covered parts: there the model "
        "itself was asked."
    ).format(number=number)
