"""One run, opened from the table: its name and note to write, its numbers, and the ways on from it."""

from __future__ import annotations

import time
from contextlib import suppress

import streamlit as st

from core.errors import StudioError
from core.exams import score
from core.i18n import N_, _
from core.runs.folder import ACTIVE, RunFolder, RunInfo, Status
from core.runs.network_words import network_rows
from core.runs.notes import LONGEST_NAME, LONGEST_NOTE, About, about_of, access_of_run, run_name
from ui import format, session
from ui.access import may_change, my_run, recheck, visible_run
from ui.compare.changes import delete, say
from ui.compare.listed import OPENED
from ui.html import facts, plain
from ui.navigation import go, is_left_out
from ui.publishing import run_switches
from ui.whose import browser_name, mark_of
from ui.words import state_name

WAYS = {
    "train": (N_("Its curves"), ":material/show_chart:"),
    "evaluate": (N_("Its exam"), ":material/grid_on:"),
    "classify": (N_("Ask it"), ":material/image_search:"),
    "export": (N_("Keep it"), ":material/archive:"),
}
OF_A_MODEL = ("classify", "export")
FILLED = "compare-filled"  # the run whose window is open, and what was said of it then


def run_card_dialog() -> None:
    """Open the run whose name was pressed, if there is one and it may be shown."""
    run_id = session.recall(OPENED)
    run, title = _opened(run_id) if run_id else (None, "")
    if run:
        st.dialog(plain(title), width="medium", on_dismiss=_close)(_card)(run)


def _opened(run_id: str) -> tuple[RunFolder | None, str]:
    """The run with its name; one that cannot be read is anybody's to delete."""
    try:
        run = visible_run(run_id)
        return run, run_name(run)
    except StudioError:
        with suppress(StudioError):
            return my_run(run_id), _("Damaged run")
    return None, ""


def _close() -> None:
    session.remember(OPENED, None)
    session.remember(FILLED, ("", About()))


def _card(run: RunFolder) -> None:
    recheck(run)
    try:
        info, status = run.info(), run.status()
    except StudioError:
        st.error(_("Its folder {run} is damaged and cannot be read.").format(run=run.id), icon=":material/error:")
        _delete_button(run, is_active=False)
        return
    is_mine = may_change(run)
    if is_mine:
        _words(run, info)
    elif note := about_of(run).note:
        st.text(note)
    facts(_rows(run, info, status))
    run_switches(run)
    if status.message:
        st.warning(plain(_(status.message)), icon=":material/info:")
    with st.container(horizontal=True, key="run-card-ways"):
        for name, (label, icon) in WAYS.items():
            is_there = not is_left_out(name) and (run.checkpoint.exists() or name not in OF_A_MODEL)
            if is_there and st.button(_(label), icon=icon, key=f"card-{name}"):
                _leave(run.id, name)
        if not is_left_out("train"):
            _clone_button(info)
        if is_mine:
            _delete_button(run, status.state in ACTIVE)


def _clone_button(info: RunInfo) -> None:
    help = _("Take this run's settings over, change what you like and train again. This run stays as it is.")
    if st.button(_("Clone with changes"), icon=":material/content_copy:", help=help, key="card-clone"):
        session.clone(info.spec)
        _leave(None, "train")


def _words(run: RunFolder, info: RunInfo) -> None:
    """The name and the note, kept on a press: closing the window leaves them as they were.

    Only what was changed here is kept: meanwhile another browser may have written the other one.
    """
    filled = _filled(run)
    with st.form(f"card-words-{run.id}", border=False):
        name = st.text_input(
            _("Name"),
            filled.name or info.name,
            key=f"card-name-{run.id}",
            max_chars=LONGEST_NAME,
            placeholder=info.name,
        )
        note = st.text_area(
            _("Note: what I expected, what happened"),
            filled.note,
            key=f"card-note-{run.id}",
            max_chars=LONGEST_NOTE,
            height=120,
        )
        if st.form_submit_button(_("Keep name and note"), type="primary", icon=":material/check:"):
            written = {"name": _own_name(name, info), "note": note}
            say(run, **{field: text for field, text in written.items() if text != getattr(filled, field)})
            _close()
            st.rerun()


def _filled(run: RunFolder) -> About:
    """What was said of the run when its window was opened."""
    kept: tuple[str, About] = session.recall(FILLED, ("", About()))
    if kept[0] != run.id:
        kept = run.id, about_of(run)
        session.remember(FILLED, kept)
    return kept[1]


def _own_name(written: str, info: RunInfo) -> str:
    return "" if written.strip() == info.name else written


def _rows(run: RunFolder, info: RunInfo, status: Status) -> list[tuple[str, str]]:
    whose = [(_("Made by"), browser_name(info.owner))] if mark_of(access_of_run(run)) else []
    return [
        *whose,
        (_("State"), state_name(status.state)),
        (_("Test accuracy"), format.percent(score(run, status))),
        (_("Data"), _(info.dataset_title)),
        *network_rows(info.spec),
        (_("Made"), time.strftime("%d %b %Y, %H:%M", time.localtime(info.created_at))),
    ]


def _delete_button(run: RunFolder, is_active: bool) -> None:
    label = _("Stop and delete") if is_active else _("Delete")
    if st.button(label, icon=":material/delete:", help=_("It can be brought back for a day."), key="card-delete"):
        _close()
        delete([run.id])
        st.rerun()


def _leave(run_id: str | None, page: str) -> None:
    _close()
    session.look_at(run_id)
    go(page)
