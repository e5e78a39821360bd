"""What to ask the model about: dropped photos, test samples, and whether light and dark are swapped."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.datasets.dataset import Dataset
from core.datasets.limits import LIMITS
from core.errors import StudioError
from core.i18n import _
from core.runs.folder import RunFolder, RunInfo
from ui import session
from ui.answers import Photo, is_dark_on_light
from ui.components import Tile, gallery
from ui.datasets import seen_pictures
from ui.html import plain
from ui.run_pictures import as_png, dataset_of, is_light_on_dark, part_of
from ui.uploads import kept

TYPES = ["jpg", "jpeg", "png", "webp", "gif", "bmp"]
MAX_PHOTOS = 100  # at a time
SAMPLES = 12
SWAP = "swap"


def dropped_photos() -> list[Photo]:
    """The files in the drop area; those that it held before are freed."""
    files = st.file_uploader(
        _("Drop photos here"),
        type=TYPES,
        accept_multiple_files=True,
        key="drop",
        max_upload_size=LIMITS.photo_bytes // 1_000_000,
        on_change=_forget_sample,
    )
    if len(files) > MAX_PHOTOS:
        st.caption(_("The first {count} are shown.").format(count=MAX_PHOTOS))
    return kept(files, lambda file: Photo(file.name, file.getvalue()))[:MAX_PHOTOS]


def picked_sample(run: RunFolder, info: RunInfo) -> Photo | None:
    """A wall of test pictures of the run's set; the one that was clicked, as a file like any other photo."""
    st.caption(_("or pick a test picture, which the model has never learnt from"))
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
        session.remember("sample", (run.id, int(clicked)))
        session.remember(SWAP, None)
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
    light_on_dark = is_light_on_dark(run, info)
    fitting = [light_on_dark and photo.label is None and is_dark_on_light(photo) for photo in photos]
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
        st.caption(_why(light_on_dark, any(fitting), len(photos)))
    return [swapped] * len(photos) if touched else fitting


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


def _forget_sample() -> None:
    session.remember("sample", ("", 0))
    session.remember(SWAP, None)
