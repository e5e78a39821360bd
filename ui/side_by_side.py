"""What pages share that show several runs side by side as they learn."""

from __future__ import annotations

from collections.abc import Iterable

from core.i18n import _
from core.runs.events import Stage
from core.runs.folder import ACTIVE, RunFolder, State, Status
from core.runs.history import History
from ui import format
from ui.services import studio
from ui.words import STAGES, state_name

REFRESH = 1.0  # seconds between two looks at the runs while one goes on


def any_active(runs: Iterable[RunFolder]) -> bool:
    """Whether one of the runs waits or goes on."""
    return any(run.status().state in ACTIVE for run in runs)


def standing(run: RunFolder | None, status: Status | None, history: History, epochs: int) -> str:
    """What goes on, and how far: "Training · epoch 12/40". A run that is not there was never trained."""
    if run is None or status is None:
        return _("Not trained yet")
    if status.state == State.QUEUED:
        return _("Waits: number {place} in the queue").format(place=studio().queue.position(run))
    words = _stage(history) if status.state == State.RUNNING else state_name(status.state)
    return words + " · " + _("epoch {epoch}/{epochs}").format(epoch=len(history.records), epochs=epochs)


def _stage(history: History) -> str:
    """What its worker does; validation, which may be over at once and would flicker, counts as training."""
    if history.stage == Stage.EXTRACTING and history.to_extract:
        done, total = format.count(history.extracted), format.count(history.to_extract)
        return _("Frozen part: {done} of {total}").format(done=done, total=total)
    return _(STAGES[Stage.TRAINING if history.stage == Stage.VALIDATING else history.stage])
