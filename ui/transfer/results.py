"""What becomes of the settings when weights have been fetched or handed over, whichever page is told of it."""

from __future__ import annotations

from typing import NamedTuple

from core.architecture.backbones.table import BACKBONES
from core.architecture.transfer import IMAGENET, Transfer
from core.desk import Desk
from core.tasks.folder import Result, TaskFolder, TaskRequest
from ui import session
from ui.desk import my_desk
from ui.tasks import finished_task, running_task
from ui.transfer.choice import change_transfer

TASKS = ("weights", "weights_file")
_FAILURE = "transfer.weights-failure"


class Failure(NamedTuple):
    """Why there are no weights of a backbone; `file` is the one that was handed over, "" where they were fetched."""

    backbone: str = ""
    file: str = ""
    why: str = ""


def weights_task() -> TaskFolder | None:
    """The task that brings weights for this browser, if one works or was not taken over yet."""
    task = running_task()
    request = request_of(task) if task else None
    return task if request and request.kind in TASKS else None


def request_of(task: TaskFolder) -> TaskRequest | None:
    """What a task is to do; None where its folder is damaged."""
    try:
        return task.request()
    except (OSError, ValueError):
        return None


def take_weights() -> None:
    """Take over weights that have arrived; the result of any other task is left to the page that it belongs to."""
    task = weights_task()
    request = request_of(task) if task else None
    finished = finished_task() if request else None
    if request and finished:
        weights_arrived(request, finished[1])


def weights_arrived(request: TaskRequest, result: Result) -> None:
    """Use a file that was handed over; keep why there are no weights, for the Model page to say."""
    forget_upload()
    backbone = request.arguments["backbone"]
    session.remember(_FAILURE, Failure(backbone, request.arguments.get("name", ""), result.error))
    architecture = session.spec().architecture
    if result.error or request.kind != "weights_file" or not isinstance(architecture, Transfer):
        return
    if architecture.backbone == backbone:
        name = str(result.value["weights"])
        change_transfer(weights=IMAGENET if name == BACKBONES[architecture.backbone].file_name else name)


def failure_of(backbone: str) -> Failure:
    """The last try to get weights of this backbone, if it failed; else one that says nothing."""
    failure: Failure = session.recall(_FAILURE, Failure())
    return failure if failure.backbone == backbone else Failure()


def upload_desk() -> Desk:
    """Where a file with weights lies until it is checked: beside what an import is prepared for, not in its place."""
    return Desk(my_desk().path / "weights")


def forget_upload() -> None:
    """Free the file that was handed over, and forget why the last try failed."""
    upload_desk().clear_upload()
    session.remember(_FAILURE, Failure())
