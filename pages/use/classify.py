"""Classify: photos in, the model's answers out, and what the network saw of them."""

from contextlib import suppress

import streamlit as st

from core.exams import score
from core.i18n import _
from core.runs.folder import RunFolder
from ui import format
from ui.classify.input import (
    dropped_folder,
    dropped_photos,
    dropped_pile,
    pasted_photos,
    picked_sample,
    pile_swap,
    swaps,
    way_chosen,
)
from ui.classify.live import camera_panel, draw_panel, forget_shot
from ui.classify.others import all_answers
from ui.classify.pile import pile_view
from ui.first_run import nothing_yet
from ui.html import facts
from ui.run_picker import pick_run
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
    with left:
        about(run)
        photos = [*dropped_photos(), *pasted_photos()]
        pile, way = dropped_pile(), way_chosen(info)
        if way == "folder":
            dropped_folder()
        sample = picked_sample(run, info) if way == "sample" else None
        asked = [*([sample] if sample else []), *photos]
    with right:
        if way in LIVE:
            LIVE[way](run, info)
            return
        forget_shot()
        if pile:
            pile_view(run, info, pile, pile_swap(info))
            return
        swapped = swaps(run, info, asked)
        if asked:
            all_answers(run, info, asked, swapped)
        else:
            st.info(
                _("Drop a photo on the left, or pick a test picture. The answer appears here."),
                icon=":material/image_search:",
            )


run = pick_run(_("Model"), lambda run: run.checkpoint.exists())
if run is None:
    nothing_yet(
        _("No model to ask yet"),
        _("Train one first, for a few seconds at least. Then drop your own photos here and see what it makes of them."),
    )
else:
    with suppress(OSError):
        studio().inference.warm()  # while the photo is being chosen
    ask_and_show(run)
