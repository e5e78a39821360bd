"""Words that teach: settings that make other things of the pictures than they are."""

from __future__ import annotations

from collections.abc import Sequence

from core.augmentation.spec import AugmentSpec
from core.i18n import _

TURNED_OVER = 90  # degrees from which a sign may become another one

_NUMBER_WORDS = frozenset(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])


def advice(spec: AugmentSpec, classes: Sequence[str], *, is_photos: bool) -> list[str]:
    """One sentence or two for each setting that does not suit the pictures; empty where all is well.

    Args:
        classes: Names of the classes: single characters and names of digits are taken for signs.
        is_photos: Whether the pictures are colour photos.
    """
    found = []
    if are_signs(classes):
        if spec.horizontal_flip or spec.vertical_flip:
            found.append(
                _("A mirrored digit or letter is another sign, or none: a 2 is no 2 in a mirror. Switch the flips off.")
            )
        if spec.rotation >= TURNED_OVER:
            found.append(
                _("Turned by half a circle a 6 is a 9, and the network is told that both are right. Stay below 30°.")
            )
    elif is_photos and spec.vertical_flip:
        found.append(
            _(
                "Photos are seldom upside down: the network spends effort on what it will never meet. "
                "Keep the vertical flip for pictures from above, such as maps or cells under a microscope."
            )
        )
    return found


def are_signs(classes: Sequence[str]) -> bool:
    """Whether the classes are digits or letters, by their names."""
    names = [name.strip().lower() for name in classes]
    return bool(names) and all(map(_is_sign, names))


def _is_sign(name: str) -> bool:
    return name.isdecimal() or (len(name) == 1 and name.isalnum()) or name in _NUMBER_WORDS
