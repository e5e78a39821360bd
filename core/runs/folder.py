"""The run folder: the only interface between who asks for training and who trains.

run.json          what was asked: specification, name, owner, data set; never changed after it is written
status.json       how it stands: state, pid, score; replaced atomically
request.json      what a person asks of the running worker: pause, stop, finish this epoch
split.npz         the indices of training, validation and test pictures
events.jsonl      what happened, append-only
checkpoint.npz    model, optimizer, metrics and position; temporary file + fsync + rename
epochs/           0007.npz: the weights as epoch 7 (0-based) left them, of some epochs
pins/             0007.npz: what it says of the pinned pictures after epoch 7 (core/pins.py)
model.keras       the trained model, written at the end
evaluation.json   report on the test pictures;  evaluation.npz: their probabilities
exams/            what was asked later: other pictures, or the model of another epoch (core/exams.py)
exports/          what was made of it to take away (core/export/kinds.py)
about.json        what a person says of it afterwards: name, note, star, who sees it (core/runs/notes.py)
worker.log        what the worker printed;  worker.lock: held by the one that trains (core/runs/hold.py)
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from core.datasets.dataset import Fit
from core.errors import StudioError
from core.files import write_json
from core.guess import Guess
from core.i18n import N_, _
from core.knobs import Frozen
from core.spec import RunSpec

OUT_OF_MEMORY = N_("The worker ran out of memory. Try a smaller batch size, smaller pictures or fewer filters.")


class State(StrEnum):
    """How a run stands."""

    QUEUED = "queued"
    """Waits for a free place."""
    RUNNING = "running"
    """A worker has it."""
    PAUSED = "paused"
    """Left on request with a checkpoint; goes on where it was."""
    STOPPED = "stopped"
    """Ended early on request; what was learnt can be used, and it can go on."""
    FINISHED = "finished"
    """Trained to the end and evaluated."""
    FAILED = "failed"
    """Cannot go on as it is; `message` says why."""
    INTERRUPTED = "interrupted"
    """Its worker died; goes on from the last checkpoint."""


RESUMABLE = frozenset({State.PAUSED, State.STOPPED, State.INTERRUPTED})
ACTIVE = frozenset({State.QUEUED, State.RUNNING})


class Request(StrEnum):
    """What a person can ask of a run, the gentlest first."""

    FINISH_EPOCH = "finish_epoch"
    PAUSE = "pause"
    STOP = "stop"


class RunInfo(Frozen):
    """run.json: what was asked, and what is needed to use its model where its data set is gone.

    `created_at` is in seconds since 1970; `stored_size`, `stored_channels` and `stored_fit` are those of the data set,
    `pictures` how many it has, None in older runs. `weights` is the SHA-256 of the file that a backbone's weights come
    from, or empty. `guess` is what a person predicted of the run; `pinned` are the numbers in the data set of pictures
    that are watched. `imported` says that it came as a bundle: its checkpoint holds the whole network.
    """

    id: str
    name: str
    owner: str = ""
    created_at: float
    spec: RunSpec
    dataset_title: str
    classes: tuple[str, ...]
    content_hash: str
    stored_size: int
    stored_channels: Literal[1, 3]
    stored_fit: Fit = "crop"
    weights: str = ""
    guess: Guess | None = None
    pinned: tuple[int, ...] = ()
    imported: bool = False
    pictures: int | None = None


class Status(Frozen):
    """status.json: how the run stands. Times in seconds since 1970, accuracies 0 to 1.

    `pid` and `process_started` together name the worker: a pid alone may be somebody else's by now.
    """

    state: State
    message: str = ""
    queued_at: float = 0.0
    started_at: float | None = None
    ended_at: float | None = None
    pid: int | None = None
    process_started: float | None = None
    epoch: int = 0
    val_accuracy: float | None = None
    test_accuracy: float | None = None
    test_loss: float | None = None


@dataclass(frozen=True)
class RunFolder:
    """One run on disk."""

    path: Path

    @property
    def id(self) -> str:
        return self.path.name

    @property
    def events(self) -> Path:
        return self.path / "events.jsonl"

    @property
    def checkpoint(self) -> Path:
        return self.path / "checkpoint.npz"

    @property
    def best_weights(self) -> Path:
        return self.path / "best.npz"

    @property
    def epochs(self) -> Path:
        return self.path / "epochs"

    @property
    def pins(self) -> Path:
        return self.path / "pins"

    @property
    def exams(self) -> Path:
        return self.path / "exams"

    @property
    def exports(self) -> Path:
        return self.path / "exports"

    @property
    def split(self) -> Path:
        return self.path / "split.npz"

    @property
    def model(self) -> Path:
        return self.path / "model.keras"

    @property
    def evaluation(self) -> Path:
        return self.path / "evaluation.npz"

    @property
    def report(self) -> Path:
        return self.path / "evaluation.json"

    @property
    def about(self) -> Path:
        return self.path / "about.json"

    @property
    def log(self) -> Path:
        return self.path / "worker.log"

    @property
    def _status(self) -> Path:
        return self.path / "status.json"

    @property
    def _request(self) -> Path:
        return self.path / "request.json"

    def snapshot(self, epoch: int) -> Path:
        """Where the weights are kept as `epoch` (0-based) left them; not all epochs are kept."""
        return self.epochs / f"{epoch:04d}.npz"

    def info(self) -> RunInfo:
        """Read run.json, once: it never changes, but it may be deleted or damaged.

        Raises:
            StudioError: If the run is not there or was written by another version.
        """
        try:
            path = self.path / "run.json"
            found = path.stat()
            return _read_info(path, found.st_mtime_ns, found.st_size)
        except (OSError, ValidationError) as error:
            raise unreadable(self) from error

    def status(self) -> Status:
        """Read status.json; a missing or unreadable one counts as failed."""
        try:
            return Status.model_validate_json(self._status.read_bytes())
        except (OSError, ValidationError):
            return Status(state=State.FAILED, message=_("The run's folder is damaged."))

    def write_status(self, status: Status) -> None:
        """Replace status.json atomically. Only the queue (no worker alive) or the run's worker may call it."""
        write_json(self._status, status.model_dump(mode="json"))

    def update_status(self, **changes: object) -> Status:
        """Replace the named fields of the status and return it; the caller as for `write_status`."""
        status = self.status().model_copy(update=changes)
        self.write_status(status)
        return status

    def ask(self, request: Request) -> None:
        """Leave a request for the worker, which polls for it at every batch."""
        write_json(self._request, {"kind": request, "at": time.time()})

    def request(self) -> tuple[Request, float] | None:
        """The pending request with the time at which it was made, if there is one."""
        try:
            asked = json.loads(self._request.read_bytes())
            return Request(asked["kind"]), float(asked["at"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def can_ask(self, request: Request) -> bool:
        """Whether `request` asks for more than what is already asked: a stop may follow a pause, not the reverse."""
        pending, order = self.request(), list(Request)
        return pending is None or order.index(request) > order.index(pending[0])

    def clear_request(self) -> None:
        self._request.unlink(missing_ok=True)


def unreadable(run: RunFolder) -> StudioError:
    """What is said of a run that is not there any more, or is damaged."""
    return StudioError(_("The run {run} cannot be read. It may have been deleted.").format(run=run.id))


@lru_cache(maxsize=1024)
def _read_info(path: Path, _changed_at: int, _size: int) -> RunInfo:
    return RunInfo.model_validate_json(path.read_bytes())
