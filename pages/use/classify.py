"""Classify: photos in, the model's answers out, and what the network saw of them."""

from contextlib import suppress

import streamlit as st

from core.exams import score
from core.i18n import _
from core.runs.folder import RunFolder
from ui import format
from ui.classify.dropped import asked_photos, asked_pile, clear_button, drop_area, folder_area, paste_area
from ui.classify.input import picked_sample, pile_swap, swaps, way_chosen
from ui.classify.live import camera_panel, draw_panel, forget_shot
from ui.classify.others import all_answers
from ui.classify.pile import pile_view
from ui.first_run import nothing_yet
from ui.html import facts
from ui.run_picker import page_run
from ui.services import studio

LIVE = {"draw": draw_panel, "camera": camera_panel}


def about(run: RunFolder) -> None:
    """What the chosen model knows, and how well."""
    classes, share = run.info().classes, score(run, run.status())
    names = ", ".join(classes[:12]) + (" …" if len(classes) > 12 else "")
    knows = _("{count}: {names}").format(count=len(classes), names=names)
    facts([(_("Test accuracy"), format.percent(share)), (_("Classes"), knows)])


def ask_and_show(run: RunFolder) -> None:
    """The drop area left, the answers right."""
    info = run.info()
    with st.container(key="wide-classify"):
        left, right = st.columns([1, 2], gap="large")
    below = st.container()
    with left:
        about(run)
        files = drop_area()
        if not asked_pile():
            paste_area(files)
        photos, pile = asked_photos(files), asked_pile()
        way = way_chosen(info)
        if way == "folder":
            folder_area()
        with st.container(key="classify-samples"):
            sample = picked_sample(run, info) if way == "sample" and not pile else None
        clear_button(files, sample is not None)  # last, so that nothing jumps when it comes
        asked = [*([sample] if sample else []), *photos]
    with right:
        if way in LIVE:
            LIVE[way](run, info)
            return
        forget_shot()
        if pile:
            pile_view(run, info, pile, pile_swap(info), below)
        elif asked:
            all_answers(run, info, asked, swaps(run, info, asked))
        else:
            text = _("Drop a photo, or pick a test picture. The answer appears here.")
            st.info(text, icon=":material/image_search:")


def nothing_to_ask() -> None:
    """The way to the first model."""
    nothing_yet(
        _("No model to ask yet"),
        _("Train one first, for a few seconds at least. Then drop your own photos here and see what it makes of them."),
    )


if run := page_run(_("Model"), nothing_to_ask, lambda run: run.has_model):
    with suppress(OSError):
        studio().inference.warm()  # while the photo is being chosen
    ask_and_show(run)
