"""Loss and accuracy over the epochs of a run that was judged, and what the doctor sees in them."""

from __future__ import annotations

import streamlit as st

from core.i18n import _
from ui import format
from ui.doctor import doctor
from ui.exam.shown import Shown


def run_curves(shown: Shown) -> None:
    """The curves with the doctor's marks, and the exam that came at their end."""
    doctor(shown.run)
    if shown.is_final:
        test = _("On the test pictures, at the end: accuracy {accuracy}, loss {loss}.")
        st.caption(test.format(accuracy=format.percent(shown.exam.accuracy), loss=format.loss(shown.exam.loss)))
