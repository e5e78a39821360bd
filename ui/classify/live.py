"""Answers while something is drawn, or while the camera looks: fragments, so that the rest of the page stays."""

from __future__ import annotations

import time
from collections import deque

import streamlit as st

from core.datasets.borders import SIDE, has_light_border
from core.datasets.decode import decode_photo
from core.errors import DataError, StudioError
from core.i18n import _
from core.runs.folder import RunFolder, RunInfo
from ui import session
from ui.access import recheck
from ui.answers import Photo
from ui.classify.drawing import fill_of, like_the_set
from ui.classify.unlike import strangeness_of, unlike_line
from ui.classify.view import Answered, answer_card
from ui.components import camera, sketch
from ui.html import plain
from ui.run_pictures import is_light_on_dark
from ui.services import studio
from ui.uploads import SHOT

CAMERA_SIDE = 224  # px of a camera picture that is sent
TIMED = 12  # answers from which the pace is told
PAUSE = 3.0  # seconds between two answers after which the pace starts anew


@st.fragment
def draw_panel(run: RunFolder, info: RunInfo) -> None:
    """A sheet like the set's pictures, and beside it the answer to what is drawn so far."""
    recheck(run)
    light_on_dark = is_light_on_dark(run, info)
    left, right = st.columns([2, 3], gap="large")
    with left:
        try:
            drawn = sketch(key="classify-sketch", light_on_dark=light_on_dark)
            picture = drawn and like_the_set(drawn, fill_of(run, info, light_on_dark), light_on_dark)
        except DataError as error:
            st.warning(plain(str(error)), icon=":material/draw:")
            picture = None
    with right:
        if picture:
            _answered(run, info, Photo(_("your drawing"), picture))
        else:
            st.info(_("Draw something on the sheet. The answer changes while you draw."), icon=":material/draw:")


@st.fragment
def camera_panel(run: RunFolder, info: RunInfo) -> None:
    """The camera, and beside it the answer to what it sees, several times a second."""
    recheck(run)
    left, right = st.columns([2, 3], gap="large")
    with left:
        try:
            shots = camera(key="classify-camera", side=CAMERA_SIDE, on_shots="rerun", live=True)
        except DataError as error:
            st.warning(plain(str(error)), icon=":material/videocam_off:")
            shots = []
    with right:
        if shots:
            session.remember(SHOT, shots[-1])
        shot = session.recall(SHOT)
        if not shot:
            st.info(_("Turn the camera on. The answer follows what it sees."), icon=":material/videocam:")
            return
        _answered(run, info, Photo(_("what the camera sees"), shot), _swaps(run, info, shot))
        st.caption(_pace(bool(shots)))


def forget_shot() -> None:
    """The camera's last picture is of no more use."""
    session.remember(SHOT, None)


def _answered(run: RunFolder, info: RunInfo, photo: Photo, swap: bool = False) -> None:
    """Asked without keeping anything: the same picture hardly comes twice."""
    try:
        answer = studio().inference.classify(run, [photo.content], swap)[0]
    except StudioError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    card, strange = st.container(), None
    if answer.features is not None:
        strange = strangeness_of(run, answer.features[None], "familiar-live", is_live=True)
    with card:
        answer_card(Answered(photo, answer, swap), info, "live", strange is not None and bool(strange.is_unlike[0]))
    if strange:
        unlike_line(strange, 0)


def _swaps(run: RunFolder, info: RunInfo, shot: bytes) -> bool:
    """Whether the camera sees dark on light where the run learnt from light on dark."""
    try:
        return is_light_on_dark(run, info) and has_light_border(decode_photo(shot, SIDE).pixels)
    except DataError:
        return False  # the worker says why it cannot be read


def _pace(is_new: bool) -> str:
    """How many answers a second there were of late."""
    times: deque[float] = session.recall("classify.times") or deque(maxlen=TIMED)
    now = time.monotonic()
    if times and now - times[-1] > PAUSE:
        times.clear()
    if is_new:
        times.append(now)
    session.remember("classify.times", times)
    if len(times) < 3:
        return _("The picture is not kept. You see yourself as in a mirror, the network does not.")
    pace = (len(times) - 1) / max(times[-1] - times[0], 1e-3)
    return _(
        "{pace:.0f} answers a second. The picture is not kept. You see yourself as in a mirror, the network does not."
    ).format(pace=pace)
