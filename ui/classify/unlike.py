"""None of these? Says plainly where a picture is unlike anything that the model learnt from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.errors import StudioError
from core.i18n import _
from core.novelty import FAMILIAR, Strangeness, ask_strangeness, has_reference, make_reference
from core.runs.folder import ACTIVE, RunFolder
from ui.asking import answer_to
from ui.run_pictures import dataset_of
from ui.services import studio


def strangeness_of(run: RunFolder, seen: Sequence[NDArray[np.uint8]]) -> Strangeness | None:
    """How far pictures are from the run's training pictures; None while, or where, that is not known.

    The first time that a run is asked, its training pictures are looked at, in a worker of its own.
    """
    if not seen or run.status().state in ACTIVE or not _can_look(run):
        return None
    stamp = run.checkpoint.stat().st_mtime_ns
    if not has_reference(run):
        words = _("Your model looks at pictures it learnt from once more, to tell what is unlike them …")
        made = answer_to(
            studio().long,
            ("familiar", run.id, stamp),
            lambda inference, tell: make_reference(inference, run, tell),
            words,
            "familiar",
        )
        if not made:
            return None
    stacked = np.stack(seen)
    key = ("strangeness", run.id, stamp, hashlib.sha256(stacked.tobytes()).hexdigest())
    found: Strangeness | None = answer_to(
        studio().quick,
        key,
        lambda inference, _tell: ask_strangeness(inference, run, stacked),
        _("Is this like anything in training?"),
        "strangeness",
    )
    return found


def unlike_words(found: Strangeness, place: int) -> None:
    """The warning for a picture that is unlike anything in training; nothing for others."""
    if not found.is_unlike[place]:
        return
    st.warning(_("This does not look like anything it was trained on."), icon=":material/help:")
    text = _(
        "None of the classes may be right. Seen by the model, this is {distance:.1f} away from the nearest class; "
        "{share:.0%} of the validation pictures are within {threshold:.1f}."
    )
    st.caption(text.format(distance=found.distances[place], share=FAMILIAR, threshold=found.threshold))


def _can_look(run: RunFolder) -> bool:
    if has_reference(run):
        return True
    try:
        dataset_of(run.info())
    except StudioError:
        return False
    return True
