"""The tab "Through time": what a network said of the watched photos after each epoch, and where it looked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.i18n import _
from core.pins import START, Film, read_pins
from ui import session
from ui.components import FilmPhoto, film
from ui.exam.shown import Shown
from ui.explain.heat_pictures import glow_colours
from ui.html import plain
from ui.navigation import go, is_left_out
from ui.pins.words import story

BARS = 4  # classes shown of a photo


def through_time(shown: Shown) -> None:
    """Play the epochs of the run's pinned photos; without any, say how to pin some."""
    kept = read_pins(shown.run)
    if kept is None:
        _nothing(shown)
        return
    if shown.pictures is None:
        st.info(plain(shown.missing), icon=":material/hide_image:")
    photos = [_photo(shown, kept, place) for place in range(len(kept.numbers))]
    film(photos, [time_name(epoch) for epoch in kept.epochs], glow_colours(), key=f"film-{shown.run.id}")
    text = _(
        "Each photo has its true class in the first bar and in the thick line. It was asked about after each epoch and "
        "not learnt from. The green strip marks the epochs in which it was named right."
    )
    looks = _("Bright on a photo: what speaks for the class that it is called just then (Grad-CAM).")
    st.caption(text if kept.heats is None else f"{text} {looks}")


def time_name(epoch: int) -> str:
    """What an epoch (0-based, or START) is called."""
    return _("before training") if epoch == START else _("epoch {epoch}").format(epoch=epoch + 1)


def bars_of(kept: Film, place: int) -> list[int]:
    """Numbers of the classes shown of a photo: the true one, then those that it came closest to be called."""
    most = kept.probabilities[:, place].max(axis=0)
    others = [number for number in np.argsort(-most, kind="stable").tolist() if number != kept.labels[place]]
    return [kept.labels[place], *others[: BARS - 1]]


def _photo(shown: Shown, kept: Film, place: int) -> FilmPhoto:
    classes, number = bars_of(kept, place), kept.numbers[place]
    is_there = shown.pictures is not None and number < len(shown.pictures)
    return FilmPhoto(
        picture=np.asarray(shown.pictures[number]) if shown.pictures is not None and is_there else None,
        classes=_names(shown, classes),
        probabilities=kept.probabilities[:, place, classes],
        named=_names(shown, kept.named[:, place].tolist()),
        is_right=kept.is_right[:, place],
        heats=None if kept.heats is None else kept.heats[:, place],
        story=story(kept.epochs, kept.is_right[:, place].tolist()),
    )


def _names(shown: Shown, numbers: Sequence[int]) -> list[str]:
    return [shown.name(number) for number in numbers]


def _nothing(shown: Shown) -> None:
    with st.container(border=True, key="no-film"):
        st.subheader(_("No photos were watched"))
        st.markdown(
            _(
                "Pin up to six photos before you start a run. After each epoch the network is then asked about them, "
                "and you can play here how its answers changed and where it looked."
            )
        )
        can_train = not is_left_out("train")
        if can_train and st.button(_("Choose photos for the next run"), icon=":material/push_pin:"):
            session.clone(shown.info.spec)
            go("train")
