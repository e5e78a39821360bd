"""What a person predicts of a run before it is trained, and how right that was."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pydantic import Field

from core.evaluation import Exam
from core.knobs import Frozen

CLOSE = 0.02  # of accuracy: a prediction within two of a hundred pictures counts as right


class Guess(Frozen):
    """A prediction.

    Attributes:
        accuracy: Share of test pictures that will be named right, 0 to 1.
        pair: Numbers of the two classes that will be mixed up most, in either direction; None for no prediction.
    """

    accuracy: float = Field(ge=0, le=1)
    pair: tuple[int, int] | None = None


@dataclass(frozen=True)
class Score:
    """What came of a prediction.

    Attributes:
        accuracy: What the model reached, 0 to 1.
        off: That minus the prediction.
        pairs: The pairs mixed up most, the smaller class number first: several where they are equal, none without
            mistakes.
        is_pair_right: Whether the predicted pair is one of them; None where none was predicted.
    """

    accuracy: float
    off: float
    pairs: tuple[tuple[int, int], ...]
    is_pair_right: bool | None

    @property
    def is_close(self) -> bool:
        """Whether the predicted accuracy counts as right."""
        return round(abs(self.off), 6) <= CLOSE  # 1 − 0.98 is a little more than 0.02


def scored(guess: Guess, exam: Exam) -> Score:
    """Hold a prediction against the final exam."""
    mixed = np.triu(exam.matrix + exam.matrix.T, 1)
    most = int(mixed.max())
    pairs = tuple((int(a), int(b)) for a, b in np.argwhere(mixed == most)) if most else ()
    right = None if guess.pair is None else tuple(sorted(guess.pair)) in pairs
    return Score(exam.accuracy, exam.accuracy - guess.accuracy, pairs, right)
