"""Learning-rate schedules and early stopping as functions of the past, so that a resumed run needs no extra state."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.spec import TrainingSpec


def learning_rate(training: TrainingSpec, epoch: int, val_losses: Sequence[float]) -> float:
    """The learning rate of epoch `epoch` (0-based), given the validation losses of the epochs before it.

    step: × factor every `schedule_epochs`. cosine: half a wave from the full rate to 0 (Loshchilov and Hutter 2017,
    without restarts). plateau: × factor after `schedule_epochs` epochs without a lower validation loss, as Keras's
    ReduceLROnPlateau with its default min_delta of 1e-4.
    """
    full = training.learning_rate
    if training.schedule == "step":
        return full * training.schedule_factor ** (epoch // training.schedule_epochs)
    if training.schedule == "cosine":
        return full * 0.5 * (1 + math.cos(math.pi * epoch / training.epochs))
    if training.schedule == "plateau":
        return full * training.schedule_factor ** _plateaus(val_losses, training.schedule_epochs)
    return full


def best_epoch(val_losses: Sequence[float]) -> int:
    """The first epoch (0-based) with the lowest validation loss."""
    return min(range(len(val_losses)), key=val_losses.__getitem__)


def should_stop_early(training: TrainingSpec, val_losses: Sequence[float]) -> bool:
    """Whether `early_stopping` epochs have passed since the best validation loss; never when it is 0."""
    patience = training.early_stopping
    return bool(patience and val_losses) and len(val_losses) - 1 - best_epoch(val_losses) >= patience


def _plateaus(val_losses: Sequence[float], patience: int, min_delta: float = 1e-4) -> int:
    best, waited, count = math.inf, 0, 0
    for loss in val_losses:
        if loss < best - min_delta:
            best, waited = loss, 0
        else:
            waited += 1
        if waited >= patience:
            count, waited = count + 1, 0
    return count
