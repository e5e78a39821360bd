""" "None of these?": is a picture like anything that a model learnt from?

Two distances tell, each a Mahalanobis distance, which is measured in what the training pictures spread themselves:

- of what the network makes of a picture just before its answer, from the nearest class (one covariance for all: Lee et
  al. 2018, arXiv:1807.03888; of numbers at length 1, as Müller and Hein advise, ICML 2025, arXiv:2505.18032);
- of its looks, see `looks_of`. A network may make of plain red, or of noise, what it makes of some class: it has learnt
  to tell classes apart, and nothing else.

A picture is unlike all in training where one of the two is larger than for `FAMILIAR` of the run's own validation
pictures, each as it is and once more a little moved, turned and lit: as another hand might have taken or drawn it.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import StudioError
from core.i18n import _
from core.inference import EXAM_WITHIN, Inference
from core.runs.folder import RunFolder

FAMILIAR = 0.99, 1.0  # by each distance, the share of the validation pictures that count as like the training ones
LOOKS = 2  # numbers of `looks_of`
LIKELY = 0.5  # probability from which an answer may be sure
AHEAD = 2  # times as likely as the next class it is then, too: of two classes one always has half
FORMAT = 2  # of the file; 1 knew no looks

Features = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Strangeness:
    """How far n pictures are from what a model learnt from.

    Attributes:
        distances: (n, 2) at least 0: of what the network makes of each from the nearest class, and of its looks from
            those of all classes; NaN for what has no answer.
        thresholds: (2,) the distances that `FAMILIAR` of the validation pictures do not pass.
    """

    distances: Features
    thresholds: Features

    @property
    def is_unlike(self) -> NDArray[np.bool_]:
        """(n,) whether each is unlike anything in training."""
        return np.asarray((self.distances > self.thresholds).any(axis=1))


@dataclass(frozen=True, eq=False)
class Cloud:
    """Where the rows of training pictures lie.

    Attributes:
        centres: (K, F), one or more.
        whitener: (F, F), brings what they spread around their centres to a variance of 1 in all directions.
    """

    centres: Features
    whitener: Features

    def distances(self, rows: Features) -> Features:
        """(n,) how far (n, F) rows are from the nearest centre."""
        places, centres = rows @ self.whitener, self.centres @ self.whitener
        squares = (places**2).sum(1)[:, None] + (centres**2).sum(1) - 2 * places @ centres.T
        return np.asarray(np.sqrt(np.maximum(squares.min(1), 0)), np.float32)


@dataclass(frozen=True, eq=False)
class Reference:
    """What the training pictures look like to a model, and to anybody.

    Attributes:
        made: Of what the network makes of them; its centres are the classes.
        looks: Of their `looks_of`.
        thresholds: See `Strangeness`.
        count: Of how many training pictures.
    """

    made: Cloud
    looks: Cloud
    thresholds: Features
    count: int

    def strangeness(self, features: Features) -> Strangeness:
        """How far n pictures are, by their (n, F + `LOOKS`) features: as `core.learning.judging` gives them."""
        return Strangeness(distances_of(self.made, self.looks, features), self.thresholds)

    @property
    def arrays(self) -> dict[str, Any]:
        """All of it, as it is kept."""
        clouds = {"made": self.made, "looks": self.looks}
        kept = {f"{name}_{part}": array for name, cloud in clouds.items() for part, array in vars(cloud).items()}
        return kept | {"thresholds": self.thresholds, "count": np.array(self.count), "format": np.array(FORMAT)}


def is_sure(probabilities: NDArray[np.float32]) -> NDArray[np.bool_]:
    """(n,) whether one class stands out in (n, K) probabilities; not where they are NaN."""
    best = np.sort(probabilities, axis=1)
    return np.asarray((best[:, -1] >= LIKELY) & (best[:, -1] >= AHEAD * best[:, -2]))


def distances_of(made: Cloud, looks: Cloud, features: Features) -> Features:
    """(n, 2) both distances of (n, F + `LOOKS`) features."""
    return np.stack([made.distances(features[:, :-LOOKS]), looks.distances(features[:, -LOOKS:])], axis=1)


def looks_of(pictures: NDArray[np.generic]) -> Features:
    """(n, 2): the contrast and the roughness of (n, S, S, C) pictures with levels 0–255, as logarithms.

    Contrast is how far grey levels spread, roughness how much neighbours differ as a share of that; in the mean of
    squares, so that a line counts alike whichever way it runs. Plain colour has neither, noise is rough.
    """
    channels = [pictures[..., channel].astype(np.float32) for channel in range(pictures.shape[3])]
    grey = np.asarray(sum(channels) / len(channels))  # (n, S, S); five times as fast as their mean along an axis
    steps = sum((np.diff(grey, axis=axis) ** 2).mean(axis=(1, 2)) for axis in (1, 2))
    contrast, roughness = np.log1p(grey.std(axis=(1, 2))), np.log1p(np.sqrt(steps))
    return np.stack([contrast, roughness - contrast], axis=1).astype(np.float32)


def reference_file(run: RunFolder) -> Path:
    """Where what the training pictures look like to the run's last model is kept."""
    return run.path / "familiar.npz"


def has_reference(run: RunFolder) -> bool:
    """Whether it is there, of the weights as they are now, and not of an earlier version of the app."""
    try:
        with np.load(reference_file(run), allow_pickle=False) as file:
            return int(file["format"]) == FORMAT and int(file["stamp"]) == run.checkpoint.stat().st_mtime_ns
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
        made, looks = (Cloud(arrays[f"{name}_centres"], arrays[f"{name}_whitener"]) for name in ("made", "looks"))
        return Reference(made, looks, arrays["thresholds"], int(arrays["count"]))
