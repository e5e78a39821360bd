"""What becomes of the page when a task is done: the new set is chosen, or the reason why there is none is shown."""

from __future__ import annotations

from core.datasets.editing.edit import Edits
from core.errors import StudioError
from core.i18n import _, ngettext
from core.tasks.folder import Result, TaskFolder, TaskRequest
from ui import format, session
from ui.access import visible_dataset
from ui.data.outcome import say
from ui.data.own import use
from ui.desk import discard, my_desk, step_back
from ui.export.arrivals import TASK, bundle_arrived
from ui.tasks import finished_task
from ui.transfer.results import TASKS, weights_arrived


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
    if request.kind in TASKS:
        weights_arrived(request, result)
    elif request.kind == TASK:
        bundle_arrived(result)
    elif result.error:
        _failed(request, result.error)
    elif request.kind == "look":
        _looked(request, task)
    elif request.kind == "export":
        _exported(request, task)
    else:
        _made(request, result)


def after_cancel() -> None:
    """A look that was cancelled leads back to what was gathered; an import that was, to the look before it."""
    if not my_desk().state().look:
        step_back()


def _looked(request: TaskRequest, task: TaskFolder) -> None:
    """Keep what was found, if it is still what lies on the desk."""
    desk = my_desk()
    upload = desk.state().upload
    if upload and request.arguments["path"] == str(desk.path / upload):
        desk.change(look=task.id)


def _failed(request: TaskRequest, error: str) -> None:
    say(error, went_wrong=True)
    if request.kind == "look":
        step_back()


def _exported(request: TaskRequest, task: TaskFolder) -> None:
    desk = my_desk()
    key = f"{request.arguments['dataset']}.{request.arguments['as']}"
    desk.change(exports={**desk.state().exports, key: task.id})
    say(_("The file is ready to be downloaded, on the left."))


def _made(request: TaskRequest, result: Result) -> None:
    dataset_id = str(result.value["dataset"])
    try:
        dataset = visible_dataset(dataset_id)
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
    words = ngettext("{kept} picture is in the set.", "{kept} pictures are in the set.", len(dataset)).format(
        kept=format.count(len(dataset))
    )
    if left_out:
        words += " " + ngettext(
            "{count} file was left out; Files says why.", "{count} files were left out; Files says why.", left_out
        ).format(count=format.count(left_out))
    say(words)
