"""Share: all settings as a link, and lessons: the same with a text on top and some of the controls kept."""

import streamlit as st

from core.i18n import _
from ui import session
from ui.share.address import address_of, base
from ui.share.draft import draft, is_begun, start_anew
from ui.share.lesson_form import lesson_form
from ui.share.link import link_panel, reach
from ui.share.restores import others_see_pictures, restored

reach(base())
others_see_pictures(session.spec().data.dataset)
with st.container(key="wide-share"):
    left, right = st.columns([2, 3], gap="large")
with left:
    st.subheader(_("Link to these settings"), anchor=False)
    st.markdown(
        _("Who opens it gets your settings as they are now, and can change everything. It brings no trained model.")
    )
    link_panel(address_of(session.spec()), _("these settings"))
    st.caption(_("It restores:"))
    restored(session.spec())
with right:
    st.subheader(_("Lesson link"), anchor=False)
    st.markdown(
        _(
            "The same settings with your words on top, to hand out. "
            "Learners see what you show, and can change what you leave free."
        )
    )
    address = address_of(session.spec(), draft())
    link_panel(address, _("the lesson"))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.link_button(_("Open it as a learner sees it"), address, icon=":material/open_in_new:")
        if is_begun():
            st.button(_("Start anew"), type="tertiary", icon=":material/restart_alt:", on_click=start_anew)
    st.caption(_("Nobody is locked in: whoever leaves the lesson can change everything."))
    lesson_form()
