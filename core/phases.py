"""The phases of a training: in which epochs which layers learn."""

from __future__ import annotations

from dataclasses import dataclass

from core.architecture.transfer import NOTHING, Transfer
from core.spec import RunSpec


@dataclass(frozen=True)
class Phase:
    """Epochs first ≤ e < end, in which the same layers learn.

    Attributes:
        train_from: The first step of a backbone that learns; "" for the head alone.
        rate: What the learning rate is multiplied by.
    """

    first: int
    end: int
    train_from: str = NOTHING
    rate: float = 1.0


def phases(spec: RunSpec) -> tuple[Phase, ...]:
    """The phases of a training: one, or two where the head of a fine-tuned network learns alone first."""
    epochs, architecture = spec.training.epochs, spec.architecture
    if not isinstance(architecture, Transfer):
        return (Phase(0, epochs),)
    first = min(architecture.head_epochs, epochs) if architecture.is_fine_tuning else 0
    both = Phase(0, first), Phase(first, epochs, architecture.train_from, architecture.fine_tuning_rate if first else 1)
    return tuple(phase for phase in both if phase.first < phase.end)
