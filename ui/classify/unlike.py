"""None of these? Says plainly where a picture is unlike anything that the model learnt from."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.errors import StudioError
from core.i18n import N_, _
from core.novelty import FAMILIAR, Strangeness, has_reference, make_reference, read_reference
from core.runs.folder import ACTIVE, RunFolder
from ui.asking import answer_in_place, answer_to
from ui.run_pictures import dataset_of
from ui.services import studio

WHY = (
    N_(
        "Seen by the model, this is {distance:.1f} away from the nearest class; {share:.0%} of the validation "
        "pictures, also when a little moved and turned, are within {threshold:.1f}."
    ),
    N_(
        "In contrast and roughness, this is {distance:.1f} away from the training pictures; {share:.0%} of the "
        "validation pictures, also when a little moved and turned, are within {threshold:.1f}."
    ),
)


def strangeness_of(
    run: RunFolder, features: NDArray[np.float32], place: str = "familiar", is_live: bool = False
) -> Strangeness | None:
    """How far pictures are from the run's training pictures; None while, or where, that is not known.

    The first time that a run is asked, its training pictures are looked at, in a worker of its own.

    Args:
        features: (n, F), as they came with the answers; NaN for what has none.
        place: Tells several models on one page apart.
        is_live: Whether a fragment asks, which alone is drawn again.
    """
    if not len(features) or run.status().state in ACTIVE or not _can_look(run):
        return None
    if not has_reference(run):
        made = (answer_in_place if is_live else answer_to)(
            studio().long,
            ("familiar", run.id, run.checkpoint.stat().st_mtime_ns),
            lambda inference, tell: make_reference(inference, run, tell),
            _("Your model looks at pictures it learnt from once more, to tell what is unlike them …"),
            place,
        )
        if not made:
            return None
    try:
        return read_reference(run).strangeness(features)
    except StudioError:  # the model has learnt on since
        return None


def unlike_words(found: Strangeness, place: int) -> None:
    """The warning for a picture that is unlike anything in training; nothing for others."""
    if not found.is_unlike[place]:
        return
    st.warning(_("This does not look like anything it was trained on."), icon=":material/help:")
    why = [
        _(text).format(distance=distance, threshold=threshold, share=share)
        for text, distance, threshold, share in zip(
            WHY, found.distances[place], found.thresholds, FAMILIAR, strict=True
        )
        if distance > threshold
    ]
    st.caption(" ".join([_("Perhaps none of the classes is right, however likely one is said to be."), *why]))


def unlike_line(found: Strangeness, place: int) -> None:
    """The same in one line, which is there for all pictures: for answers beside each other, or one after the other."""
    if found.is_unlike[place]:
        st.markdown(f":orange[:material/help: {_('Unlike anything it was trained on')}]")
    else:
        st.caption(f":material/check: {_('Seems like what it was trained on')}")


def _can_look(run: RunFolder) -> bool:
    if has_reference(run):
        return True
    try:
        dataset_of(run.info())
    except StudioError:
        return False
    return True
