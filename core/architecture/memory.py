"""Whether a training fits into the memory that is free, and with which batch size it would."""

from __future__ import annotations

from core.architecture.describe import memory_needed
from core.spec import RunSpec


def largest_batch(spec: RunSpec, classes: int, available: int) -> int | None:
    """The largest power of two below the batch size whose training fits into `available` bytes; None if none does."""
    batch = 1 << (spec.training.batch_size - 1).bit_length()
    while batch > 1:
        batch //= 2
        smaller = spec.model_copy(update={"training": spec.training.model_copy(update={"batch_size": batch})})
        if memory_needed(smaller, classes) <= available:
            return batch
    return None
