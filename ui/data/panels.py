"""What the Data page shows in place of pictures that are not here: what is missing, and the button that helps."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from core.datasets.catalog import BUILT_IN, found_at
from core.errors import StudioError
from core.home import Home
from core.i18n import _
from ui import session
from ui.access import sees_dataset, visible_dataset
from ui.html import facts, plain
from ui.navigation import go
from ui.services import studio
from ui.tasks import begin_task

EXAMPLE = """my pictures
├── hedgehog
│   ├── IMG_001.jpg
│   └── IMG_002.jpg
└── hamster
    └── IMG_003.jpg"""


def to_fetch(name: str) -> None:
    """A built-in set that is not on this computer yet: its size and source, and a button that gets it."""
    entry = BUILT_IN[name]
    waiting = file_waits(studio().home, name)
    with st.container(border=True, key="data-panel"):
        st.subheader(_(entry.title))
        st.write(_(entry.help))
        if waiting:
            st.caption(_("Its file lies on this computer already and only has to be read."))
        else:
            st.caption(_("It is not on this computer yet. It is fetched once and then stays here."))
            size, source = _("{size} MB").format(size=entry.size_mb), urlsplit(entry.base_url).hostname or ""
            facts([(_("Download"), size), (_("From"), source), (_("Licence"), _(entry.licence))])
        label = _("Read it in") if waiting else _("Get it ({size} MB)").format(size=entry.size_mb)
        if st.button(label, type="primary", icon=":material/download:"):
            begin_task("built_in", {"name": name})
            st.rerun()
    _until_then()


def no_own_set() -> None:
    """No own set is chosen yet: how to make one."""
    with st.container(border=True, key="data-panel"):
        st.subheader(_("Bring your own pictures"))
        st.write(
            _(
                "A network learns classes from examples: some photos of each thing that it is to tell apart. "
                "Thirty of each are a good start. You can't break anything here."
            )
        )
        st.markdown(
            _(
                "- **File**: a .zip with one folder for each class, or NumPy arrays as .npz\n"
                "- **Folder**: one on your computer, with one folder for each class in it\n"
                "- **By class**: drop photos in, or take them with the camera"
            )
        )
        st.code(EXAMPLE, language=None)
    _until_then()


def missing(error: StudioError, is_data_page: bool = False) -> None:
    """The chosen set was deleted, is damaged, was never fetched, or belongs to somebody else's link."""
    chosen = session.spec().data.dataset
    entry = BUILT_IN.get(chosen)
    with st.container(border=True, key="data-panel"):
        if entry:
            st.subheader(_(entry.title))
            st.write(_("It is not on this computer yet. The Data page gets it, once."))
        elif not sees_dataset(chosen):
            st.subheader(_("These pictures are private"))
            if session.lesson() is None:  # its box says so
                st.write(plain(str(error)))
        else:
            st.subheader(_("This data set is not here"))
            st.write(plain(str(error)))
            st.caption(_("It may have been removed, or the link comes from another computer."))
        st.caption(_("All other settings are as they were. Your runs are still there."))
        with st.container(horizontal=True, vertical_alignment="center"):
            label = _("Get it on the Data page") if entry else _("Choose others or bring them in")
            if not is_data_page and st.button(label, type="primary", icon=":material/photo_library:"):
                go("data")
            if st.button(_("Go back to the digits"), icon=":material/undo:"):
                session.use_dataset(visible_dataset("digits"))
                st.rerun()


def file_waits(home: Home, name: str) -> bool:
    """Whether somebody put the set's file or folder where `ensure_dataset` looks for it."""
    return found_at(home, name) is not None


def _until_then() -> None:
    """Which set the other pages work with meanwhile."""
    try:
        title = visible_dataset(session.spec().data.dataset).meta.title
    except StudioError:
        return
    st.caption(_("Until then everything stays as it is, with {title}.").format(title=plain(_(title))))
