"""What the curve doctor gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.spec import RunSpec

Metric = Literal["loss", "accuracy"]
Tone = Literal["fault", "note", "good"]


@dataclass(frozen=True)
class Evidence:
    """Where on the curves a diagnosis can be seen.

    Attributes:
        metric: On which of the two charts.
        first, last: Epochs, 0-based, both included.
        levels: Values that the sentence names, to be drawn as lines.
    """

    metric: Metric
    first: int
    last: int
    levels: tuple[float, ...] = ()


@dataclass(frozen=True)
class Remedy:
    """Something to try next: what its button says, and the run's settings with that one change."""

    label: str
    spec: RunSpec


@dataclass(frozen=True)
class Diagnosis:
    """One thing that stands out.

    Attributes:
        kind: Names the rule, such as "overfitting".
        title: A few words.
        sentence: What is seen, with its numbers, and what it means.
        tone: "fault" to be mended, "note" to be understood, "good" to be glad of.
        remedies: The first is the one to try first; may be empty.
    """

    kind: str
    title: str
    sentence: str
    tone: Tone
    evidence: tuple[Evidence, ...] = ()
    remedies: tuple[Remedy, ...] = ()
