"""How far pictures are from all that a model learnt from, where the model itself measures (see `core.novelty`)."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
from numpy.typing import NDArray

from core.architecture.describe import describe
from core.batches import Pictures
from core.errors import StudioError
from core.files import write_atomically
from core.i18n import _
from core.learning.evaluate import at_times, check_finite, class_numbers
from core.learning.explain.asked import kept_with
from core.learning.inputs import pictures_of
from core.learning.judging import judged, unit_rows
from core.learning.pipeline import evaluation_batch_size
from core.learning.predict import Trained, kept_or_whole, load_trained
from core.novelty import FAMILIAR, Features, Reference, reference_file
from core.runs.folder import RunFolder

REFERENCES, JUDGED = 1_000, 300  # training and validation pictures that are looked at, at most
BUDGET = 4e12  # multiply-adds for all of them: VGG16 at 224 px takes 15e9 for one, about 0.3 s on two cores
FEWEST = 50  # pictures that are looked at whatever they cost
RIDGE = 1e-3  # of the mean variance, added to each: fewer pictures than numbers would make directions without any


def reference_of(features: Features, labels: NDArray[np.int64]) -> Reference:
    """The means of the classes in (n,) `labels` of (n, F) rows, and what these spread around them."""
    classes, places = np.unique(labels, return_inverse=True)
    means = np.stack([features[labels == number].mean(axis=0) for number in classes])
    spread = (features - means[places]).astype(np.float64)
    covariance = spread.T @ spread / len(features)
    ridge = max(RIDGE * float(np.trace(covariance)) / len(covariance), 1e-12)
    whitener = np.linalg.cholesky(np.linalg.inv(covariance + ridge * np.eye(len(covariance))))
    return Reference(means.astype(np.float32), whitener.astype(np.float32), count=len(features))


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
    count, judged = _affordable(trained, run, parts["train"])
    learnt, checked = _some(parts["train"], count), _some(judging, judged)
    report, of = at_times(tell), len(learnt) + len(checked)
    features = _features_of(trained, learnt, run, lambda done: report(done, of))
    others = _features_of(trained, checked, run, lambda done: report(len(learnt) + done, of))
    reference = reference_of(features, class_numbers(learnt))
    threshold = float(np.quantile(reference.strangeness(others).distances, FAMILIAR))
    arrays = vars(reference) | {"threshold": np.array(threshold), "stamp": np.array(stamp)}
    write_atomically(reference_file(run), lambda file: np.savez(file, **arrays))
    return len(features)


def _affordable(trained: Trained, run: RunFolder, train: Pictures) -> tuple[int, int]:
    """How many training and validation pictures to look at."""
    model, _pictures = kept_or_whole(trained, train, run)
    cost = describe(trained.info.spec, len(trained.info.classes)).multiply_adds if model is trained.model else 1
    share = min(1.0, BUDGET / max(cost, 1) / (REFERENCES + JUDGED))
    return max(FEWEST, int(share * REFERENCES)), max(FEWEST, int(share * JUDGED))


def _some(pictures: Pictures, count: int) -> Pictures:
    """At most `count` of them, spread evenly over all."""
    chosen = np.unique(np.linspace(0, len(pictures) - 1, min(count, len(pictures))).round().astype(np.int64))
    return Pictures(pictures.images, pictures.targets, np.sort(pictures.indices[chosen]))


def _features_of(trained: Trained, pictures: Pictures, run: RunFolder, tell: Callable[[int], None]) -> Features:
    model, known = kept_or_whole(trained, pictures, run)
    rows, batch_size = [], min(64, evaluation_batch_size(model))
    for start in range(0, len(known), batch_size):
        batch, _targets = known.take(np.arange(start, min(start + batch_size, len(known))))
        rows.append(_features(trained, batch, is_kept=model is not trained.model))
        tell(start + len(rows[-1]))
    return np.concatenate(rows)


def _features(trained: Trained, pictures: NDArray[np.generic], is_kept: bool = False) -> Features:
    """(n, F): what goes into the output layer for each picture, see `unit_rows`.

    Args:
        is_kept: Whether `pictures` are what the frozen part makes of them.
    """
    if is_kept and trained.cut is not None and trained.cut.frozen is not None:
        rows = unit_rows(np.asarray(_before_output(trained.model, trained.cut.frozen, pictures), np.float32))
    else:
        _probabilities, rows = judged(trained.both, pictures)
    check_finite(rows)
    return rows


def _before_output(model: keras.Model, frozen: keras.Model, kept: NDArray[np.generic]) -> NDArray[np.generic]:
    """What goes into the output layer where the frozen part gave `kept`."""
    begin, end = frozen.output, model.get_layer("output").input
    if begin is end:  # Keras makes no model whose output is its input
        return kept
    behind: keras.Model = kept_with(model, "behind", lambda: keras.Model(begin, end))
    answers: NDArray[np.float32] = behind.predict_on_batch(kept)
    return answers
