"""Which pictures a batch holds and how they are varied: a function of (seed, epoch, batch), everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.augmentation.draws import units_of
from core.augmentation.spec import AugmentSpec
from core.augmentation.warp import augment
from core.spec import RunSpec

Batch = tuple[NDArray[Any], NDArray[Any]]  # pictures, targets


@dataclass(frozen=True, eq=False)
class Pictures:
    """Pictures with their targets, chosen by index from arrays that may be memory-mapped.

    Attributes:
        images: (N, S, S, C) uint8, 0 to 255; or (N, ...) float32, what a frozen part makes of them.
        targets: (N,) int32 or (N, K) float32, as the loss wants them.
        indices: (n,) which of them this part has.
    """

    images: NDArray[Any]
    targets: NDArray[np.generic]
    indices: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.indices)

    def take(self, chosen: NDArray[np.int64]) -> Batch:
        """The pictures and targets at positions `chosen` of this part, as they are."""
        indices = self.indices[chosen]
        return self.images[indices], self.targets[indices]


@dataclass(frozen=True, eq=False)
class TrainingBatches:
    """The training pictures in batches, each epoch in another order and, with augmentation on, drawn anew.

    An epoch shows every picture `augmentation.repeats` times; its last batch may be smaller.

    Attributes:
        batch_size: Pictures in a batch.
        seed: Of the run.
    """

    pictures: Pictures
    batch_size: int
    seed: int
    augmentation: AugmentSpec

    def __len__(self) -> int:
        """How many pictures one epoch shows."""
        return len(self.pictures) * self.augmentation.repeats

    @property
    def steps(self) -> int:
        """Batches of one epoch."""
        return -(-len(self) // self.batch_size)

    def batch(self, epoch: int, number: int) -> Batch:
        """Pictures and targets of batch `number` of epoch `epoch`, both from 0."""
        views, positions = self.places(epoch, number)
        images, targets = self.pictures.take(positions)
        if self.augmentation.is_off:
            return images, targets
        units = units_of(self.seed, views, self.pictures.indices[positions])
        return augment(images, self.augmentation, units), targets

    def places(self, epoch: int, number: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Of each picture of a batch the view that is drawn, and its position among the pictures."""
        begin = number * self.batch_size
        shown = epoch_order(self.seed, epoch, len(self))[begin : begin + self.batch_size]
        times, positions = np.divmod(shown, len(self.pictures))
        return epoch * self.augmentation.repeats + times, positions


@dataclass(frozen=True, eq=False)
class KeptBatches(TrainingBatches):
    """Batches of what a frozen part made of varied copies, a few of each picture; each epoch takes one of them.

    `pictures.images` is (copies · N, ...): row copy · N + index is that copy of picture index.

    Attributes:
        copies: Of each picture.
    """

    copies: int

    def batch(self, epoch: int, number: int) -> Batch:
        """What was made of the copies of batch `number` of epoch `epoch`, and their targets."""
        views, positions = self.places(epoch, number)
        indices = self.pictures.indices[positions]
        taken = copies_taken(self.seed, views, indices, self.copies)
        targets = self.pictures.targets
        return self.pictures.images[taken * len(targets) + indices], targets[indices]


def copies_taken(seed: int, views: NDArray[np.int64], indices: NDArray[np.int64], copies: int) -> NDArray[np.int64]:
    """(n,) which of a picture's kept copies each view takes, from 0: a function of (seed, view, index)."""
    return (units_of(seed, views, indices)[:, 0] * copies).astype(np.int64)


def batches_of(spec: RunSpec, pictures: Pictures) -> TrainingBatches:
    """The batches in which `spec` shows its training pictures."""
    batch_size = min(spec.training.batch_size, len(pictures) * spec.augmentation.repeats)
    return TrainingBatches(pictures, batch_size, spec.training.seed, spec.augmentation)


@lru_cache(maxsize=4)
def epoch_order(seed: int, epoch: int, count: int) -> NDArray[np.int64]:
    """The order in which epoch `epoch` (0-based) shows `count` pictures, read only; it depends on nothing else."""
    order = np.random.default_rng((seed, epoch)).permutation(count)
    order.flags.writeable = False
    return order
