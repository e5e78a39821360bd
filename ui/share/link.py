"""A link as the Share page shows it: the address to copy, a QR code to project, and what to know of it."""

from __future__ import annotations

import segno
import streamlit as st

from core.i18n import _
from ui import format
from ui.html import escaped
from ui.share.address import LONGEST, is_this_computer_alone

MOST_IN_CODE = 1_200  # characters; more make squares too small for a phone that looks at a wall
MARGIN = 4  # squares of white around the code, as its standard asks


def reach(address: str) -> None:
    """Say where links open, unless others can open them too."""
    if is_this_computer_alone(address):
        st.info(
            _(
                "These links work on this computer only. For others on your network, start CNN Studio with "
                "`make run ADDRESS=0.0.0.0` and open it under the name or number that this computer has there."
            ),
            icon=":material/computer:",
        )


def link_panel(address: str, what: str) -> None:
    """The address in a box that copies it, and its QR code.

    Args:
        what: The link is to, for those who do not see the code.
    """
    st.code(address, language=None, wrap_lines=True)
    if len(address) > LONGEST:
        st.warning(
            _(
                "This address has {count} characters. Some browsers and mail programs cut those of more than {most}."
            ).format(count=format.count(len(address)), most=format.count(LONGEST)),
            icon=":material/content_cut:",
        )
    if len(address) > MOST_IN_CODE:
        st.caption(_("Too long for a QR code that a phone can read from a wall."))
    else:
        with st.expander(_("QR code to project"), icon=":material/qr_code_2:"):
            alt = _("QR code of the link to {what}").format(what=what)
            st.html(f"<img class='studio-qr' src='{qr_code(address)}' alt='{escaped(alt)}'>")


@st.cache_data(max_entries=64, show_spinner=False)
def qr_code(address: str) -> str:
    """The QR code of an address, black on white, as the address of an SVG picture."""
    code = segno.make(address, error="l", micro=False)
    return str(code.svg_data_uri(border=MARGIN, dark="#000", light="#fff", omitsize=True, encode_minimal=False))
