"""Runs that come from another CNN Studio: handed over here, checked by a task, then looked at."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.desk import Desk
from core.i18n import _
from core.runs.notes import run_name
from core.tasks.folder import Result
from ui import session
from ui.access import visible_run
from ui.desk import my_desk
from ui.errors import errors_shown
from ui.html import plain
from ui.tasks import begin_task, finished_task, running_task, task_panel
from ui.transfer.results import request_of
from ui.uploads import hand_over

TASK = "bundle"  # in `core.tasks.kinds.KINDS`
_UPLOADS, _OUTCOME = "export.uploads", "export.outcome"


def take_bundle() -> None:
    """Take over a run that has arrived; the result of any other task is left to the page that it belongs to."""
    if _is_bringing():
        finished = finished_task()
        if finished:
            bundle_arrived(finished[1])
            st.rerun()  # the road was drawn before


def bundle_arrived(result: Result) -> None:
    """Look at the run; keep what is to be said of it."""
    _desk().clear_upload()
    session.remember(_OUTCOME, result)
    if not result.error:
        session.look_at(str(result.value["run"]))


def import_card() -> None:
    """Where a bundle is handed over, and what came of the last one."""
    with st.container(border=True, key="export-import", height="stretch"):
        st.subheader(f":material/move_to_inbox: {_('Bring a run in')}", anchor=False)
        st.markdown(_("A file of another CNN Studio. It is checked and rebuilt here; nothing in it is executed."))
        task = running_task()
        if task and _is_bringing():
            task_panel(task, _desk().clear_upload)
            return
        _say_outcome()
        uploaded = st.file_uploader(
            _("A run bundle (.zip)"),
            type=["zip"],
            key=f"export.upload-{session.recall(_UPLOADS, 0)}",
            label_visibility="collapsed",
        )
        if uploaded:
            _hand_over(uploaded)


def _say_outcome() -> None:
    result: Result | None = session.recall(_OUTCOME)
    if result is None:
        return
    if result.error:
        st.error(plain(result.error), icon=":material/error:")
        return
    with errors_shown():
        name = run_name(visible_run(str(result.value["run"])))
        text = _("{name} is here, and chosen on all pages.")
        st.success(text.format(name=plain(name)), icon=":material/check:")


def _hand_over(uploaded: UploadedFile) -> None:
    """Write the file to the desk, free the server's memory of it, and have it checked and rebuilt."""
    with errors_shown():
        path = hand_over(_desk(), ".zip", uploaded, _UPLOADS)
        begin_task(TASK, {"path": str(path)})
        session.remember(_OUTCOME, None)
        st.rerun()


def _is_bringing() -> bool:
    task = running_task()
    request = request_of(task) if task else None
    return request is not None and request.kind == TASK


def _desk() -> Desk:
    """Where a bundle lies until it is checked: beside what an import of pictures is prepared for."""
    return Desk(my_desk().path / TASK)
