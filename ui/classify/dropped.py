"""Photos that are dropped or pasted: a few have a row each, many are a pile. All lie on the browser's desk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.asked import keep_photos, keep_pile, photos_of
from core.datasets.limits import LIMITS
from core.errors import StudioError
from core.i18n import _
from ui import session
from ui.answers import Photo
from ui.classify.input import forget_choices
from ui.classify.tab import asked_here, clear_here, hold
from ui.components import pasted_picture
from ui.desk import my_desk
from ui.html import plain
from ui.uploads import PHOTOS, forget, kept

TYPES = ["jpg", "jpeg", "png", "webp", "gif", "bmp"]
FEW = 8  # up to so many photos have a row each; more become a pile
DROPS = "classify.drops"  # how often the drop area was emptied: its number, since it is then a new one


def drop_area() -> list[UploadedFile]:
    """The files in the drop area; those that it held before are freed. Many, a folder's or a .zip become a pile."""
    files = st.file_uploader(
        _("Drop photos here, one or hundreds"),
        type=[*TYPES, "zip"],
        accept_multiple_files=True,
        key=_key("drop"),
        max_upload_size=LIMITS.upload_bytes // 1_000_000,
        help=_(
            "Or a folder, or a .zip. Where folders in it are called as classes, you see how many answers are right."
        ),
        on_change=_changed,
    )
    if len(files) > FEW or any("/" in file.name or file.name.lower().endswith(".zip") for file in files):
        _pile_up(files)
    return files


def folder_area() -> None:
    """A drop area for a folder with all that is in it, which becomes a pile."""
    files = st.file_uploader(
        _("A folder of photos"),
        accept_multiple_files="directory",
        key=_key("folder"),
        help=_(
            "Where the folders in it are called as classes, you see how many answers are right. The browser asks "
            "whether you trust this page: the pictures go to this server and nowhere else."
        ),
        on_change=_changed,
    )
    if files:
        _pile_up(files)


def paste_area(files: Sequence[UploadedFile]) -> None:
    """A button that takes a picture from the clipboard, in place of the photos before.

    Args:
        files: What the drop area holds.
    """
    try:
        content = pasted_picture(key="classify-paste")
        if content:
            _changed()
            hold(keep_photos(my_desk(), [(_("pasted picture"), content)]))
    except StudioError as error:
        st.warning(plain(str(error)), icon=":material/content_paste_off:")
        return
    if content and files:
        _empty(files)
        st.rerun()


def asked_photos(files: Sequence[UploadedFile]) -> list[Photo]:
    """The few photos that this tab asks about: those in the drop area, else what lies on the desk from before.

    Args:
        files: What the drop area holds.
    """
    photos = kept(files, lambda file: Photo(file.name, file.getvalue()))
    here = asked_here()
    if photos and here is None:
        try:
            hold(keep_photos(my_desk(), [(photo.name, photo.content) for photo in photos]))
        except StudioError as error:
            st.warning(plain(str(error)), icon=":material/save:")
    return photos or (_from_desk(here) if here and not here.suffix else [])


def asked_pile() -> Path | None:
    """The many photos that this tab asks about."""
    here = asked_here()
    return here if here and here.suffix else None


def clear_button(files: Sequence[UploadedFile], has_sample: bool) -> None:
    """The button that clears away all that is asked about; none where the drop area shows it all, with its own.

    Args:
        files: What the drop area holds.
        has_sample: Whether a test picture is asked about.
    """
    here = asked_here()
    if has_sample or (here and not files):
        words = _("Clear these photos away") if here else _("Clear this picture away")
        st.button(words, icon=":material/close:", key="classify-clear", on_click=_clear, args=(files,))


def _clear(files: Sequence[UploadedFile]) -> None:
    _changed()
    _empty(files)


def _changed() -> None:
    """Other photos are wanted now, or none."""
    clear_here()
    forget_choices()


def _from_desk(folder: Path) -> list[Photo]:
    """Read once: a photo's digest is made once, too."""
    of_folder, photos = session.recall(PHOTOS) or (None, [])
    if of_folder != folder:
        photos = [Photo(name, content) for name, content in photos_of(folder)]
        session.remember(PHOTOS, (folder, photos))
    return list(photos)


def _pile_up(files: Sequence[UploadedFile]) -> None:
    """Write files to the desk in place of what was there before, and free the server's memory of them."""
    clear_here()
    try:
        hold(keep_pile(my_desk(), [(file.name, file.size, file) for file in files]))
    except StudioError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    finally:
        _empty(files)
    st.rerun()


def _empty(files: Sequence[UploadedFile]) -> None:
    """Free the memory of dropped files; the drop areas are then new and empty ones."""
    for file in files:
        forget(file.file_id)
    session.remember(DROPS, session.recall(DROPS, 0) + 1)


def _key(name: str) -> str:
    return f"{name}-{session.recall(DROPS, 0)}"
