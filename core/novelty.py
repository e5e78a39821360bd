""" "None of these?": is a picture like anything that a model learnt from?

A picture is as far from the training pictures as its numbers before the output layer are from the nearest class's
mean, measured in what the classes spread themselves (the Mahalanobis distance with one covariance for all classes: Lee
et al. 2018, arXiv:1807.03888; of numbers at length 1, as Müller and Hein advise, ICML 2025). It is unlike all of them
where that is further than of `FAMILIAR` of the run's own validation pictures.
"""

from __future__ import annotations

import math
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import StudioError
from core.i18n import _
from core.inference import EXAM_WITHIN, Inference
from core.runs.folder import RunFolder

FAMILIAR = 0.99  # share of the validation pictures that count as like the training pictures

Features = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Strangeness:
    """How far n pictures are from what a model learnt from.

    Attributes:
        distances: (n,) at least 0, what is the middle of a class; NaN for what could not be read.
        threshold: The distance that `FAMILIAR` of the validation pictures do not pass.
    """

    distances: Features
    threshold: float

    @property
    def is_unlike(self) -> NDArray[np.bool_]:
        """(n,) whether each is unlike anything in training."""
        return np.asarray(self.distances > self.threshold)


@dataclass(frozen=True, eq=False)
class Reference:
    """What the classes look like to a model.

    Attributes:
        means: (K, F) of the classes.
        whitener: (F, F), brings what the classes spread to a variance of 1 in all directions.
        threshold: Of distances, see `Strangeness`.
        count: From how many training pictures.
    """

    means: Features
    whitener: Features
    threshold: float = math.inf
    count: int = 0

    def strangeness(self, features: Features) -> Strangeness:
        """How far n pictures are from the nearest mean, by their (n, F) numbers before the output layer."""
        rows, means = features @ self.whitener, self.means @ self.whitener
        squares = (rows**2).sum(1)[:, None] + (means**2).sum(1) - 2 * rows @ means.T
        distances = np.sqrt(np.maximum(squares.min(1), 0))
        return Strangeness(np.asarray(distances, np.float32), self.threshold)


def reference_file(run: RunFolder) -> Path:
    """Where what the training pictures look like to the run's last model is kept."""
    return run.path / "familiar.npz"


def has_reference(run: RunFolder) -> bool:
    """Whether it is there, and of the weights as they are now."""
    try:
        with np.load(reference_file(run), allow_pickle=False) as file:
            return int(file["stamp"]) == run.checkpoint.stat().st_mtime_ns
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return False


def make_reference(inference: Inference, run: RunFolder, tell: Callable[[int, int], None]) -> int:
    """Have the training pictures looked at, once for a run, and kept; how many they were.

    Args:
        tell: Called with how many pictures of how many were looked at.

    Raises:
        StudioError: If the run has no model, its pictures are gone, or the model's answers are no numbers.
        WorkerError: If two workers in a row died over it, or it took too long.
    """
    reply, _arrays = inference.ask("familiar", {"run": str(run.path)}, within=EXAM_WITHIN, tell=tell)
    return int(reply["references"])


def read_reference(run: RunFolder) -> Reference:
    """What `make_reference` kept.

    Raises:
        StudioError: If it is not there, or of other weights.
    """
    if not has_reference(run):
        raise StudioError(_("What this model learnt from has to be looked at first. Ask again."))
    return _read(reference_file(run), reference_file(run).stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _read(file: Path, stamp: int) -> Reference:
    """`stamp` is when it was written."""
    with np.load(file, allow_pickle=False) as arrays:
        return Reference(arrays["means"], arrays["whitener"], float(arrays["threshold"]), int(arrays["count"]))
