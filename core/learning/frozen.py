"""What the frozen part of a network makes of the pictures: computed once, kept, and trained on in their place."""

from __future__ import annotations

import errno
import math
import mmap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.architecture.describe import EXTRACTION_BATCH, is_exact
from core.augmentation.draws import units_of
from core.augmentation.warp import augment
from core.batches import KeptBatches, Pictures, TrainingBatches, batches_of
from core.errors import TrainingError
from core.frozen_cache import FrozenFile, FrozenPart, Rows, frozen_part, has_room, missing_rows, wanted_rows
from core.i18n import _
from core.learning.network import Cut
from core.runs.folder import RunInfo

_RELEASE_EVERY = 64  # batches after which pages of pictures that were read are given back
_LARGE = 500_000_000  # bytes

Report = Callable[[int, int, int], None]  # pictures that are there, of how many, and computed so far


@dataclass(frozen=True, eq=False)
class Material:
    """What a phase of training works on.

    Attributes:
        model: What is fitted.
        batches: Of the training part.
        parts: The validation and the test part, for the same model.
        is_kept: Whether the frozen part's outputs stand in for the pictures.
    """

    model: keras.Model
    batches: TrainingBatches
    parts: dict[str, Pictures]
    is_kept: bool

    def release(self) -> None:
        """Give pages of large files back that were read; the system keeps them at hand, but not as this process's."""
        for pictures in (self.batches.pictures, *self.parts.values()):
            if self.is_kept and pictures.images.nbytes > _LARGE:
                _release(pictures.images)


def material_of(
    info: RunInfo, cut: Cut, train_from: str, pictures: dict[str, Pictures], cache: Path, report: Report
) -> Material:
    """The material of a phase in which training begins with `train_from`; computes what the frozen part still lacks.

    Nothing is kept where nothing is frozen, where copies are drawn anew each epoch, or where there is no room: then the
    frozen part is a part of the model that is fitted, and its outputs are the same.

    Args:
        report: Called every now and then; it may raise to leave, and what was computed stays.

    Raises:
        TrainingError: If the disk is full.
    """
    spec, images = info.spec, pictures["train"].images
    wanted: dict[FrozenPart, Rows] = {}
    if cut.frozen is not None and not is_exact(spec):
        split = {name: part.indices for name, part in pictures.items()}
        shape = cut.frozen.output_shape[1:]
        plain = frozen_part(spec, train_from, shape, len(images), info.content_hash, info.weights)
        wanted = wanted_rows(plain, spec.augmentation, split)
    if cut.frozen is None or not wanted or not has_room(wanted, cache):
        return Material(cut.joined(), batches_of(spec, pictures["train"]), pictures, is_kept=False)
    outputs = _extracted(cut.frozen, wanted, images, cache, report)
    plain, varied = next(iter(wanted)), list(wanted)[-1]
    parts = {name: replace(part, images=outputs[plain]) for name, part in pictures.items()}
    if varied == plain:
        return Material(cut.trained, batches_of(spec, parts["train"]), parts, is_kept=True)
    train = replace(pictures["train"], images=outputs[varied])
    batch_size = batches_of(spec, train).batch_size
    batches = KeptBatches(train, batch_size, spec.training.seed, spec.augmentation, varied.views)
    return Material(cut.trained, batches, parts, is_kept=True)


def kept_outputs(
    info: RunInfo, frozen: keras.Model, train_from: str, pictures: Pictures, cache: Path
) -> Pictures | None:
    """What the frozen part makes of `pictures` as they are, in their place; None where not all of it is kept."""
    shape, count = frozen.output_shape[1:], len(pictures.images)
    part = frozen_part(info.spec, train_from, shape, count, info.content_hash, info.weights)
    if len(missing_rows(part, cache, pictures.indices)):
        return None
    with FrozenFile(part, cache) as file:
        is_whole = not len(missing_rows(part, cache, pictures.indices))  # it may just have been removed
        return replace(pictures, images=file.outputs()) if is_whole else None


def _extracted(
    frozen: keras.Model, wanted: dict[FrozenPart, Rows], images: NDArray[np.uint8], cache: Path, report: Report
) -> dict[FrozenPart, NDArray[np.float32]]:
    """What the frozen part makes of all rows that are wanted, of each file; what is missing is computed."""
    computed, left = 0, sum(len(rows) for rows in wanted.values())
    total, outputs = left, {}

    @tf.function(input_signature=[tf.TensorSpec((None, *images.shape[1:]), tf.uint8)])  # type: ignore[untyped-decorator]
    def outputs_of(batch: tf.Tensor) -> tf.Tensor:
        return frozen(tf.cast(batch, tf.float32), training=False)

    def tell() -> None:
        report(total - left, total, computed)

    for part, rows in wanted.items():
        with _disk_told(), FrozenFile(part, cache, on_wait=tell) as file:
            missing = np.sort(missing_rows(part, cache, rows))
            left -= len(rows) - len(missing)
            for start in range(0, len(missing), EXTRACTION_BATCH):
                tell()
                chunk = missing[start : start + EXTRACTION_BATCH]
                file.write(chunk, outputs_of(_seen(part, images, chunk)).numpy())
                left, computed = left - len(chunk), computed + len(chunk)
                if start // EXTRACTION_BATCH % _RELEASE_EVERY == 0:
                    _release(images)
            outputs[part] = file.outputs()
    tell()
    return outputs


def _seen(part: FrozenPart, images: NDArray[np.uint8], rows: Rows) -> NDArray[np.uint8]:
    views, indices = np.divmod(rows, part.pictures)
    seen = images[indices]
    return augment(seen, part.augmentation, units_of(part.seed, views, indices)) if part.augmentation else seen


@contextmanager
def _disk_told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise TrainingError(
            _("The disk is full: what the frozen part makes of the pictures cannot be kept. Make room and start again.")
        ) from error


def _release(images: NDArray[Any]) -> None:
    """Give the pages of a memory-mapped file back that were read: they count as this process's memory."""
    mapped = getattr(images, "_mmap", images.base)
    if isinstance(mapped, mmap.mmap):
        mapped.madvise(mmap.MADV_DONTNEED)


class Meter:
    """Turns reports of an extraction into a speed, a few times a second.

    Args:
        tell: Called with pictures that are there, of how many, and pictures computed a second.
        obey: Called at every report; it may raise to leave.
    """

    def __init__(self, tell: Callable[[int, int, float], None], obey: Callable[[], None], every: float = 0.25) -> None:
        self._tell, self._obey, self._every = tell, obey, every
        self._begun = self._told = -math.inf

    def __call__(self, there: int, total: int, computed: int) -> None:
        self._obey()
        now = time.monotonic()
        if not computed:
            self._begun = now  # what was waited for before is no speed
        if now - self._told < self._every and there < total:
            return
        self._tell(there, total, round(computed / max(now - self._begun, 1e-6), 2))
        self._told = now
