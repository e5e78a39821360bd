"""What to ask the model about beside dropped photos: test samples; and whether light and dark are swapped."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.datasets.dataset import Dataset
from core.errors import StudioError
from core.i18n import N_, _
from core.runs.folder import RunFolder, RunInfo
from ui import session
from ui.answers import Photo, is_dark_on_light
from ui.choice import choice
from ui.classify.drawing import can_be_drawn
from ui.components import Tile, gallery
from ui.datasets import seen_pictures
from ui.html import plain
from ui.run_pictures import as_png, dataset_of, is_light_on_dark, part_of

PILE_SWAPS = {"fitting": N_("Where it suits"), "all": N_("All"), "none": N_("None")}
WAYS = {"sample": N_("Sample"), "folder": N_("Folder"), "draw": N_("Draw"), "camera": N_("Camera")}
WAY = "classify.way"
SAMPLE = "sample"
SAMPLES = 12
SWAP = "swap"
PILE_SWAP = "classify.pile-swap"
NO_SAMPLE = ("", 0)  # of which run, and its number


def way_chosen(info: RunInfo) -> str:
    """The control that says what is asked about beside the drop area: one of `WAYS`."""
    ways = [name for name in WAYS if name != "draw" or can_be_drawn(info)]
    kept = session.recall(WAY, "sample")
    way: str = kept if kept in ways else "sample"
    words = {name: _(WAYS[name]) for name in ways}
    choice(_("or"), words, way, lambda name: session.remember(WAY, name), key="classify-way")
    return way


def pile_swap(info: RunInfo) -> bool | None:
    """Whether light and dark of all photos are swapped; None: as suits each. Asked where the network sees grey."""
    if info.spec.data.colour_mode != "grey":
        return False
    chosen: str = session.recall(PILE_SWAP, "fitting")
    choice(
        _("Swap light and dark"),
        {name: _(words) for name, words in PILE_SWAPS.items()},
        chosen,
        lambda name: session.remember(PILE_SWAP, name),
        key="pile-swap",
        help=_("Black becomes white before the network looks, as in the negative of a photo."),
    )
    return {"fitting": None, "all": True, "none": False}[chosen]


def picked_sample(run: RunFolder, info: RunInfo) -> Photo | None:
    """A wall of test pictures of the run's set; the one that was clicked, as a file like any other photo."""
    st.caption(_("Pick a test picture, which the model has never learnt from."))
    try:
        dataset = dataset_of(info)
        seen = seen_pictures(dataset, info.spec.data)
    except StudioError as error:
        st.info(plain(str(error)), icon=":material/hide_image:")
        return None
    test = part_of(run, "test")
    deal = session.recall("deal", 0)
    tiles = [Tile(str(number), np.asarray(seen[number]), alt=sample_name(number)) for number in samples(test, deal)]
    clicked = gallery(tiles, key="samples", size=56, on_click="rerun")
    st.button(
        _("Other ones"), type="tertiary", icon=":material/refresh:", on_click=session.remember, args=("deal", deal + 1)
    )
    if clicked:
        session.remember(SAMPLE, (run.id, int(clicked)))
        session.remember(SWAP, None)
    of_run, number = session.recall(SAMPLE, NO_SAMPLE)
    return _sample(dataset, number) if of_run == run.id and number < len(dataset) else None


def samples(test: NDArray[np.int64], deal: int) -> list[int]:
    """`SAMPLES` picture numbers out of `test`, others for each `deal`."""
    dealt = np.random.default_rng(deal).permutation(test)
    return [int(number) for number in dealt[:SAMPLES]]


def sample_name(number: int) -> str:
    """What the picture `number` of a set is called."""
    return _("test picture {number}").format(number=number)


def swaps(run: RunFolder, info: RunInfo, photos: Sequence[Photo]) -> list[bool]:
    """Whether to swap light and dark, for each photo; with a toggle where the network sees grey.

    Until somebody touches the toggle each photo is treated as suits it; then all as it says.
    """
    if info.spec.data.colour_mode != "grey":
        return [False] * len(photos)
    fitting = fitting_swaps(run, info, photos)
    kept = session.recall(SWAP)
    asked, looked_at = kept if kept else (None, None)
    here = tuple(photo.digest for photo in photos)
    touched = asked is not None and looked_at == (run.id, here)
    shown = bool(asked) if touched else any(fitting)
    session.show_value("swap-toggle", shown)
    with st.container(horizontal=True, vertical_alignment="center", key="swap-line"):
        swapped = st.toggle(
            _("Swap light and dark"),
            value=shown,
            key="swap-toggle",
            help=_("Black becomes white before the network looks, as in the negative of a photo."),
            on_change=lambda: session.remember(SWAP, (session.widget_value("swap-toggle"), (run.id, here))),
        )
        st.caption(_why(is_light_on_dark(run, info), any(fitting), len(photos)))
    return [swapped] * len(photos) if touched else fitting


def fitting_swaps(run: RunFolder, info: RunInfo, photos: Sequence[Photo]) -> list[bool]:
    """For each photo whether it is dark on light where the run learnt from light on dark."""
    light_on_dark = is_light_on_dark(run, info)
    return [light_on_dark and photo.label is None and is_dark_on_light(photo) for photo in photos]


def _why(light_on_dark: bool, fits: bool, count: int) -> str:
    if fits and count == 1:
        return _("The model learnt from light on dark; this photo is dark on light.")
    if fits:
        return _("The model learnt from light on dark; photos that are dark on light are swapped.")
    if light_on_dark:
        return _("The model learnt from light on dark.")
    return _("For photos in which light and dark are the other way round than in the pictures learnt from.")


def _sample(dataset: Dataset, number: int) -> Photo:
    return Photo(sample_name(number), as_png(np.asarray(dataset.images[number])), int(dataset.labels[number]))


def forget_choices() -> None:
    """Photos came, or are to go: no sample is chosen any more, nor a way of live answers."""
    session.remember(SAMPLE, NO_SAMPLE)
    session.remember(SWAP, None)
    if session.recall(WAY) in ("draw", "camera"):
        session.remember(WAY, "sample")
