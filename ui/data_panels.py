"""What the Data page shows in place of pictures that are not here: what is missing, and the button that helps."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from core.datasets.catalog import BASE_URLS, BUILT_IN, ensure_dataset
from core.datasets.store import open_dataset
from core.errors import StudioError
from core.home import Home
from core.i18n import _
from ui import session
from ui.errors import errors_shown
from ui.html import facts, plain
from ui.progress import progress_bar
from ui.services import studio

EXAMPLE = 'np.savez_compressed("my_set.npz", X_train=pictures, y_train=labels)'


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
            size, source = _("{size} MB").format(size=entry.size_mb), urlsplit(BASE_URLS[name]).hostname or ""
            facts([(_("Download"), size), (_("From"), source), (_("Licence"), _(entry.licence))])
        label = _("Read it in") if waiting else _("Get it ({size} MB)").format(size=entry.size_mb)
        if st.button(label, type="primary", icon=":material/download:"):
            with errors_shown(), progress_bar() as on_progress:
                session.use_dataset(ensure_dataset(studio().home, name, on_progress))
                st.rerun()
    _until_then()


def no_own_set() -> None:
    """No own set is chosen yet: how to make one."""
    with st.container(border=True, key="data-panel"):
        st.subheader(_("My own pictures"))
        st.write(
            _(
                "Put your pictures and their labels into one .npz file and add it on the left. It stays on this "
                "computer. You can't break anything here."
            )
        )
        st.code(EXAMPLE, language="python", wrap_lines=True)
        st.caption(
            _(
                "Pictures: an array of shape (count, height, width) or (count, height, width, 3), with values from 0 "
                "to 255 or from 0 to 1. Labels: numbers or names, one for each picture. Your own X_test and y_test are "
                "used if they are there; else a part is kept aside for the test."
            )
        )
    _until_then()


def missing(error: StudioError) -> None:
    """The chosen set was deleted, is damaged, or belongs to somebody else's link."""
    with st.container(border=True, key="data-panel"):
        st.subheader(_("This data set is not here"))
        st.write(plain(str(error)))
        st.caption(_("It may have been removed, or the link comes from another computer. Your runs are still there."))
        if st.button(_("Go back to the digits"), type="primary", icon=":material/undo:"):
            session.use_dataset(open_dataset(studio().home, "digits"))
            st.rerun()


def file_waits(home: Home, name: str) -> bool:
    """Whether somebody put the set's .npz where `ensure_dataset` looks for it."""
    return any((folder / f"{name}.npz").is_file() for folder in (home.root / "downloads", home.datasets))


def _until_then() -> None:
    """Which set the other pages work with meanwhile."""
    try:
        title = open_dataset(studio().home, session.spec().data.dataset).meta.title
    except StudioError:
        return
    st.caption(_("Until then everything stays as it is, with {title}.").format(title=plain(_(title))))
