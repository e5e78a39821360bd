"""Train one run and wait for it, as the command line does: the same worker, without the queue."""

from __future__ import annotations

import time
from collections.abc import Callable

from core.errors import StudioError
from core.home import Home
from core.i18n import _
from core.runs.events import Stage
from core.runs.executor import LocalExecutor, Worker
from core.runs.folder import Request, RunFolder, State, Status
from core.runs.history import EpochRecord, history_of
from core.runs.hold import one_change
from core.runs.store import can_go_on
from core.runs.submit import submit_run
from core.spec import RunSpec

POLL = 0.2  # seconds
EVERY = 5.0  # seconds between two lines while a frozen part works


def resume_in_foreground(home: Home, run: RunFolder, tell: Callable[[str], None]) -> Status:
    """Go on with a paused, stopped or interrupted run, as `train_in_foreground` does with a new one.

    Raises:
        StudioError: If the run cannot go on, because it is finished, failed, trains already or came as a bundle.
    """
    with one_change(home):
        status = run.status()
        if not can_go_on(run):
            raise StudioError(_("The run {run} is {state} and cannot go on.").format(run=run.id, state=status.state))
        worker = LocalExecutor(home.root / "workers.log").spawn()
        run.clear_request()
        run.update_status(state=State.RUNNING, pid=worker.pid, process_started=worker.process_started, message="")
    return _follow(run, worker, tell)


def train_in_foreground(home: Home, spec: RunSpec, name: str, tell: Callable[[str], None]) -> tuple[RunFolder, Status]:
    """Train `spec` in a worker process and wait for its end; Ctrl-C asks it to stop and keeps what was learnt.

    Args:
        tell: Called with a line of progress at each epoch's end.
    """
    worker = LocalExecutor(home.root / "workers.log").spawn()
    claimed = Status(state=State.RUNNING, pid=worker.pid, process_started=worker.process_started)
    try:
        run = submit_run(home, spec, name, status=claimed)
    except StudioError:
        worker.terminate()
        raise
    return run, _follow(run, worker, tell)


def _follow(run: RunFolder, worker: Worker, tell: Callable[[str], None]) -> Status:
    """Let the worker train the run that it has claimed; return the run's status when it has left."""
    worker.give(f"train {run.path}")
    tell(f"{run.id}: {run.path}")
    epochs = run.info().spec.training.epochs
    told, shown = len(history_of(run.events).records), 0.0
    while worker.is_alive():
        try:
            time.sleep(POLL)
            history = history_of(run.events)
            if history.stage == Stage.EXTRACTING and time.monotonic() - shown > EVERY:
                tell(
                    _("frozen part: picture {done} of {total}").format(done=history.extracted, total=history.to_extract)
                )
                shown = time.monotonic()
            for record in history.records[told:]:
                tell(_line(record, epochs))
            told = len(history.records)
        except KeyboardInterrupt:
            if run.request():  # asked twice
                worker.terminate()
            run.ask(Request.STOP)
            tell(_("Stopping; what was learnt is kept. Press Ctrl-C again to end at once."))
    status = run.status()
    if status.state == State.RUNNING and status.pid != worker.pid:
        raise StudioError(_("Another worker trains the run {run} already.").format(run=run.id))
    if status.state == State.RUNNING:
        status = run.update_status(state=State.INTERRUPTED, message=worker.epitaph, pid=None, ended_at=time.time())
    return status


def _line(record: EpochRecord, epochs: int) -> str:
    numbers = {
        "loss": record.loss,
        "accuracy": record.accuracy,
        "val_loss": record.val_loss,
        "val_accuracy": record.val_accuracy,
    }
    shown = "  ".join(f"{name} {value:.4f}" for name, value in numbers.items() if value is not None)
    return f"epoch {record.epoch + 1}/{epochs}  {shown}  {record.seconds:.1f} s"
