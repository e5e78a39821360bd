"""One run, opened from the table: its name and note to write, its numbers, and the ways on from it."""

from __future__ import annotations

import time

import streamlit as st

from core.errors import StudioError
from core.exams import score
from core.i18n import _
from core.runs.folder import ACTIVE, RunFolder, RunInfo, Status, open_run
from core.runs.notes import LONGEST_NAME, LONGEST_NOTE, about_of, run_name
from ui import format, session
from ui.compare.changes import delete, say
from ui.compare.listed import OPENED
from ui.html import facts, plain
from ui.navigation import go
from ui.network_words import network_rows
from ui.services import studio
from ui.words import state_name


def run_card_dialog() -> None:
    """Open the run whose name was pressed, if there is one."""
    run_id = session.recall(OPENED)
    if not run_id:
        return
    run = RunFolder(studio().home.runs / run_id)
    try:
        title = run_name(open_run(studio().home, run_id))
    except StudioError:
        title = _("Damaged run")
    st.dialog(plain(title), width="medium", on_dismiss=_close)(_card)(run)


def _close() -> None:
    session.remember(OPENED, None)


def _card(run: RunFolder) -> None:
    try:
        info, status = run.info(), run.status()
    except StudioError as error:
        st.error(plain(str(error)), icon=":material/error:")
        _delete_button(run, is_active=False)
        return
    _words(run, info)
    facts(_rows(run, info, status))
    if status.message:
        st.warning(plain(_(status.message)), icon=":material/info:")
    with st.container(horizontal=True, key="run-card-ways"):
        for name, label, icon in (
            ("train", _("Its curves"), ":material/show_chart:"),
            ("evaluate", _("Its exam"), ":material/grid_on:"),
        ):
            if st.button(label, icon=icon, key=f"card-{name}"):
                _leave(run.id, name)
        help = _("Take this run's settings over, change what you like and train again. This run stays as it is.")
        if st.button(_("Clone with changes"), icon=":material/content_copy:", help=help, key="card-clone"):
            session.clone(info.spec)
            _leave(None, "train")
        _delete_button(run, status.state in ACTIVE)


def _words(run: RunFolder, info: RunInfo) -> None:
    """The name and the note, kept on a press: closing the window leaves them as they were."""
    about = about_of(run)
    with st.form(f"card-words-{run.id}", border=False):
        name = st.text_input(
            _("Name"),
            about.name or info.name,
            key=f"card-name-{run.id}",
            max_chars=LONGEST_NAME,
            placeholder=info.name,
        )
        note = st.text_area(
            _("Note: what I expected, what happened"),
            about.note,
            key=f"card-note-{run.id}",
            max_chars=LONGEST_NOTE,
            height=120,
        )
        if st.form_submit_button(_("Keep name and note"), type="primary", icon=":material/check:"):
            say(run, name=_own_name(name, info), note=note)
            _close()
            st.rerun()


def _own_name(written: str, info: RunInfo) -> str:
    return "" if written.strip() == info.name else written


def _rows(run: RunFolder, info: RunInfo, status: Status) -> list[tuple[str, str]]:
    return [
        (_("State"), state_name(status.state)),
        (_("Test accuracy"), format.percent(score(run, status))),
        (_("Data"), _(info.dataset_title)),
        *network_rows(info.spec),
        (_("Made"), time.strftime("%d %b %Y, %H:%M", time.localtime(info.created_at))),
    ]


def _delete_button(run: RunFolder, is_active: bool) -> None:
    help = _("It still learns. Stop it first.") if is_active else _("It can be brought back for a day.")
    if st.button(_("Delete"), icon=":material/delete:", disabled=is_active, help=help, key="card-delete"):
        _close()
        delete([run.id])
        st.rerun()


def _leave(run_id: str | None, page: str) -> None:
    _close()
    session.look_at(run_id)
    go(page)
