"""The pinned photos below the curves of a run that goes on."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.datasets.dataset import Dataset
from core.errors import StudioError
from core.i18n import _
from core.pins import Film, last_pins
from core.runs.folder import RunFolder, RunInfo
from ui.components import WatchedPhoto, watched
from ui.components.gallery import SMALL, data_uri
from ui.datasets import small_pictures
from ui.pins.film import time_name
from ui.run_pictures import dataset_of, may_see_pictures

SIDE = 56  # px of a photo

Seen = tuple[str, bool, str]  # of a photo: data URI, whether its pixels are visible, name of its true class


def watched_photos(run: RunFolder, info: RunInfo) -> None:
    """What the network says of the run's pinned photos after its last epoch; nothing where none are pinned."""
    if not info.pinned:
        return
    if not may_see_pictures(info):
        st.caption(_("The photos that it watches are private to the browser that made this run."))
        return
    try:
        seen = _seen(run.id, info, dataset_of(info))
    except StudioError:  # the set is gone; the Evaluate page says so
        seen = {}
    last = last_pins(run)
    if last:
        photos = [_photo(info, last, place, seen) for place in range(len(last.numbers))]
    else:
        photos = [WatchedPhoto(*seen.get(number, ("", False, ""))) for number in info.pinned]
    when = time_name(last.epochs[-1]) if last else _("not asked yet")
    st.caption(_("Watched photos: {when}").format(when=when))
    watched(photos, key="watched")


def _photo(info: RunInfo, last: Film, place: int, seen: dict[int, Seen]) -> WatchedPhoto:
    probabilities, true = last.probabilities[-1, place], last.labels[place]
    rival = int(np.where(np.arange(len(probabilities)) == true, -1, probabilities).argmax())
    source, pixelated, _name = seen.get(last.numbers[place], ("", False, ""))
    shares = float(probabilities[true]), float(probabilities[rival])
    return WatchedPhoto(source, pixelated, info.classes[true], shares[0], info.classes[rival], shares[1])


@st.cache_data(max_entries=64, show_spinner=False)
def _seen(run: str, _info: RunInfo, _dataset: Dataset) -> dict[int, Seen]:
    """What can be seen of each pinned picture before any answer."""
    numbers = [number for number in _info.pinned if 0 <= number < len(_dataset)]
    pictures = small_pictures(_dataset, _info.spec.data, numbers, SIDE)
    return {
        number: (data_uri(picture), max(picture.shape[:2]) <= SMALL, _info.classes[_dataset.labels[number]])
        for number, picture in zip(numbers, pictures, strict=True)
    }
