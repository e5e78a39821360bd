"""The frame of every page: configuration, menu, road, sidebar. Runs at each interaction, in each browser."""

from __future__ import annotations

import streamlit as st

from core.datasets.limits import check_limits
from core.home import PROJECT
from core.i18n import set_language_source
from ui import session
from ui.components import dropped_folders
from ui.forgetting import stop_if_forgotten
from ui.html import escaped
from ui.language import language
from ui.lesson import lesson_box, look_for_what_it_needs, page_left_out
from ui.navigation import TEACHERS, entry_of, is_left_out, menu
from ui.road import road
from ui.run_card import run_card
from ui.style import style
from ui.uploads import free_kept
from ui.whose import own_mark, where_pictures_stay

set_language_source(language)
ASSETS = PROJECT / "ui" / "assets"

st.set_page_config(page_title="CNN Studio", page_icon=str(ASSETS / "icon.png"), layout="wide")
check_limits()
st.logo(ASSETS / "logo.svg", size="large")
style()
session.begin()
look_for_what_it_needs()
chosen = st.navigation(menu())
stop_if_forgotten()
name = chosen.url_path or "start"
if name != "start" and name not in TEACHERS:
    road(name)
if name != "classify":
    free_kept()
if name != "train":  # the Train page has the same, larger
    run_card()
lesson_box(name)
told = session.notice(name)
if told:
    st.warning(told, icon=":material/link_off:")
try:
    if is_left_out(name):
        page_left_out(name)
    else:
        chosen.run()
except Exception:  # the page broke, and asks for a reload: the address must still say what a reload needs
    session.end(entry_of(name).shows_run)
    raise
session.end(entry_of(name).shows_run)
foot = " ".join(filter(None, (where_pictures_stay(), own_mark())))
st.html(f"<footer class='studio-foot'>{escaped(foot)}</footer>")
dropped_folders()
