"""A bound on what all threads together hold in memory: on sixteen cores as on two."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Budget:
    """Threads that ask for more than is left wait; one that asks for more than there is waits until it is alone.

    Args:
        limit: What all may hold together, in whatever unit they ask in.
    """

    def __init__(self, limit: int) -> None:
        self._limit = self._left = limit
        self._changed = threading.Condition()

    @contextmanager
    def of(self, amount: int) -> Iterator[None]:
        """Hold `amount` inside the block. A thread that holds some must not ask for more of the same budget."""
        amount = min(amount, self._limit)
        with self._changed:
            self._changed.wait_for(lambda: amount <= self._left)
            self._left -= amount
        try:
            yield
        finally:
            with self._changed:
                self._left += amount
                self._changed.notify_all()
