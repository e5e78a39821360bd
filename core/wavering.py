"""Does a model change its mind about a picture that is warped? What is asked, what it says, and how that is read.

Light: numpy alone, no TensorFlow. A *way* of warping is one knob alone, or all together; a *view* is one draw of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.augmentation.draws import Draws, Floats, draw, units_of
from core.augmentation.spec import AugmentSpec
from core.augmentation.warp import Pixels, apply
from core.runs.folder import RunFolder

PHOTO_VIEWS, SAMPLE_VIEWS, FEWEST_VIEWS = 24, 8, 4  # copies of a picture in each way
SAMPLE, FEWEST_PICTURES = 60, 6  # test pictures
# Multiply-adds; two cores do about 80e9 a second where nothing else runs.
PHOTO_WORK = 20e9  # for one photo, which is asked about at each move of a slider
PART_WORK = 20e9  # at a time, so that nobody's photo waits long for somebody's sample
SAMPLE_WORK = 600e9  # for all test pictures of a sample
MOST_AT_A_TIME = 15  # pictures of a sample, also for the smallest model

Classes = NDArray[np.int64]


@dataclass(frozen=True)
class Question:
    """Which copies of which pictures a model is asked about.

    Attributes:
        checkpoint: Stands for the model as it is now: when its checkpoint was written, in nanoseconds since 1970.
        dataset_id: A set with the very pictures that the run was trained on.
        numbers: The pictures' places in it.
        views: Copies of each picture in each way; those of the first passes of the run's own training.
        at_a_time: So many pictures are asked about in one go.
    """

    run: RunFolder
    checkpoint: int
    dataset_id: str
    numbers: tuple[int, ...]
    views: int
    augmentation: AugmentSpec
    at_a_time: int = 1

    @property
    def is_sample(self) -> bool:
        """Whether it is about several pictures."""
        return len(self.numbers) > 1

    @property
    def copies(self) -> int:
        """Copies in all ways together."""
        return len(self.numbers) * self.views * len(ways_of(self.augmentation))


@dataclass(frozen=True)
class Example:
    """One copy: of the picture at position `picture`, in the way at position `way`; all 0-based."""

    picture: int
    way: int
    view: int


@dataclass(frozen=True, eq=False)
class Wavering:
    """What a model says of n pictures as they are, and of V copies of each in W ways.

    Attributes:
        said, sure: (n,) the class named, and its probability as float32.
        copies_said, copies_sure: (n, W, V) the same for the copies.
    """

    said: Classes
    sure: NDArray[np.float32]
    copies_said: Classes
    copies_sure: NDArray[np.float32]

    @property
    def changed(self) -> NDArray[np.bool_]:
        """(n, W, V): for which copies the class named is another one than for the picture as it is."""
        changed: NDArray[np.bool_] = self.copies_said != self.said[:, None, None]
        return changed

    @property
    def changes(self) -> list[int]:
        """In each way, for how many of the `of` copies it is another one."""
        counts: list[int] = self.changed.sum(axis=(0, 2)).tolist()
        return counts

    @property
    def of(self) -> int:
        """Copies in each way."""
        pictures, _ways, views = self.copies_said.shape
        return int(pictures * views)

    @property
    def shares(self) -> list[float]:
        """In each way, the share of copies for which it is another one, 0 to 1."""
        return [changes / self.of for changes in self.changes]

    def right(self, labels: NDArray[np.integer]) -> float:
        """The share of pictures named right as they are; `labels`, (n,), are the true classes."""
        return float((self.said == labels).mean())

    def copies_right(self, labels: NDArray[np.integer]) -> float:
        """The share of copies named right in the last way, which is all together."""
        return float((self.copies_said[:, -1] == labels[:, None]).mean())

    def worst(self, labels: NDArray[np.integer]) -> Example | None:
        """The copy that is called something else with the highest probability; None where there is none.

        A copy made by one knob alone goes before one made by all, and a picture named right before one named wrong.
        """
        found = np.argwhere(self.changed)
        if not len(found):
            return None
        ways = self.copies_said.shape[1]
        by_many = (found[:, 1] == ways - 1) & (ways > 1)
        was_wrong = (self.said != labels)[found[:, 0]]
        first = np.lexsort((-self.copies_sure[tuple(found.T)], was_wrong, by_many))[0]
        return Example(*found[first].tolist())


def join(parts: Sequence[Wavering]) -> Wavering:
    """Answers for some pictures after answers for others, with the same ways and views."""
    names = ("said", "sure", "copies_said", "copies_sure")
    return Wavering(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def ways_of(augmentation: AugmentSpec) -> tuple[AugmentSpec, ...]:
    """Each knob that is on, alone and in their order; then all together, where there are several."""
    alone = tuple(augmentation.only(name) for name in augmentation.active)
    return (*alone, augmentation) if len(alone) > 1 else alone


def copies(images: Pixels, way: AugmentSpec, units: Floats) -> Pixels:
    """(n, V, S, S, C): copies of (n, S, S, C) pictures, by unit numbers (n, V, 16)."""
    repeated = images.repeat(units.shape[1], axis=0)
    draws = _draws(way, units.reshape(-1, units.shape[2]))
    return apply(repeated, way, draws).reshape(*units.shape[:2], *images.shape[1:])


def units_for(seed: int, views: int, numbers: Sequence[int]) -> Floats:
    """(n, V, 16) unit numbers of the pictures `numbers` in the first views of a run with this seed."""
    pairs = np.tile(np.arange(views), len(numbers)), np.repeat(numbers, views)
    return units_of(seed, *pairs).reshape(len(numbers), views, -1)


def copy_of(image: Pixels, question: Question, seed: int, example: Example) -> tuple[Pixels, Draws]:
    """(S, S, C): one copy of the picture (S, S, C), as the model was shown it, and what was drawn for it."""
    way = ways_of(question.augmentation)[example.way]
    draws = _draws(way, units_of(seed, example.view, question.numbers[example.picture]))
    return apply(image[None], way, draws)[0], draws


def _draws(way: AugmentSpec, units: Floats) -> Draws:
    """What is drawn; a flip alone is always done, else half of its copies would be no copies."""
    flips = {"horizontal_flip", "vertical_flip"}
    return draw(way, np.zeros_like(units) if set(way.active) <= flips and len(way.active) == 1 else units)


def photo_views(multiply_adds: int, ways: int) -> int:
    """In how many views to ask about one photo, by what the model does for one picture."""
    return int(np.clip(PHOTO_WORK // (multiply_adds * ways), FEWEST_VIEWS, PHOTO_VIEWS))


def sample_size(multiply_adds: int, ways: int) -> int:
    """About how many test pictures to ask at most, by what the model does for one picture."""
    return int(np.clip(SAMPLE_WORK // _for_one(multiply_adds, ways), FEWEST_PICTURES, SAMPLE))


def at_a_time(multiply_adds: int, ways: int) -> int:
    """About how many pictures of a sample to ask in one go."""
    return int(np.clip(PART_WORK // _for_one(multiply_adds, ways), 1, MOST_AT_A_TIME))


def _for_one(multiply_adds: int, ways: int) -> int:
    return multiply_adds * (1 + ways * SAMPLE_VIEWS)
