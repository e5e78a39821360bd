"""What to ask the model about: dropped photos, test samples, and whether light and dark are swapped."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.datasets.dataset import Dataset
from core.datasets.limits import LIMITS
from core.errors import StudioError
from core.i18n import N_, _
from core.piles import clear_pile, keep_pile, pile_of
from core.runs.folder import RunFolder, RunInfo
from ui import session
from ui.answers import Photo, is_dark_on_light
from ui.classify.drawing import can_be_drawn
from ui.components import Tile, gallery, pasted_picture
from ui.datasets import seen_pictures
from ui.desk import my_desk
from ui.html import plain
from ui.run_pictures import as_png, dataset_of, is_light_on_dark, part_of
from ui.uploads import forget, kept

TYPES = ["jpg", "jpeg", "png", "webp", "gif", "bmp"]
FEW = 8  # up to so many photos have a row each; more become a pile
PILE_SWAPS = {"fitting": N_("Where it suits"), "all": N_("All"), "none": N_("None")}
WAYS = {"sample": N_("Sample"), "folder": N_("Folder"), "draw": N_("Draw"), "camera": N_("Camera")}
WAY = "classify.way"
PASTED = "classify.pasted"
DROPS = "classify.drops"  # how many piles were dropped: the number of the drop area, which is then a new, empty one
SAMPLES = 12
SWAP = "swap"


def dropped_photos() -> list[Photo]:
    """The few files in the drop area; those that it held before are freed. Many, or a .zip, become a pile."""
    files = st.file_uploader(
        _("Drop photos here, one or hundreds"),
        type=[*TYPES, "zip"],
        accept_multiple_files=True,
        key=_drop_key(),
        max_upload_size=LIMITS.upload_bytes // 1_000_000,
        help=_("Or a .zip, by itself. Where its folders are called as classes, you see how many answers are right."),
        on_change=_forget_others,
    )
    archives = [file for file in files if file.name.lower().endswith(".zip")]
    if archives or len(files) > FEW:
        _pile_up(files, archives[-1:] or files)
    return kept(files, lambda file: Photo(file.name, file.getvalue()))


def pasted_photos() -> list[Photo]:
    """The picture that was pasted last, until something else is chosen."""
    try:
        content = pasted_picture(key="classify-paste")
    except StudioError as error:
        st.warning(plain(str(error)), icon=":material/content_paste_off:")
        content = None
    if content:
        _forget_others()
        session.remember(PASTED, content)
    kept = session.recall(PASTED)
    return [Photo(_("pasted picture"), kept)] if kept else []


def way_chosen(info: RunInfo) -> str:
    """The control that says what is asked about beside the drop area: one of `WAYS`."""
    ways = [name for name in WAYS if name != "draw" or can_be_drawn(info)]
    kept = session.recall(WAY, "sample")
    session.show_value("classify-way", kept if kept in ways else "sample")
    st.segmented_control(
        _("or"),
        ways,
        format_func=lambda name: _(WAYS[name]),
        required=True,
        key="classify-way",
        on_change=lambda: session.remember(WAY, session.widget_value("classify-way")),
    )
    return kept if kept in ways else "sample"


def dropped_folder() -> None:
    """A drop area for a folder with all that is in it, which becomes a pile."""
    files = st.file_uploader(
        _("A folder of photos"),
        accept_multiple_files="directory",
        key=f"folder-{session.recall(DROPS, 0)}",
        help=_(
            "Where the folders in it are called as classes, you see how many answers are right. The browser asks "
            "whether you trust this page: the pictures go to this server and nowhere else."
        ),
        on_change=_forget_others,
    )
    if files:
        _pile_up(files, files)


def dropped_pile() -> Path | None:
    """The many photos that lie on this browser's desk, with the button that clears them away."""
    pile = pile_of(my_desk())
    if pile:
        st.button(_("Clear these photos away"), icon=":material/close:", on_click=clear_pile, args=(my_desk(),))
    return pile


def pile_swap(info: RunInfo) -> bool | None:
    """Whether light and dark of all photos are swapped; None: as suits each. Asked where the network sees grey."""
    if info.spec.data.colour_mode != "grey":
        return False
    chosen: str = st.segmented_control(
        _("Swap light and dark"),
        list(PILE_SWAPS),
        default="fitting",
        required=True,
        format_func=lambda name: _(PILE_SWAPS[name]),
        key="pile-swap",
        help=_("Black becomes white before the network looks, as in the negative of a photo."),
    )
    return {"fitting": None, "all": True, "none": False}[chosen]


def _pile_up(files: Sequence[UploadedFile], wanted: Sequence[UploadedFile]) -> None:
    """Write the files that are wanted to the desk, and free the server's memory of all."""
    try:
        keep_pile(my_desk(), [(file.name, file.size, file) for file in wanted])
    except StudioError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    finally:
        for file in files:
            forget(file.file_id)
        session.remember(DROPS, session.recall(DROPS, 0) + 1)
    st.rerun()


def _drop_key() -> str:
    return f"drop-{session.recall(DROPS, 0)}"


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
        _forget_others()
        session.remember("sample", (run.id, int(clicked)))
    of_run, number = session.recall("sample", ("", 0))
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
    session.show_value("swap-toggle", asked if touched else any(fitting))
    with st.container(horizontal=True, vertical_alignment="center", key="swap-line"):
        swapped = st.toggle(
            _("Swap light and dark"),
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


def _forget_others() -> None:
    """Something is dropped, so that is what is wanted now."""
    clear_pile(my_desk())
    session.remember(PASTED, None)
    if session.recall(WAY) in ("draw", "camera"):
        session.remember(WAY, "sample")
    session.remember("sample", ("", 0))
    session.remember(SWAP, None)
