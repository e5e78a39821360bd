"""The frame of every page: configuration, menu, road, sidebar. Runs at each interaction, in each browser."""

from __future__ import annotations

import streamlit as st

from core.datasets.limits import check_limits
from core.home import PROJECT
from core.i18n import _, set_language_source
from ui import session
from ui.lesson import lesson_box, look_for_pictures, page_left_out
from ui.navigation import TEACHERS, entry_of, is_left_out, menu
from ui.road import road
from ui.run_card import run_card
from ui.style import style
from ui.uploads import free_kept

set_language_source(session.language)
ASSETS = PROJECT / "ui" / "assets"

st.set_page_config(page_title="CNN Studio", page_icon=str(ASSETS / "icon.png"), layout="wide")
check_limits()
st.logo(ASSETS / "logo.svg", size="large")
style()
session.begin()
look_for_pictures()
chosen = st.navigation(menu())
name = chosen.url_path or "start"
if name != "start" and name not in TEACHERS:
    road(name)
if name != "classify":
    free_kept()
if name != "train":  # the Train page has the same, larger
    run_card()
lesson_box()
told = session.notice()
if told:
    st.warning(told, icon=":material/link_off:")
if is_left_out(name):
    page_left_out(name)
else:
    chosen.run()
session.end(entry_of(name).shows_run)
st.html(f"<footer class='studio-foot'>{_('CNN Studio runs on this computer. Your pictures stay here.')}</footer>")
