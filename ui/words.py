"""What states and stages are called, and sentences about a run."""

from __future__ import annotations

from core.evaluation import of_hundred
from core.i18n import N_, _
from core.runs.events import Stage
from core.runs.folder import State, Status
from ui import format

STATES = {
    State.QUEUED: N_("Waiting"),
    State.RUNNING: N_("Training"),
    State.PAUSED: N_("Paused"),
    State.STOPPED: N_("Stopped"),
    State.FINISHED: N_("Finished"),
    State.FAILED: N_("Failed"),
    State.INTERRUPTED: N_("Interrupted"),
}
STAGES = {
    None: N_("Starting a worker"),
    Stage.LOADING: N_("Loading the pictures"),
    Stage.BUILDING: N_("Building the network"),
    Stage.EXTRACTING: N_("Computing the frozen part, once"),
    Stage.TRAINING: N_("Training"),
    Stage.VALIDATING: N_("Checking on the validation pictures"),
    Stage.EVALUATING: N_("Final exam on the test pictures"),
    Stage.SAVING: N_("Saving"),
}
SIGNS = {
    State.QUEUED: "◷",
    State.RUNNING: "●",
    State.PAUSED: "‖",
    State.STOPPED: "■",
    State.FINISHED: "✓",
    State.FAILED: "✗",
    State.INTERRUPTED: "!",
}


def state_name(state: State) -> str:
    """The state with its sign: "✓ Finished"."""
    return f"{SIGNS[state]} {_(STATES[state])}"


def score_sentence(status: Status) -> str:
    """One sentence on how a finished run did."""
    accuracy = status.test_accuracy
    if accuracy is None:
        return _("This run has not taken its final exam.")
    return _("{right} of 100 pictures that it had never seen are named right.").format(right=of_hundred(accuracy))


def standing(status: Status) -> str:
    """A few words for a band or a list: the score where there is one, else the state."""
    if status.state == State.FINISHED:
        return format.percent(status.test_accuracy)
    return _(STATES[status.state]).lower()
