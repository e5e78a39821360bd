"""The server's side of "none of these?": is a picture like anything that a model learnt from?

A picture is as far from the training pictures as its numbers before the output layer are from the nearest class's
mean, measured in what the classes spread themselves (the Mahalanobis distance with one covariance for all classes: Lee
et al. 2018, arXiv:1807.03888; of numbers at length 1, as Müller and Hein advise, ICML 2025). It is unlike all of them
where that is further than of `FAMILIAR` of the run's own validation pictures.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.inference import EXAM_WITHIN, Inference
from core.runs.folder import RunFolder

FAMILIAR = 0.99  # share of the validation pictures that count as like the training pictures


@dataclass(frozen=True, eq=False)
class Strangeness:
    """How far n pictures are from what a model learnt from.

    Attributes:
        distances: (n,) at least 0, what is the middle of a class.
        threshold: The distance that `FAMILIAR` of the validation pictures do not pass.
        references: From how many training pictures the classes' means are.
    """

    distances: NDArray[np.float32]
    threshold: float
    references: int

    @property
    def is_unlike(self) -> NDArray[np.bool_]:
        """(n,) whether each is unlike anything in training."""
        return np.asarray(self.distances > self.threshold)


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


def ask_strangeness(inference: Inference, run: RunFolder, seen: NDArray[np.uint8]) -> Strangeness:
    """How far pictures are from what the run's model learnt from; `make_reference` comes first.

    Args:
        seen: (n, S, S, C) as the network sees them.

    Raises:
        StudioError: If there is no such reference, or the pictures are of another size.
        WorkerError: If two workers in a row died over it.
    """
    reply, arrays = inference.ask("strangeness", {"run": str(run.path)}, {"seen": seen})
    return Strangeness(arrays["distances"], float(reply["threshold"]), int(reply["references"]))
