"""Finding a learning rate: a short training whose rate grows with each batch, and what its losses say.

Source: Smith, Cyclical Learning Rates for Training Neural Networks (2017, arXiv 1506.01186), section 3.3.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np

from core.inference import Inference
from core.knobs import knob_of
from core.spec import RunSpec, TrainingSpec

LOWEST, HIGHEST = 1e-6, 1.0  # learning rates, the range of the setting
BATCHES, LEAST = 100, 30  # steps of a sweep, and of one whose steps take long
SECONDS = 20.0  # that the steps take, about, where that allows more than the least
MEMORY = 0.9  # share of the running mean that stays at each step: it looks back over about ten batches
DIVERGED = 4.0  # times the best smoothed loss: as in fastai, the sweep ends there
FIRST = 10  # losses whose mean is where a sweep begins
FALLS = (
    6.0  # times the noise of the smoothed loss, that a sweep has to gain: of sweeps of noise alone 1 % do (measured)
)
VISIBLE = 0.02  # of the first losses, which a fall has to be to be seen at all
WITHIN = 300.0  # seconds of silence: one step of a large network, or the first pictures of a large set

End = Literal["end", "rose", "not_finite"]
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Sweep:
    """What came of a sweep.

    Attributes:
        rates, losses: Learning rate and loss of each batch, the loss before the correction.
        smoothed: The running mean of the losses.
        suggestion: A learning rate to take over; None where the loss never fell.
        stopped: Why it ended: at the highest rate, because the loss rose, or because it was no number any more.
    """

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    smoothed: tuple[float, ...]
    suggestion: float | None
    stopped: End


def sweep(inference: Inference, spec: RunSpec, tell: Tell = lambda done, of: None) -> Sweep:
    """Sweep the learning rate of `spec` on its own training pictures, from fresh first weights; nothing is kept.

    Args:
        tell: Called with how many steps of how many are done.

    Raises:
        StudioError: If the settings do not fit together.
        WorkerError: If two workers in a row died over it, or it took too long.
    """
    fields, arrays = inference.ask("sweep", {"spec": spec.model_dump(mode="json")}, within=WITHIN, tell=tell)
    return swept(arrays["rates"].tolist(), arrays["losses"].tolist(), cast("End", fields["stopped"]))


def swept(rates: Sequence[float], losses: Sequence[float], stopped: End) -> Sweep:
    """Read the losses of a sweep."""
    return Sweep(tuple(rates), tuple(losses), smooth(losses), suggested(rates, losses), stopped)


def sweep_key(spec: RunSpec) -> RunSpec:
    """The settings that decide what a sweep gives; those that do not are set to one value, so that they may change."""
    epochs = knob_of(TrainingSpec, "epochs").high  # as many as there may be, so that no phase is without any
    plain = {name: TrainingSpec.model_fields[name].default for name in ("learning_rate", "schedule", "early_stopping")}
    training = spec.training.model_copy(update={**plain, "epochs": int(epochs or 1)})
    return spec.model_copy(update={"training": training})


def rates_of(steps: int) -> list[float]:
    """The learning rates of a sweep of so many steps: each the same multiple of the one before."""
    return [float(rate) for rate in np.geomspace(LOWEST, HIGHEST, steps)]


def smooth(losses: Sequence[float]) -> tuple[float, ...]:
    """The running mean of losses, without the pull towards 0 that it would have at its beginning (as in Adam)."""
    mean, means = 0.0, list[float]()
    for step, loss in enumerate(losses, 1):
        mean = MEMORY * mean + (1 - MEMORY) * loss
        means.append(mean / (1 - MEMORY**step))
    return tuple(means)


def has_diverged(losses: Sequence[float]) -> bool:
    """Whether a sweep has seen enough: the smoothed loss is `DIVERGED` times its best."""
    smoothed = smooth(losses)
    return smoothed[-1] > DIVERGED * min(smoothed)


def suggested(rates: Sequence[float], losses: Sequence[float]) -> float | None:
    """The middle of the valley: of the longest falling sequence of smoothed losses, which need not be neighbours.

    None where they did not fall by more than their noise. Source: `valley` in fastai's callback/schedule.py; unlike the
    steepest place or a tenth of the lowest, it gave rates close to good ones on every real sweep that was tried.
    """
    if not _has_fallen(losses):
        return None
    length, end = _longest_fall(smooth(losses))
    return rates[end - length // 2]


def _has_fallen(losses: Sequence[float]) -> bool:
    """Whether the smoothed losses came down by more than what the losses' own wavering leaves in them."""
    if len(losses) <= FIRST:
        return False
    wavering = float(np.std(np.diff(losses[: max(FIRST, len(losses) // 3)]))) / math.sqrt(2)
    noise = wavering * math.sqrt((1 - MEMORY) / (1 + MEMORY))  # of a running mean of independent numbers
    first = float(np.mean(losses[:FIRST]))
    return first - min(smooth(losses)[FIRST:]) > max(FALLS * noise, VISIBLE * first)


def _longest_fall(losses: Sequence[float]) -> tuple[int, int]:
    """How many losses the longest falling sequence among them has, and the place of its last one."""
    lengths = list[int]()
    for place, loss in enumerate(losses):
        lengths.append(1 + max((lengths[at] for at in range(place) if losses[at] > loss), default=0))
    length = max(lengths)
    return length, lengths.index(length)
