"""How far pictures are from all that a model learnt from, where the model itself measures (see `core.novelty`)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from core.architecture.describe import describe
from core.batches import Pictures
from core.errors import StudioError
from core.files import write_atomically
from core.i18n import _
from core.learning.evaluate import at_times, class_numbers
from core.learning.explain.asked import asked_model, check_finite, kept_with
from core.learning.inputs import pictures_of
from core.learning.pipeline import evaluation_batch_size
from core.learning.predict import Trained, kept_or_whole, load_trained
from core.novelty import FAMILIAR, Strangeness, has_reference, reference_file
from core.runs.folder import RunFolder

REFERENCES, JUDGED = 1_000, 300  # training and validation pictures that are looked at, at most
BUDGET = 4e12  # multiply-adds for all of them: VGG16 at 224 px takes 15e9 for one, about 0.3 s on two cores
FEWEST = 50  # pictures that are looked at whatever they cost
MOST_FEATURES = 512  # numbers kept of a picture; of maps, which are longer, neighbours are alike
RIDGE = 1e-3  # of the mean variance, added to each: fewer pictures than numbers would make directions without any

Features = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Reference:
    """What the classes look like to a model.

    Attributes:
        means: (K, F) of the classes.
        whitener: (F, F), brings what the classes spread to a variance of 1 in all directions.
        threshold: Of distances, see `core.novelty`.
    """

    means: Features
    whitener: Features
    threshold: float = math.inf
    count: int = 0

    def distances(self, features: Features) -> Features:
        """(n,) Mahalanobis distances of (n, F) rows from the nearest mean."""
        rows, means = features @ self.whitener, self.means @ self.whitener
        squares = (rows**2).sum(1)[:, None] + (means**2).sum(1) - 2 * rows @ means.T
        return np.asarray(np.sqrt(np.maximum(squares.min(1), 0)), np.float32)


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
    threshold = float(np.quantile(reference.distances(others), FAMILIAR))
    arrays = vars(reference) | {"threshold": np.array(threshold), "stamp": np.array(stamp)}
    write_atomically(reference_file(run), lambda file: np.savez(file, **arrays))
    return len(features)


def strangeness(run: RunFolder, seen: NDArray[np.uint8]) -> Strangeness:
    """How far pictures (n, S, S, C), as the network sees them, are from the training pictures.

    Raises:
        StudioError: If `make_reference` has not been called for the weights as they are, or the pictures do not fit.
    """
    if not len(seen) or not has_reference(run):
        raise StudioError(_("What this model learnt from has to be looked at first. Ask again."))
    trained = asked_model(run, None, seen[0])
    file = reference_file(run)
    reference = _read(file, file.stat().st_mtime_ns)
    return Strangeness(reference.distances(_features(trained, seen)), reference.threshold, reference.count)


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
    """(n, F): what goes into the output layer for each picture, at most `MOST_FEATURES` numbers, at length 1.

    Args:
        is_kept: Whether `pictures` are what the frozen part makes of them.
    """
    graph, begin = trained.model, trained.model.inputs[0]
    if is_kept and trained.cut is not None and trained.cut.frozen is not None:
        begin = trained.cut.frozen.output
    end = graph.get_layer("output").input
    if begin is end:  # Keras makes no model whose output is its input
        answers = np.asarray(pictures, np.float32)
    else:
        before = kept_with(graph, f"features-{is_kept}", lambda: keras.Model(begin, end))
        answers = np.asarray(before.predict_on_batch(pictures), np.float32)
    check_finite(answers)
    rows = answers.reshape(len(pictures), -1)
    kept = rows[:, :: math.ceil(rows.shape[1] / MOST_FEATURES)]
    return np.asarray(kept / np.maximum(np.linalg.norm(kept, axis=1, keepdims=True), 1e-12), np.float32)


@lru_cache(maxsize=8)
def _read(file: Path, stamp: int) -> Reference:
    """`stamp` is when it was written."""
    with np.load(file, allow_pickle=False) as arrays:
        return Reference(arrays["means"], arrays["whitener"], float(arrays["threshold"]), int(arrays["count"]))
