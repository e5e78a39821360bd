"""What the frozen part of a network makes of the pictures: computed once, kept, and trained on in their place."""

from __future__ import annotations

import errno
import mmap
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.architecture.describe import EXTRACTION_BATCH, is_exact
from core.architecture.transfer import Transfer
from core.augmentation.draws import units_of
from core.augmentation.warp import augment
from core.batches import KeptBatches, Pictures, TrainingBatches, batches_of
from core.errors import TrainingError
from core.frozen_cache import FrozenFile, FrozenPart, Rows, frozen_outputs, frozen_part, has_room
from core.i18n import _
from core.learning.network import Cut
from core.runs.folder import RunInfo

PARTS = ("train", "validation", "test")
_RELEASE_EVERY = 64  # batches after which pages of pictures that were read are given back

Report = Callable[[int, int], None]  # pictures done, of how many


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
    spec = info.spec
    as_they_are = Material(cut.joined(), batches_of(spec, pictures["train"]), pictures, is_kept=False)
    if cut.frozen is None or not isinstance(spec.architecture, Transfer) or is_exact(spec):
        return as_they_are
    shape, count = cut.frozen.output_shape[1:], len(pictures["train"].images)
    plain, varied = (
        frozen_part(spec, train_from, shape, count, info.content_hash, info.weights, varied=varied)
        for varied in (False, True)
    )
    wanted = _wanted(plain, varied, pictures)
    if not has_room(list(wanted), cache):
        return as_they_are
    _extract(cut.frozen, wanted, pictures["train"].images, cache, report)
    outputs = {name: replace(part, images=frozen_outputs(plain, cache)) for name, part in pictures.items()}
    if varied not in wanted:
        return Material(cut.trained, batches_of(spec, outputs["train"]), outputs, is_kept=True)
    train = replace(pictures["train"], images=frozen_outputs(varied, cache))
    batch_size = batches_of(spec, train).batch_size
    batches = KeptBatches(train, batch_size, spec.training.seed, spec.augmentation, varied.views)
    return Material(cut.trained, batches, outputs, is_kept=True)


def _wanted(plain: FrozenPart, varied: FrozenPart, pictures: dict[str, Pictures]) -> dict[FrozenPart, Rows]:
    """Which rows of which file a phase needs."""
    rows = {name: part.indices for name, part in pictures.items()}
    if varied.augmentation is None or varied.augmentation.is_off:
        return {plain: np.concatenate([rows[name] for name in PARTS])}
    copies = np.concatenate([view * varied.pictures + rows["train"] for view in range(varied.views)])
    return {plain: np.concatenate([rows["validation"], rows["test"]]), varied: copies}


def _extract(
    frozen: keras.Model, wanted: dict[FrozenPart, Rows], images: NDArray[np.uint8], cache: Path, report: Report
) -> None:
    done, total = 0, sum(len(rows) for rows in wanted.values())

    @tf.function(input_signature=[tf.TensorSpec((None, *images.shape[1:]), tf.uint8)])  # type: ignore[untyped-decorator]
    def outputs_of(batch: tf.Tensor) -> tf.Tensor:
        return frozen(tf.cast(batch, tf.float32), training=False)

    def wait() -> None:
        report(done, total)

    for part, rows in wanted.items():
        with FrozenFile(part, cache, on_wait=wait) as file:
            missing = np.sort(file.missing(rows))
            done += len(rows) - len(missing)
            for start in range(0, len(missing), EXTRACTION_BATCH):
                report(done, total)
                chunk = missing[start : start + EXTRACTION_BATCH]
                _write(file, chunk, outputs_of(_seen(part, images, chunk)).numpy())
                done += len(chunk)
                if start // EXTRACTION_BATCH % _RELEASE_EVERY == 0:
                    _release(images)
    report(done, total)


def _seen(part: FrozenPart, images: NDArray[np.uint8], rows: Rows) -> NDArray[np.uint8]:
    views, indices = np.divmod(rows, part.pictures)
    seen = images[indices]
    return augment(seen, part.augmentation, units_of(part.seed, views, indices)) if part.augmentation else seen


def _write(file: FrozenFile, rows: Rows, outputs: NDArray[np.float32]) -> None:
    try:
        file.write(rows, outputs)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise TrainingError(
            _("The disk is full: what the frozen part makes of the pictures cannot be kept. Make room and resume.")
        ) from error


def _release(images: NDArray[np.uint8]) -> None:
    """Give the pages of a memory-mapped file back that were read: they count as this process's memory."""
    mapped = getattr(images, "_mmap", None)
    if isinstance(mapped, mmap.mmap):
        mapped.madvise(mmap.MADV_DONTNEED)


class Meter:
    """Turns reports of an extraction into a speed, a few times a second.

    Args:
        tell: Called with pictures done, of how many, and pictures a second.
        obey: Called at every report; it may raise to leave.
    """

    def __init__(self, tell: Callable[[int, int, float], None], obey: Callable[[], None], every: float = 0.25) -> None:
        self._tell, self._obey, self._every = tell, obey, every
        self._begun = self._told = time.monotonic()
        self._first: int | None = None

    def __call__(self, done: int, total: int) -> None:
        self._obey()
        now = time.monotonic()
        if self._first is None:
            self._first, self._begun = done, now
        elif now - self._told < self._every and done < total:
            return
        self._tell(done, total, round((done - self._first) / max(now - self._begun, 1e-6), 2))
        self._told = now
