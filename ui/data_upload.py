"""Bringing in an own set from an .npz file."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.datasets.dataset import Dataset
from core.datasets.npz import read_npz, store_arrays
from core.datasets.progress import Progress, within
from core.i18n import _
from ui import session
from ui.errors import errors_shown
from ui.progress import progress_bar
from ui.services import studio
from ui.uploads import forget, on_disk

LARGEST = 500  # MB; the animals notebook's file has about 180


def upload_own(primary: bool) -> None:
    """A place to drop an .npz file; it becomes a data set, and the chosen one, when "Add this set" is pressed.

    Args:
        primary: Whether adding is what this page asks for now; else it is folded away.
    """
    with st.container() if primary else st.expander(_("Add another set")):
        _uploader(primary)


def _uploader(primary: bool) -> None:
    number = session.recall("data.upload", 0)  # a new number is a new, empty uploader
    uploaded = st.file_uploader(
        _("Add a set"),
        type=["npz"],
        max_upload_size=LARGEST,
        key=f"data.upload-{number}",
        help=_("An .npz file with X_train, y_train and, if you like, X_test, y_test; or X and y."),
    )
    if uploaded is None:
        return
    names = st.text_input(
        _("Class names, if you like"),
        key=f"data.names-{number}",
        placeholder=_("cat, dog, horse"),
        help=_("In the order of the labels, with commas between. Without them the labels themselves are the names."),
    )
    if st.button(_("Add this set"), type="primary" if primary else "secondary", icon=":material/add:"):
        with errors_shown(), progress_bar() as on_progress:
            session.use_dataset(bring_in(uploaded, names, on_progress))
            session.remember("data.upload", number + 1)
            forget(uploaded.file_id)
            st.rerun()


def bring_in(uploaded: UploadedFile, names: str, on_progress: Progress) -> Dataset:
    """Import an uploaded .npz file, titled as the file.

    Args:
        names: Class names with commas between; empty for the labels' own.

    Raises:
        DataError: If the file does not hold pictures with labels, or there is another number of classes.
    """
    home, name = studio().home, Path(uploaded.name)
    classes = [part for part in names.split(",") if part.strip()] or None
    with on_disk(home, uploaded, ".npz") as path:
        arrays = read_npz(path, within(on_progress, 0, 0.3))
        later = within(on_progress, 0.3, 1)
        return store_arrays(home, arrays, name.stem, name.name, _("not stated"), classes, later)
