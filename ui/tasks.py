"""Work that a process of its own does for this browser: started, watched, taken over when it is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.errors import StudioError
from core.i18n import _
from core.tasks.folder import Result, TaskFolder, open_task
from core.tasks.start import cancel, result_of, start_task
from ui import session
from ui.desk import my_desk
from ui.html import plain
from ui.services import studio

REFRESH = 0.4  # seconds


def begin_task(kind: str, arguments: dict[str, Any]) -> TaskFolder:
    """Start a task for this browser; what `running_task` then gives.

    Raises:
        StudioError: If one works for it already, perhaps in another tab.
    """
    if running_task():
        raise StudioError(_("Something is being made for you already. Wait until it is done, or cancel it."))
    task = start_task(studio().home, kind, arguments, session.viewer().owner)
    my_desk().change(task=task.id)
    return task


def running_task() -> TaskFolder | None:
    """The task that works for this browser, or is done and not taken over yet."""
    task_id = my_desk().state().task
    if not task_id:
        return None
    try:
        return open_task(studio().home, task_id)
    except StudioError:
        my_desk().change(task="")
        return None


def finished_task() -> tuple[TaskFolder, Result] | None:
    """The task that is done, with its result, once; the browser is then free for another."""
    task = running_task()
    result = result_of(task) if task else None
    if not task or not result:
        return None
    my_desk().change(task="")
    return task, result


def task_panel(task: TaskFolder, on_cancel: Callable[[], None]) -> None:
    """How far the task is, and a way to end it, followed by `on_cancel`; the page runs again when it is done."""
    with st.container(border=True, key="task"):
        st.fragment(_watch, run_every=REFRESH)(task)
        if st.button(_("Cancel"), icon=":material/close:"):
            cancel(task)
            my_desk().change(task="")
            on_cancel()
            st.rerun()


def _watch(task: TaskFolder) -> None:
    if result_of(task):
        st.rerun()
    progress = task.progress()
    st.progress(progress.fraction, plain(progress.text))
    st.caption(_("This goes on when you leave the page or reload it."))
