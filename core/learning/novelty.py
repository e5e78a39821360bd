"""How far pictures are from all that a model learnt from, where the model itself measures (see `core.novelty`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import keras
import numpy as np
from numpy.typing import NDArray

from core.architecture.describe import describe
from core.augmentation.draws import units_of
from core.augmentation.spec import AugmentSpec
from core.augmentation.warp import augment
from core.batches import Pictures
from core.datasets.decode import Pixels
from core.errors import StudioError
from core.files import write_atomically
from core.i18n import _
from core.learning.evaluate import at_times, check_finite, class_numbers
from core.learning.explain.asked import kept_with
from core.learning.inputs import pictures_of
from core.learning.judging import judged, unit_rows
from core.learning.pipeline import evaluation_batch_size
from core.learning.predict import Trained, kept_or_whole, load_trained
from core.novelty import FAMILIAR, LOOKS, Cloud, Features, Reference, distances_of, looks_of, reference_file
from core.runs.folder import RunFolder

REFERENCES, JUDGED = 1_000, 300  # training and validation pictures that are looked at, at most
BUDGET = 4e12  # multiply-adds for all of them: VGG16 at 224 px takes 15e9 for one, about 0.3 s on two cores
FEWEST = 50  # pictures that are looked at whatever they cost
BATCH = 64  # at a time
RIDGE = 1e-3  # of the mean variance, added to each: fewer pictures than numbers would make directions without any
LEAST_LOOKS = 1e-3  # variance of `looks_of`: differences of 3 % are nothing, even in a set of plain colours
# As another hand might have taken or drawn a picture. Measured: without, of 8×8 digits drawn with the mouse and rightly
# answered a tenth to a third were called unlike handwritten ones.
VARIED = AugmentSpec(rotation=10, width_shift=0.1, height_shift=0.1, zoom=0.1, brightness=0.2, contrast=0.2)


def cloud_of(rows: Features, labels: NDArray[np.int64], least: float = 1e-12) -> Cloud:
    """The means of the classes in (n,) `labels` of (n, F) rows, and what these spread around them.

    Args:
        least: Variance that they are taken to have at least, in all directions.
    """
    classes, places = np.unique(labels, return_inverse=True)
    means = np.stack([rows[labels == number].mean(axis=0) for number in classes])
    spread = (rows - means[places]).astype(np.float64)
    covariance = spread.T @ spread / len(rows)
    ridge = max(RIDGE * float(np.trace(covariance)) / len(covariance), least)
    whitener = np.linalg.cholesky(np.linalg.inv(covariance + ridge * np.eye(len(covariance))))
    return Cloud(means.astype(np.float32), whitener.astype(np.float32))


def make_reference(run: RunFolder, tell: Callable[[int, int], None] = lambda done, of: None) -> int:
    """Look at training and validation pictures, keep what they look like in the run folder; how many of training.

    Raises:
        StudioError: If the run has no model, its pictures are gone or too few, or the model's answers are no numbers.
    """
    stamp = run.checkpoint.stat().st_mtime_ns if run.checkpoint.exists() else 0
    trained, parts = load_trained(run), pictures_of(run, run.info())
    judging = parts["validation"] if len(parts["validation"]) else parts["test"]
    if not len(judging):
        raise StudioError(_("There are no validation pictures to compare with, so this cannot be told."))
    references, checks = _affordable(trained, run, parts["train"])
    learnt, checked = _some(parts["train"], references), _some(judging, checks)
    reference = _reference(trained, run, learnt, checked, at_times(tell))
    arrays = reference.arrays | {"stamp": np.array(stamp)}
    write_atomically(reference_file(run), lambda file: np.savez(file, **arrays))
    return reference.count


def _reference(
    trained: Trained, run: RunFolder, learnt: Pictures, checked: Pictures, tell: Callable[[int, int], None]
) -> Reference:
    of = len(learnt) + len(checked)
    rows = _made_of(trained, learnt, run, lambda done: tell(done, of))
    known = _known(rows)
    made = cloud_of(rows[known], class_numbers(learnt)[known])
    looks = cloud_of(_looks(learnt), np.zeros(len(learnt), np.int64), LEAST_LOOKS)
    features = _both_ways(trained, checked, lambda done: tell(len(learnt) + done, of))
    columns = distances_of(made, looks, features[_known(features)]).T
    passed = [np.quantile(column, share, method="higher") for column, share in zip(columns, FAMILIAR, strict=True)]
    thresholds = np.maximum(passed, 1)  # nearer is within what training pictures spread themselves
    return Reference(made, looks, thresholds.astype(np.float32), len(learnt))


def varied(pictures: Pixels, numbers: NDArray[np.int64]) -> Pixels:
    """(n, S, S, C) pictures as `VARIED` says, each in its own way, which follows from its number in the data set."""
    return augment(pictures, VARIED, units_of(0, 0, numbers))


def _affordable(trained: Trained, run: RunFolder, train: Pictures) -> tuple[int, int]:
    """How many training and validation pictures to look at; the second go through the network both ways."""
    model, _pictures = kept_or_whole(trained, train, run)
    cost = describe(trained.info.spec, len(trained.info.classes)).multiply_adds
    share = min(1.0, BUDGET / max(cost, 1) / (REFERENCES + 2 * JUDGED))
    references = max(FEWEST, int(share * REFERENCES)) if model is trained.model else REFERENCES
    return references, max(FEWEST, int(share * JUDGED))


def _some(pictures: Pictures, count: int) -> Pictures:
    """At most `count` of them, spread evenly over all."""
    chosen = np.unique(np.linspace(0, len(pictures) - 1, min(count, len(pictures))).round().astype(np.int64))
    return Pictures(pictures.images, pictures.targets, np.sort(pictures.indices[chosen]))


def _batches(pictures: Pictures, size: int) -> Iterator[Pictures]:
    for start in range(0, len(pictures), size):
        yield replace(pictures, indices=pictures.indices[start : start + size])


def _known(rows: Features) -> NDArray[np.bool_]:
    """(n,) of which the network makes numbers. Raises StudioError where it does of none."""
    known = np.asarray(np.isfinite(rows).all(axis=1))
    if not known.any():
        check_finite(rows)
    return known


def _looks(pictures: Pictures) -> Features:
    """(n, `LOOKS`) of the pictures as `varied` has them: only so they spread as far as those of other hands do."""
    batches = _batches(pictures, BATCH)
    return np.concatenate([looks_of(varied(part.images[part.indices], part.indices)) for part in batches])


def _both_ways(trained: Trained, pictures: Pictures, tell: Callable[[int], None]) -> Features:
    """(2 n, F): the features of the pictures as they are and as `varied` has them, some by some."""
    rows, done = [], 0
    for part in _batches(pictures, BATCH):
        pixels = part.images[part.indices]
        rows += [judged(trained.both, way)[1] for way in (pixels, varied(pixels, part.indices))]
        done += len(part)
        tell(done)
    return np.concatenate(rows)


def _made_of(trained: Trained, pictures: Pictures, run: RunFolder, tell: Callable[[int], None]) -> Features:
    """(n, F): what goes into the output layer for each picture, see `unit_rows`; from kept outputs where there are."""
    model, known = kept_or_whole(trained, pictures, run)
    rows, done = [], 0
    for part in _batches(known, min(BATCH, evaluation_batch_size(model))):
        rows.append(_made_at_once(trained, part.images[part.indices], is_kept=model is not trained.model))
        done += len(part)
        tell(done)
    return np.concatenate(rows)


def _made_at_once(trained: Trained, pictures: NDArray[np.generic], is_kept: bool = False) -> Features:
    """The same of some.

    Args:
        is_kept: Whether `pictures` are what the frozen part makes of them.
    """
    if is_kept and trained.cut is not None and trained.cut.frozen is not None:
        return unit_rows(np.asarray(_before_output(trained.model, trained.cut.frozen, pictures), np.float32))
    _probabilities, rows = judged(trained.both, pictures)
    return rows[:, :-LOOKS]


def _before_output(model: keras.Model, frozen: keras.Model, kept: NDArray[np.generic]) -> NDArray[np.generic]:
    """What goes into the output layer where the frozen part gave `kept`."""
    begin, end = frozen.output, model.get_layer("output").input
    if begin is end:  # Keras makes no model whose output is its input
        return kept
    behind: keras.Model = kept_with(model, "behind", lambda: keras.Model(begin, end))
    answers: NDArray[np.float32] = behind.predict_on_batch(kept)
    return answers
