"""Handing pictures over: one file, a folder, or photos class by class. What comes is written to the browser's desk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.datasets.importing.sources import stage
from core.datasets.limits import LIMITS
from core.errors import DataError
from core.i18n import N_, _
from ui import session
from ui.choice import choice
from ui.data.outcome import errors_said, say
from ui.desk import INBOX, discard, my_desk
from ui.tasks import begin_task
from ui.uploads import forget

WAYS = {"file": N_("File"), "folder": N_("Folder"), "collect": N_("By class")}


def add_pictures() -> None:
    """The ways to bring pictures in; each leads to a look at what would come of it."""
    way = session.recall("data.way", "file")
    words = {name: _(text) for name, text in WAYS.items()}
    choice(_("Add pictures from"), words, way, lambda name: session.remember("data.way", name), key="data.ways")
    with errors_said():
        {"file": _one_file, "folder": _folder, "collect": _collect}[way]()


def _one_file() -> None:
    uploaded = st.file_uploader(
        _("A .zip of class folders, or an .npz"),
        type=["zip", "npz"],
        key=_widget_key(),
        help=_(
            "ZIP: one folder for each class, named as the class, with its photos in it; folders train, validation and "
            "test may stand above them. NPZ: arrays X_train, y_train and, if you like, X_test, y_test; or X and y."
        ),
    )
    if uploaded:
        path = Path(uploaded.name)
        try:
            discard()
            kept = my_desk().keep_upload(path.suffix.lower(), uploaded)
        finally:
            taken([uploaded])
        look_into_upload(kept, path.stem)


def _folder() -> None:
    uploaded = st.file_uploader(
        _("A folder with one folder for each class"),
        accept_multiple_files="directory",
        key=_widget_key(),
        help=_("The browser asks whether you trust this page: the pictures go to this server and nowhere else."),
    )
    if uploaded:
        try:
            discard()
            keep_all([(file.name, file) for file in uploaded])
        finally:
            taken(uploaded)
        look_into_upload(INBOX, uploaded[0].name.replace("\\", "/").partition("/")[0])


def _collect() -> None:
    st.caption(_("Name your classes, then drop photos in or take them with the camera, one class after the other."))
    if st.button(_("Start"), icon=":material/photo_camera:"):
        start_collecting()
        st.rerun()


def start_collecting(target: str = "", classes: Sequence[str] = ()) -> None:
    """Open the place where photos are gathered class by class, for a new set or for the set `target`."""
    discard()
    my_desk().change(is_collecting=True, classes=tuple(classes), target=target)


def keep_all(files: Sequence[tuple[str, UploadedFile]]) -> None:
    """Write uploaded files to the desk's inbox under the names given.

    Raises:
        DataError: If they do not fit into the browser's quota; then none is kept.
    """
    desk = my_desk()
    if sum(file.size for _name, file in files) > desk.room():
        raise DataError(
            _("More than {limit} MB cannot be handed over at a time. Take fewer or smaller files.").format(
                limit=LIMITS.upload_bytes // 10**6
            )
        )
    for name, file in files:
        stage(desk.inbox, name, file)


def look_into_upload(upload: str, title: str) -> None:
    """Find out what an import of it would give; the right side of the page shows it."""
    say("")
    desk = my_desk()
    desk.change(upload=upload, title=title, look="", is_collecting=False)
    begin_task("look", {"path": str(desk.path / upload)})
    st.rerun()


def _widget_key() -> str:
    return f"data.upload-{session.recall('data.upload', 0)}"


def taken(uploaded: Sequence[UploadedFile]) -> None:
    """Free the server's memory of uploads that are on disk now; a new number makes a new, empty uploader."""
    for file in uploaded:
        forget(file.file_id)
    session.remember("data.upload", session.recall("data.upload", 0) + 1)
