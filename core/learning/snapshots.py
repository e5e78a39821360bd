"""The weights of some epochs, kept so that a model can be asked later as it was then."""

from __future__ import annotations

import errno
from collections.abc import Callable

import keras
import numpy as np

from core.files import RESERVE, free_bytes
from core.i18n import N_
from core.learning.checkpoint import save_weights
from core.runs.folder import RunFolder

MOST_EPOCHS, MOST_BYTES = 50, 200_000_000  # of a run
FULL = N_("The disk is full: the weights of this epoch are not kept to look back at. The training goes on.")


class Snapshots:
    """Keeps the weights of the epochs that `epochs_to_keep` names; on a full disk it says so once and leaves them out.

    Args:
        kept: The part of the model that can change in the course of the run.
        epochs: That the run is to have.
        note: Called with an epoch (0-based) and a message.
    """

    def __init__(self, run: RunFolder, kept: keras.Model, epochs: int, note: Callable[[int, str], None]) -> None:
        self._run, self._kept, self._note, self._noted = run, kept, note, False
        self._size = sum(np.asarray(variable).nbytes for variable in kept.variables)
        self._epochs = epochs_to_keep(epochs, self._size)

    def keep(self, epoch: int) -> None:
        """Write the weights as they are now, at the end of `epoch` (0-based), if it is one to keep."""
        if epoch not in self._epochs:
            return
        try:
            self._write(epoch)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            if not self._noted:
                self._note(epoch, FULL)
            self._noted = True

    def _write(self, epoch: int) -> None:
        if free_bytes(self._run.path) < self._size + RESERVE:  # what is left is for the checkpoint
            raise OSError(errno.ENOSPC, "no room for the weights of an epoch")
        self._run.epochs.mkdir(exist_ok=True)
        save_weights(self._run.snapshot(epoch), self._kept)


def epochs_to_keep(epochs: int, size: int) -> frozenset[int]:
    """Which of the `epochs` (0-based) are kept where one takes `size` bytes: the first, each 2ⁿ-th and the last.

    n is the smallest for which they stay within the bounds, so it is known from the start and a resumed run keeps the
    same. None are kept where not even the first and the last have room.
    """
    most, stride = min(MOST_EPOCHS, MOST_BYTES // max(size, 1)), 1
    while stride < 2 * epochs:
        kept = frozenset({0, *range(stride - 1, epochs, stride), epochs - 1})
        if len(kept) <= most:
            return kept
        stride *= 2
    return frozenset()
