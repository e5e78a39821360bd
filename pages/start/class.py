"""Class: what everybody trains on this server, for the teacher."""

import streamlit as st

from core.i18n import _
from ui import session
from ui.classroom.browsers import browsers
from ui.classroom.training import training
from ui.components import post_form
from ui.html import escaped
from ui.teacher_cookie import LEAVE, PARAMETER

st.subheader(_("Class"), anchor=False)
if session.viewer().is_teacher:
    st.markdown(_("You see the runs and pictures of everybody on this server, on all pages, and may change them."))
    training()
    browsers()
    st.html(f"<p class='studio-leave'><a href='./?teacher={LEAVE}'>{escaped(_('Leave teacher mode'))}</a></p>")
else:
    text = _("This page is the teacher's. The terminal in which CNN Studio was started shows the token that opens it.")
    st.info(text, icon=":material/lock:")
    post_form(PARAMETER, _("Open"), label=_("Teacher's token"), key="class-token")
