"""What becomes of the page when a task is done: the new set is chosen, or the reason why there is none is shown."""

from __future__ import annotations

import streamlit as st

from core.datasets.editing.edit import Edits
from core.datasets.store import open_dataset
from core.errors import StudioError
from core.i18n import _
from core.tasks.folder import Result, TaskFolder, TaskRequest
from ui import format, session
from ui.data.own import use
from ui.desk import discard, my_desk
from ui.html import plain
from ui.services import studio
from ui.tasks import finished_task


def take_results() -> None:
    """Take over what a finished task has made, once."""
    finished = finished_task()
    if not finished:
        return
    task, result = finished
    try:
        request = task.request()
    except (OSError, ValueError):
        return
    if result.error:
        _failed(request, result.error)
    elif request.kind == "look":
        my_desk().change(look=task.id)
    elif request.kind == "export":
        _exported(request, task)
    else:
        _made(request, result)


def outcome() -> None:
    """Say what the last task came to, until the next one starts or the words are closed."""
    words, went_wrong = session.recall("data.outcome", ("", False))
    if not words:
        return
    if went_wrong:
        st.error(plain(words), icon=":material/error:")
    else:
        st.success(plain(words), icon=":material/check:")


def say(words: str, went_wrong: bool = False) -> None:
    """Keep words for `outcome`."""
    session.remember("data.outcome", (words, went_wrong))


def _failed(request: TaskRequest, error: str) -> None:
    say(error, went_wrong=True)
    if request.kind == "look":
        my_desk().clear_upload()
        my_desk().change(upload="")


def _exported(request: TaskRequest, task: TaskFolder) -> None:
    made = session.recall("data.export", {})
    key = (request.arguments["dataset"], request.arguments["as"])
    session.remember("data.export", {**made, key: task.id})
    say(_("The file is ready to be downloaded, on the left."))


def _made(request: TaskRequest, result: Result) -> None:
    dataset_id = str(result.value["dataset"])
    try:
        dataset = open_dataset(studio().home, dataset_id)
    except StudioError as error:
        say(str(error), went_wrong=True)
        return
    if request.kind == "built_in":
        session.use_dataset(dataset)
        return
    use(dataset_id)
    if request.kind == "edit":
        my_desk().mark(request.arguments["dataset"], Edits())
        say(_("Version {number} is made; the version before it is still there.").format(number=dataset.meta.version))
        return
    discard()
    left_out = len(dataset.meta.refused)
    words = _("{kept} pictures are in the set.").format(kept=format.count(len(dataset)))
    if left_out:
        words += " " + _("{count} files were left out; Files says why.").format(count=format.count(left_out))
    say(words)
