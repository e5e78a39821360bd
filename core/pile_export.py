"""The answers to many photos as a table to take along."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import numpy as np

from core.exam_export import harmless
from core.novelty import Strangeness
from core.piles import PileAnswer, labels_of

HEADS = (
    "file",
    "answer",
    "probability",
    "second",
    "second probability",
    "folder's class",
    "unlike training",
    "swapped",
    "no answer",
)


def pile_csv(answer: PileAnswer, classes: Sequence[str], strange: Strangeness | None = None) -> bytes:
    """One row a photo, in UTF-8 with the mark that spreadsheets look for; probabilities 0 to 1.

    Names that a spreadsheet would take for a formula have an apostrophe in front.

    Args:
        strange: Of all photos; where it is not known the column "unlike training" stays empty.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADS)
    labels = labels_of(answer.names, classes)
    for place, (name, error) in enumerate(zip(answer.names, answer.errors, strict=True)):
        folder = harmless(classes[labels[place]]) if labels[place] >= 0 else ""
        if error:
            writer.writerow([harmless(name), "", "", "", "", folder, "", "", harmless(error)])
            continue
        best = best_two(answer, place)
        said = [cell for number, share in best for cell in (harmless(classes[number]), f"{share:.6f}")]
        unlike = _yes(strange.is_unlike[place]) if strange else ""
        writer.writerow([harmless(name), *said, folder, unlike, _yes(answer.swapped[place]), ""])
    return text.getvalue().encode("utf-8-sig")


def best_two(answer: PileAnswer, place: int) -> list[tuple[int, float]]:
    """The two likeliest classes of a photo with an answer, with their probabilities, the likelier first."""
    row = answer.probabilities[place]
    return [(int(number), float(row[number])) for number in np.argsort(-row, kind="stable")[:2]]


def _yes(is_so: object) -> str:
    return "yes" if is_so else "no"
