"""Turning pages of pictures."""

from __future__ import annotations

import streamlit as st

from core.i18n import _
from ui import session


def pager(key: str, page: int, pages: int) -> None:
    """Buttons for the page before and the next one; nothing where there is only one.

    Args:
        key: Under which `session` keeps the page.
        page: The one that is shown, 0-based.
    """
    if pages < 2:
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="center"):
        for step, icon, label in ((-1, "chevron_left", _("Before")), (1, "chevron_right", _("Next"))):
            st.button(
                label,
                key=f"{key}-{step}",
                icon=f":material/{icon}:",
                type="tertiary",
                disabled=not 0 <= page + step < pages,
                on_click=session.remember,
                args=(key, page + step),
            )
        st.caption(_("page {page} of {pages}").format(page=page + 1, pages=pages), width="content")
