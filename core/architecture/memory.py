"""Whether a training fits into the memory that is free, and with which batch size it would."""

from __future__ import annotations

from core.architecture.shapes import StackFacts, training_memory
from core.spec import Optimizer


def largest_batch(facts: StackFacts, batch_size: int, optimizer: Optimizer, available: int) -> int | None:
    """The largest power of two below `batch_size` whose training fits into `available` bytes; None if none does."""
    batch = 1 << (batch_size - 1).bit_length()
    while batch > 1:
        batch //= 2
        if training_memory(facts, batch, optimizer) <= available:
            return batch
    return None
